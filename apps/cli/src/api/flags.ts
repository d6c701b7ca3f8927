/** The flags of `genesys api`. */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { methods } from "./Methods.ts"

const many = (name: string, alias: string, metavar: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withAlias(alias),
    Flag.withDescription(description),
    Flag.withMetavar(metavar),
    Flag.atLeast(0)
  )

export const flags = {
  call: Argument.String("call").pipe(
    Argument.withDescription(
      `What is read: a path such as /api/v2/users, or users for short, perhaps with a query. Or how it is called (${methods.join(", ")}), with the path behind it`
    )
  ),
  path: Argument.String("path").pipe(
    Argument.withDescription("The path of a call whose method is given"),
    Argument.optional
  ),
  text: many("raw-field", "f", "key=text", "A field whose value is text: a[b]=x nests, a[]=x is a list"),
  typed: many("field", "F", "key=value", "A field; true, false, null and numbers are such, @file is a file's text"),
  header: many("header", "H", "name: value", "A header of the request"),
  input: Flag.String("input").pipe(
    Flag.withDescription("The file that holds the body; - is standard input. Fields are the query then"),
    Flag.withMetavar("file"),
    Flag.optional
  ),
  paginate: Flag.Boolean("paginate").pipe(
    Flag.withDescription("Follow the list to its end, and print each row as a line of JSON"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  ),
  include: Flag.Boolean("include").pipe(
    Flag.withAlias("i"),
    Flag.withDescription("Print status and headers of the answer first"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>
