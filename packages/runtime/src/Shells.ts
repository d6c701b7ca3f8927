/** Completion scripts for shells, which know the operations of the SDK, too: a shell starts no program to complete a name. */
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"

/** The argument that names an operation, wherever a command has it. */
const operation = "operation"

/** What every command has beside its own flags: effect/cli leaves that out. */
const flagsOf = (globals: ReadonlyArray<GlobalFlag.GlobalFlag<unknown>>) =>
  Completions.fromCommand(
    Command.make(
      "globals",
      Object.fromEntries(
        [...globals, GlobalFlag.Help, GlobalFlag.LogLevel].map(({ flag }, index) => [String(index), flag])
      )
    )
  ).flags

const completed = (
  command: Completions.CommandDescriptor,
  flags: ReadonlyArray<Completions.FlagDescriptor>,
  values: ReadonlyArray<string>
): Completions.CommandDescriptor => ({
  ...command,
  flags: [...command.flags, ...flags.filter(({ name }) => command.flags.every((own) => own.name !== name))],
  arguments: command.arguments.map((argument) =>
    argument.name === operation ? { ...argument, type: { _tag: "Choice", values } } : argument
  ),
  subcommands: command.subcommands.map((inner) => completed(inner, flags, values))
})

/** @param globals the global flags of the command tree */
export const script = Effect.fnUntraced(function* (
  command: Command.Command.Any,
  globals: ReadonlyArray<GlobalFlag.GlobalFlag<unknown>>,
  shell: Completions.Shell
) {
  const operations = yield* Catalogue.use((catalogue) => catalogue.operations)
  const names = [...new Set(operations.map(({ name }) => name))].toSorted()
  const tree = completed(Completions.fromCommand(command), flagsOf(globals), names)
  return Completions.generate(command.name, shell, tree)
})
