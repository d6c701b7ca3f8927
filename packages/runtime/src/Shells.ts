/** Completion scripts for shells, which know the operations of the SDK, too: a shell starts no program to complete a name. */
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import type * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as Effect from "effect/Effect"

export const shells = ["bash", "zsh", "fish", "powershell"] as const

/** The argument that names an operation, wherever a command has it. */
const operation = "operation"

const withOperations = (
  command: Completions.CommandDescriptor,
  values: ReadonlyArray<string>
): Completions.CommandDescriptor => ({
  ...command,
  arguments: command.arguments.map((argument) =>
    argument.name === operation ? { ...argument, type: { _tag: "Choice", values } } : argument
  ),
  subcommands: command.subcommands.map((inner) => withOperations(inner, values))
})

export const script = Effect.fnUntraced(function* (command: Command.Command.Any, shell: Completions.Shell) {
  const operations = yield* Catalogue.use((catalogue) => catalogue.operations)
  const names = [...new Set(operations.map(({ name }) => name))].toSorted()
  return Completions.generate(command.name, shell, withOperations(Completions.fromCommand(command), names))
})
