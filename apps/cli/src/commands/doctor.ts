/** `genesys doctor`: what keeps this machine from calling Genesys Cloud, and what to do about it. */
import * as Command from "effect/cli/Command"
import { identityFlags } from "../calls/IdentityFlags.ts"
import { flags } from "../doctor/flags.ts"
import { outputFlags } from "../output/OutputFlags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const doctor = Command.make(
  "doctor",
  flags,
  handler(() => import("../doctor/run.ts"))
).pipe(
  Command.withDescription(
    "Check the settings, the network, the clock, the login, a call, its permissions and the rate limit, and say of each " +
      "failure what it means and what to do. It asks for one token. The exit code is that of the first failure."
  ),
  Command.withExamples([
    { command: "genesys doctor", description: "Check everything" },
    { command: "genesys doctor --try-regions", description: "Find the region of credentials that are refused" },
    { command: "genesys doctor --json", description: "The same for programs" }
  ]),
  withSharedFlags([...identityFlags, ...outputFlags])
)
