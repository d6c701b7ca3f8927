/** `genesys users get`: one user. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { callFlags } from "../../calls/CallFlags.ts"
import { identityFlags } from "../../calls/IdentityFlags.ts"
import { outputFlags } from "../../output/OutputFlags.ts"
import { handler } from "../handler.ts"
import { withSharedFlags } from "../sharedFlags.ts"

const flags = { id: Argument.String("id").pipe(Argument.withDescription("The id of the user")) }
export type Input = Command.Command.Config.Infer<typeof flags>

export const get = Command.make(
  "get",
  flags,
  handler(() => import("../../users/get.ts"))
).pipe(
  Command.withDescription("Show one user. Exits with 5 if there is none."),
  Command.withExamples([
    {
      command: "genesys users get b0ced89c-86b0-4e88-b56e-36cb03e509d1 --output yaml",
      description: "All that is known of a user"
    }
  ]),
  withSharedFlags([...identityFlags, ...callFlags, ...outputFlags])
)
