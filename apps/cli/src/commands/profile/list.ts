/** `genesys profile list`: the profiles of this user, without their secrets. */
import * as Command from "effect/cli/Command"
import { outputFlags } from "../../output/OutputFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../SharedFlags.ts"

export const list = Command.make(
  "list",
  {},
  handler(() => import("../../profile/list.ts"))
).pipe(
  Command.withDescription("List the profiles; a star marks the default. Never prints a secret."),
  Command.withExamples([
    { command: "genesys profile list", description: "As a table" },
    { command: "genesys profile list --json", description: "For programs" }
  ]),
  withSharedFlags(outputFlags)
)
