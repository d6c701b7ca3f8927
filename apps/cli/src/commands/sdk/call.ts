/** `genesys sdk call`: an operation of the SDK, once, or for every file of a folder. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { outputFlags } from "../../output/OutputFlags.ts"
import { sdkCallFlags } from "../../sdk/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const call = Command.make(
  "call",
  sdkCallFlags,
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
