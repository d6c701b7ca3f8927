/** `genesys notifications listen`: the events of topics as NDJSON, until it is told to stop. */
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { listenFlags } from "../../notifications/flags.ts"
import { outputFlags } from "../../output/OutputFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const listen = Command.make(
  "listen",
  listenFlags,
  handler(() => import("../../notifications/listen.ts"))
).pipe(
  Command.withDescription(
    "Print the events of topics as lines of JSON, over token renewals and reconnects, until Ctrl-C. " +
      'The field _tag is "Listening" once all is subscribed, "Event" for an event, and "Gap" where events may be missing: read the state from the API then.'
  ),
  Command.withShortDescription("Print the events of topics as they happen"),
  Command.withExamples([
    {
      command: "genesys notifications listen v2.users.b0ced89c-86b0-4e88-b56e-36cb03e509d1.presence",
      description: "The presence of a user"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
