/** `genesys sdk call`: an operation of the SDK, once, or for every file of a folder. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Schema from "effect/Schema"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { outputFlags } from "../../output/OutputFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../sharedFlags.ts"
import { operation } from "./operation.ts"

const flags = {
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
  state: Flag.String("state").pipe(
    Flag.withDescription("Where it is written down which of many calls are done; left out, beside the input"),
    Flag.withMetavar("file"),
    Flag.optional
  )
}

export type Input = Command.Command.Config.Infer<typeof flags>

export const call = Command.make(
  "call",
  flags,
  handler(() => import("../../sdk/call.ts"))
).pipe(
  Command.withDescription(
    "Call an operation of the SDK. With a folder of .json files or an .ndjson file as input, it is called for each of them: the results are lines of JSON with item, ok, and result or error; what succeeded is left out when the same command is run again; exits with 1 if any failed. " +
      'An input is the body, or {"params": {…}, "body": …}, or the parameters of an operation without a body.'
  ),
  Command.withShortDescription("Call an operation of the SDK"),
  Command.withExamples([
    { command: "genesys sdk call getUsers --param pageSize=5 --jq '.entities[].name'", description: "With parameters" },
    {
      command: "genesys sdk call UsersApi.postUsersSearch --input search.json",
      description: "With a body from a file"
    },
    {
      command: "genesys sdk call postUsersSearch --input searches/ --parallel 4",
      description: "Once for every .json file of a folder"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
