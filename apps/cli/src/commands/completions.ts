/** `genesys completions`: what makes a shell complete commands, flags, files, profiles, regions and operations. */
import * as Command from "effect/cli/Command"
import { flags } from "../completions/flags.ts"
import { handler } from "./handler.ts"

/** @param root the whole command tree, of which this command is a part */
export const completions = (root: () => Command.Command.Any) => {
  const run = handler(() => import("../completions/run.ts"))
  return Command.make("completions", flags, (given) => run({ ...given, root: root() })).pipe(
    Command.withDescription(
      "Print a completion script for a shell. It completes commands, flags, files where a flag or exec takes one, regions, profiles and the operations of sdk. It costs a shell nothing at its start."
    ),
    Command.withExamples([
      {
        command: "genesys completions bash",
        description: 'For bash: add eval "$(genesys completions bash)" to ~/.bashrc'
      },
      {
        command: "genesys completions fish",
        description: "For fish: write it to ~/.config/fish/completions/genesys.fish"
      },
      {
        command: "genesys completions zsh",
        description: 'For zsh: add eval "$(genesys completions zsh)" to ~/.zshrc, after compinit'
      }
    ])
  )
}
