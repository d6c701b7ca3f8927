/**
 * Runs a tree of `effect/cli` commands the way scripts expect: results on standard output, and what is wrong with a call, with where
 * its help is, on standard error with exit code 2.
 */
import type * as ConfigurationError from "@effect-genesys/core/ConfigurationError"
import * as NodeChildProcessSpawner from "@effect/platform-node/NodeChildProcessSpawner"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as NodeStdio from "@effect/platform-node/NodeStdio"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as LogLevel from "effect/LogLevel"
import type * as Path from "effect/Path"
import { Arguments } from "./Arguments.ts"
import * as HelpText from "./internal/helpText.ts"
import * as LateTerminal from "./internal/lateTerminal.ts"
import * as Logging from "./Logging.ts"
import * as Program from "./Program.ts"
import * as Settings from "./Settings.ts"
import * as Streams from "./Streams.ts"
import * as TerminalText from "./TerminalText.ts"
import { UsageError } from "./UsageError.ts"
import { version, versionLine } from "./Version.ts"

/** Without words on how the value was checked, and in one line. */
const brief = (error: CliError.CliError): string => {
  if (error instanceof CliError.UnrecognizedOption) {
    return oneLine(error.message, error.suggestions)
  }
  if (error instanceof CliError.UnknownSubcommand) {
    return oneLine(error.message, error.suggestions)
  }
  if (!(error instanceof CliError.InvalidValue)) return error.message
  const { expected, kind, option, value } = error
  return new CliError.InvalidValue({
    kind,
    option,
    value,
    expected: expected.replace("Schema validation failed: ", "")
  }).message
}

/** What may have been meant stands in lines of its own, at the end. */
const oneLine = (message: string, suggestions: ReadonlyArray<string>) =>
  suggestions.length === 0
    ? message
    : `${message.slice(0, message.lastIndexOf("\n\n"))}. Did you mean ${suggestions.join(" or ")}?`

const presenter = (name: string): CliOutput.Presenter => ({
  present: Effect.fnUntraced(function* (event) {
    if (event._tag === "Version") return yield* Console.log(versionLine(event.name))
    if (event._tag === "Help") {
      const { canColor } = yield* TerminalCapabilities.TerminalCapabilities
      const { columns, isTTY } = process.stdout
      const text = HelpText.make(event.helpDoc, { colour: canColor, width: isTTY ? columns : undefined })
      return yield* Streams.write(...TerminalText.ours(`${text}\n`))
    }
    // It repeats what was typed, which a script may have got from somebody else.
    const said = event.errors.map((error) => `${name}: ${TerminalText.line(brief(error))}\n`)
    Streams.tell(...said, `Usage: ${event.helpDoc.usage}; for all of it: ${event.commandPath.join(" ")} --help\n`)
  })
})

/**
 * An argument that is empty, or nothing but blanks, comes from a variable that a script has not set. No command means anything by
 * one, and what is asked for without it is something else: all users in place of one. What follows `--` is ours too, but for the
 * arguments of a program that `exec` runs.
 */
export const checkArguments = (args: ReadonlyArray<string>): Effect.Effect<void, UsageError> => {
  const end = args.indexOf("--")
  const isOfProgram = end !== -1 && args.slice(0, end).includes("exec")
  const own = isOfProgram ? args.slice(0, end + 2) : args
  const at = own.findIndex((arg) => /^(?:--[\w-]+=)?\s*$/.test(arg))
  if (at === -1) return Effect.void
  // The flag that it is the value of, or the word before it.
  const before = own[at]?.trimEnd().replace(/=$/, "") || own[at - 1]
  return Effect.fail(
    new UsageError({
      message:
        `An argument is empty${before === undefined ? "" : `: the one ${own[at]?.startsWith("--") === true ? "of" : "after"} ${TerminalText.line(before)}`}. ` +
        "Say what is meant, or leave it out; a variable of a script may not be set."
    })
  )
}

/** What every command has. The interactive wizard is left out: it would put secrets into an argument list. */
export const builtIns: ReadonlyArray<GlobalFlag.GlobalFlag<any>> = CliConfig.defaults.builtIns.filter(
  (flag) => flag !== GlobalFlag.Wizard
)

/** What every command may use of Node. */
const platform = Layer.mergeAll(NodeStdio.layer, LateTerminal.layer, NodeChildProcessSpawner.layer).pipe(
  Layer.provideMerge(Layer.merge(NodeFileSystem.layer, NodePath.layer))
)

/** The name of a program, and what it logs. */
export interface CommandLineOptions extends Program.ProgramOptions {
  /** What is logged when neither `--log-level` nor `LOG_LEVEL` says so. */
  readonly logLevel: LogLevel.LogLevel
  /** Makes of what is typed the arguments that are meant. */
  readonly expand?:
    | ((
        args: ReadonlyArray<string>
      ) => Effect.Effect<
        ReadonlyArray<string>,
        ConfigurationError.ConfigurationError,
        FileSystem.FileSystem | Path.Path
      >)
    | undefined
}

/** What `run` runs: the command with these arguments, with what each command needs. */
export const program = <Name extends string, Input, ContextInput, E>(
  command: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  args: ReadonlyArray<string>,
  options: CommandLineOptions
): Effect.Effect<void, E | CliError.CliError | ConfigurationError.ConfigurationError | UsageError> =>
  Program.reported(
    Effect.andThen(checkArguments(args), options.expand?.(args) ?? Effect.succeed(args)).pipe(
      Effect.flatMap((meant) => Effect.provideService(Command.runWith(command, { version })(meant), Arguments, meant)),
      Effect.provide(
        Layer.mergeAll(
          CliOutput.layerPresenter(presenter(options.name)),
          CliConfig.layer({ builtIns }),
          Settings.layer
        ).pipe(Layer.provideMerge(Logging.layer(options.logLevel)), Layer.provideMerge(platform))
      )
    ),
    options
  )

/** Runs a program with the arguments of this process, and ends the process with its exit code. */
export const run = <Name extends string, Input, ContextInput, E>(
  command: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  options: CommandLineOptions
): void => Program.run(program(command, process.argv.slice(2), options), options)
