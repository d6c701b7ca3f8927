/** Completion scripts for shells, which know the operations of the SDK, too: a shell starts no program to complete a name. */
import * as Region from "@effect-genesys/auth/Region"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"

/** The argument that names an operation, wherever a command has it. */
const operation = "operation"

/** A choice can be completed, and the help of the flag need not have all regions in it. */
const typed = (flag: Completions.FlagDescriptor): Completions.FlagDescriptor =>
  flag.name === "region" ? { ...flag, type: { _tag: "Choice", values: Region.names } } : flag

/** What every command has beside its own flags: effect/cli leaves that out. */
const flagsOf = (globals: ReadonlyArray<GlobalFlag.GlobalFlag<unknown>>) =>
  Completions.fromCommand(
    Command.make(
      "globals",
      Object.fromEntries(
        [...globals, GlobalFlag.Help, GlobalFlag.LogLevel].map(({ flag }, index) => [String(index), flag])
      )
    )
  ).flags.map(typed)

const completed = (
  command: Completions.CommandDescriptor,
  flags: ReadonlyArray<Completions.FlagDescriptor>,
  values: ReadonlyArray<string>
): Completions.CommandDescriptor => ({
  ...command,
  flags: [...command.flags, ...flags.filter(({ name }) => command.flags.every((own) => own.name !== name))],
  arguments: command.arguments.map((argument) =>
    argument.name === operation && values.length > 0 ? { ...argument, type: { _tag: "Choice", values } } : argument
  ),
  subcommands: command.subcommands.map((inner) => completed(inner, flags, values))
})

/** @param globals the global flags of the command tree */
export const script = Effect.fnUntraced(function* (
  command: Command.Command.Any,
  globals: ReadonlyArray<GlobalFlag.GlobalFlag<unknown>>,
  shell: Completions.Shell
) {
  // Without the SDK the commands can still be completed.
  const operations = yield* Catalogue.use((catalogue) => catalogue.operations).pipe(
    Effect.catchTag("MissingSdkError", () => Effect.succeed([]))
  )
  // A name that several classes have says nothing without its class.
  const names = Object.values(Object.groupBy(operations, ({ name }) => name)).flatMap((found = []) =>
    found.map(({ api, name }) => (found.length > 1 ? `${api}.${name}` : name))
  )
  const tree = completed(Completions.fromCommand(command), flagsOf(globals), names.toSorted())
  // It tells how to install it, with the flag of effect/cli, whose script knows no operation.
  return Completions.generate(command.name, shell, tree).replaceAll(
    `${command.name} --completions ${shell}`,
    `${command.name} completions ${shell}`
  )
})
