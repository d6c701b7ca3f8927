/** `genesys profile show`: one profile, where it is and where its secret is kept, but not the secret. */
import * as Command from "effect/cli/Command"
import { ProfileFlag } from "../../calls/IdentityFlags.ts"
import { outputFlags } from "../../output/OutputFlags.ts"
import { showFlags } from "../../profile/flags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const show = Command.make(
  "show",
  showFlags,
  handler(() => import("../../profile/show.ts"))
).pipe(
  Command.withDescription("Show a profile, and where its secret is kept. Never prints the secret."),
  Command.withExamples([
    { command: "genesys profile show", description: "The profile that is used now" },
    { command: "genesys profile show acme --json", description: "Another one, for programs" }
  ]),
  withSharedFlags([ProfileFlag, ...outputFlags])
)
