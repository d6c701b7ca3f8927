/** `genesys alias set`. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { setFlags } from "../../alias/flags.ts"
import { handler } from "../handler.ts"

/** @param root the whole tree, whose commands no alias takes the place of */
export const set = (root: () => Command.Command.Any) => {
  const work = handler(() => import("../../alias/set.ts"))
  return Command.make("set", setFlags, (input) => Effect.suspend(() => work({ ...input, root: root() }))).pipe(
    Command.withDescription("Give a call a name. It never takes the place of a command."),
    Command.withExamples([
      {
        command: "genesys alias set calls -- conversations query --interval today --media voice",
        description: "From then on, genesys calls"
      }
    ])
  )
}
