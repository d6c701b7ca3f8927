import type * as Command from "effect/cli/Command"

/** The examples of the help of a command and all below it. */
export const examplesOf = (command: Command.Command.Any): ReadonlyArray<string> => [
  ...command.examples.map(({ command: line }) => line),
  ...command.subcommands.flatMap(({ commands }) => commands).flatMap(examplesOf)
]
