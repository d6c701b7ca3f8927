/** `genesys api`: any call of the Genesys Cloud API, in the manner of `gh api`. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { methods } from "../api/Methods.ts"
import { callFlags } from "../calls/CallFlags.ts"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { outputFlags } from "../output/OutputFlags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./sharedFlags.ts"

const many = (name: string, alias: string, metavar: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withAlias(alias),
    Flag.withDescription(description),
    Flag.withMetavar(metavar),
    Flag.atLeast(0)
  )

const flags = {
  method: Argument.ChoiceWithValue(
    "method",
    methods.flatMap((method) => [[method, method] as const, [method.toLowerCase(), method] as const])
  ).pipe(Argument.withDescription(methods.join(", "))),
  path: Argument.String("path").pipe(
    Argument.withDescription("Such as /api/v2/users, or users for short; it may have a query")
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

export const api = Command.make(
  "api",
  flags,
  handler(() => import("../api/run.ts"))
).pipe(
  Command.withDescription(
    "Make any call of the API. The answer is printed as it comes; an error is one line on standard error, and its kind the exit code. " +
      "Fields given with -f and -F are the query of a GET, HEAD or DELETE, and the JSON body of anything else."
  ),
  Command.withShortDescription("Make any call of the API"),
  Command.withExamples([
    {
      command: "genesys api GET /api/v2/users -F pageSize=5 --jq '.entities[].name'",
      description: "Names of five users"
    },
    { command: "genesys api GET routing/queues --paginate", description: "Every queue, a line of JSON each" },
    {
      command:
        "genesys api POST users/search -f 'query[][type]=EXACT' -f 'query[][fields][]=email' -f 'query[][value]=test.user@yourcompany.com'",
      description: "Find a user by e-mail"
    },
    {
      command: "genesys api POST users/search --input search.json --include",
      description: "A body from a file; status and headers, too"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
