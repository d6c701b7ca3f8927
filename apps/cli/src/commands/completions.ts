/** `genesys completions`: the script that makes a shell complete commands, flags and operations. */
import * as Output from "@effect-genesys/runtime/Output"
import * as Shells from "@effect-genesys/runtime/Shells"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import type * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

const shell = Argument.Literals("shell", Shells.shells).pipe(Argument.withDescription("Which shell the script is for"))

/** @param root the whole command tree, of which this command is a part @param globals its global flags */
export const completions = (root: () => Command.Command.Any, globals: ReadonlyArray<GlobalFlag.GlobalFlag<unknown>>) =>
  Command.make("completions", { shell }, (flags) =>
    Effect.gen(function* () {
      const script = yield* Shells.script(root(), globals, flags.shell)
      yield* Output.raw(Stream.make(`${script}\n`))
    }).pipe(Effect.provide(Catalogue.layer))
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
