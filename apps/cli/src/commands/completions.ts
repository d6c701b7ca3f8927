/** `genesys completions`: the script that makes a shell complete commands, flags and operations. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import type * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"

const shell = Argument.Literals("shell", ["bash", "zsh", "fish", "powershell"]).pipe(
  Argument.withDescription("Which shell the script is for")
)

/** @param root the whole command tree, of which this command is a part @param globals its global flags */
export const completions = (root: () => Command.Command.Any, globals: ReadonlyArray<GlobalFlag.GlobalFlag<unknown>>) =>
  Command.make("completions", { shell }, (flags) =>
    Effect.flatMap(
      Effect.promise(() => import("../handlers/completions.ts")),
      ({ run }) => run(root(), globals, flags.shell)
    )
  ).pipe(
    Command.withDescription(
      "Print a completion script for a shell. It completes commands, flags and the operations of sdk."
    ),
    Command.withExamples([
      {
        command: "genesys completions bash",
        description: 'For bash: add eval "$(genesys completions bash)" to ~/.bashrc'
      },
      {
        command: "genesys completions fish",
        description: "For fish: write it to ~/.config/fish/completions/genesys.fish"
      }
    ])
  )
