/** The flags of the commands of `genesys sdk`. */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"

const operation = Argument.String("operation").pipe(
  Argument.withDescription("Such as UsersApi.getUser, or getUser if that is clear")
)

export const sdkCallFlags = {
  operation,
  values: Argument.String("value").pipe(
    Argument.withDescription("The parameters of the path, in their order"),
    Argument.variadic()
  ),
  named: Flag.String("param").pipe(
    Flag.withAlias("p"),
    Flag.withDescription("A parameter; lists have commas between their values"),
    Flag.withMetavar("name=value"),
    Flag.atLeast(0)
  ),
  input: Flag.String("input").pipe(
    Flag.withDescription(
      "The body: a file, - for standard input; a folder of .json files, or an .ndjson file, for many calls"
    ),
    Flag.withMetavar("file"),
    Flag.optional
  ),
  lines: Flag.Boolean("lines").pipe(
    Flag.withDescription("Each line of the input is a call"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  ),
  parallel: Flag.Int("parallel").pipe(
    Flag.withDescription("How many of many calls are under way at once; left out, 8"),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
    Flag.optional
  ),
  done: Flag.String("done").pipe(
    Flag.withDescription("Where it is written down which of many calls are done; left out, beside the input"),
    Flag.withMetavar("file"),
    Flag.optional
  )
}
export type Call = Command.Command.Config.Infer<typeof sdkCallFlags>

export const describeFlags = { operation }
export type Describe = Command.Command.Config.Infer<typeof describeFlags>

export const listFlags = {
  words: Argument.String("text").pipe(
    Argument.withDescription("Words that the name, the path or the summary must all have"),
    Argument.variadic()
  )
}
export type List = Command.Command.Config.Infer<typeof listFlags>
