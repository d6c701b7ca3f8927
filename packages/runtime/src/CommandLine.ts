/**
 * Runs a tree of `effect/cli` commands the way scripts expect: results on standard output, and the help of a wrong call
 * on standard error with exit code 2.
 */
import type * as ConfigurationError from "@effect-genesys/auth/ConfigurationError"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as LogLevel from "effect/LogLevel"
import * as Logging from "./Logging.ts"
import * as Program from "./Program.ts"
import * as Settings from "./Settings.ts"
import { version, versionLine } from "./Version.ts"

/** Without words on how the value was checked. */
const plain = (error: CliError.CliError): CliError.CliError => {
  if (!(error instanceof CliError.InvalidValue)) return error
  const { expected, kind, option, value } = error
  return new CliError.InvalidValue({
    kind,
    option,
    value,
    expected: expected.replace("Schema validation failed: ", "")
  })
}

const presenter: CliOutput.Presenter = {
  present: Effect.fnUntraced(function* (event) {
    if (event._tag === "Version") return yield* Console.log(versionLine(event.name))
    if (event._tag !== "InvalidInvocation") return yield* CliOutput.defaultPresenter.present(event)
    const formatter = CliOutput.defaultFormatter({ colors: process.stderr.isTTY && !process.env["NO_COLOR"] })
    yield* Console.error(formatter.formatHelpDoc(event.helpDoc))
    yield* Console.error(formatter.formatErrors(event.errors.map(plain)))
  })
}

/** The interactive wizard is left out: it would put secrets into an argument list. */
const builtIns = CliConfig.defaults.builtIns.filter((flag) => flag !== GlobalFlag.Wizard)

export interface CommandLineOptions extends Program.ProgramOptions {
  /** What is logged when neither `--log-level` nor `LOG_LEVEL` says so. */
  readonly logLevel: LogLevel.LogLevel
}

export const run = <Name extends string, Input, ContextInput, E>(
  command: Command.Command<Name, Input, ContextInput, E, Command.Environment>,
  options: CommandLineOptions
): void =>
  Program.run<E | CliError.CliError | ConfigurationError.ConfigurationError>(
    Command.run(command, { version }).pipe(
      Effect.provide(
        Layer.mergeAll(CliOutput.layerPresenter(presenter), CliConfig.layer({ builtIns }), Settings.layer).pipe(
          Layer.provideMerge(Logging.layer(options.logLevel)),
          Layer.provideMerge(NodeServices.layer)
        )
      )
    ),
    options
  )
