/** The flags of `genesys completions`. */
import * as Argument from "effect/cli/Argument"
import type * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"

export const flags = {
  what: Argument.Literals("shell", ["bash", "zsh", "fish", "powershell", "operations", "profiles"]).pipe(
    Argument.withDescription(
      "Which shell the script is for; operations and profiles are what a script asks for by itself"
    )
  ),
  whole: Flag.Boolean("whole").pipe(
    Flag.withDescription(
      "The whole script at once; left out, bash and zsh get a few lines that load it at the first Tab"
    ),
    Flag.withoutNegation,
    Flag.withDefault(false)
  )
}
export type Input = Command.Command.Config.Infer<typeof flags>
