/**
 * Runs a program's main effect: one line on standard error for a failure, the exit code that says which, and a clean end
 * on signals and on a closed pipe. All that it prints goes through `Streams`. It prints no stack trace; `--log-level debug` does.
 */
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import { settingNames } from "@effect-genesys/core/Settings"
import * as ErrorMessage from "./ErrorMessage.ts"
import * as ExitCode from "./ExitCode.ts"
import * as Streams from "./Streams.ts"
import * as Signals from "./Signals.ts"

/** What a program is called, and how it takes signals. */
export interface ProgramOptions {
  /** How the program calls itself in its error line. */
  readonly name: string
  /**
   * Whether one of its commands is a service. Until a command has said by `asService` or `asCommand` what it is, signals wait. All
   * commands of other programs are commands from the start.
   */
  readonly maybeService?: boolean | undefined
  /** What to type after a failure. A terminal shows it below the line of the error. */
  readonly remedy?: ((error: unknown) => string | undefined) | undefined
}

/**
 * From now on the program is a service: one that is told to stop, and does, has not failed, and SIGHUP does not end it. What it
 * does instead is in `Hangup`.
 */
export const asService: Effect.Effect<void> = Effect.sync(() => Signals.decide("service"))

/** From now on the program is a command: it exits with 130 when it is told to stop, and a closed terminal tells it so. */
export const asCommand: Effect.Effect<void> = Effect.sync(() => Signals.decide("command"))

const runMain = Runtime.makeRunMain(({ fiber, teardown }) => {
  Signals.listen(() => fiber.interruptUnsafe(fiber.id))
  fiber.addObserver((exit) =>
    teardown(exit, (code) => {
      if (Signals.wasStopped() || code !== 0) process.exit(code)
    })
  )
})

/** Has its failure told in a line, and all that it prints go through `Streams`. */
export const reported = <E>(main: Effect.Effect<void, E>, options: ProgramOptions): Effect.Effect<void, E> =>
  Effect.tapCause(main, (cause) => report(options, cause)).pipe(Effect.provideService(Console.Console, Streams.console))

/**
 * Runs it, and ends the process with its exit code.
 *
 * @param main as `reported` makes it
 */
export const run = <E>(main: Effect.Effect<void, E>, options: ProgramOptions): void => {
  forgoColours()
  if (options.maybeService !== true) Signals.decide("command")
  let closedPipe = false
  // Whoever read the output has gone (`| head -1`): nothing is left to do, and nobody to tell.
  for (const output of [process.stdout, process.stderr]) {
    output.on("error", (error: NodeJS.ErrnoException) => {
      // A terminal that was closed is read by nobody, either.
      if (error.code !== "EPIPE" && !(error.code === "EIO" && output.isTTY)) {
        // Such as a full disk behind `> file`: what was printed is not whole.
        if (output === process.stdout) {
          Streams.tell(`${options.name}: the output cannot be written (${error.code ?? error.message}).\n`)
        }
        process.exit(ExitCode.exitCodes.failed)
      }
      if (!closedPipe) process.emit("SIGTERM")
      closedPipe = true
    })
  }
  runMain(main, {
    disableErrorReporting: true,
    teardown: (exit, onExit) =>
      onExit(closedPipe ? ExitCode.exitCodes.closedPipe : ExitCode.ofExit(exit, Signals.interrupted()))
  })
}

/** `--no-color` is the variable by another name, for the help and for whatever is started, too. */
const forgoColours = () => {
  const end = process.argv.indexOf("--")
  const isGiven = process.argv
    .slice(2, end === -1 ? undefined : end)
    .some((arg) => /^--no-color(?:=(?:true|1|y|yes|on))?$/.test(arg))
  if (isGiven) process.env[settingNames.noColor] = "1"
}

const report = ({ name, remedy }: ProgramOptions, cause: Cause.Cause<unknown>) =>
  Option.match(ErrorMessage.ofCause(cause), {
    onNone: () => Effect.void,
    onSome: (message) => {
      const error = Option.getOrUndefined(Cause.findErrorOption(cause))
      const next = process.stderr.isTTY ? remedy?.(error) : undefined
      const lines = [`${name}: ${message}`, ...(next === undefined ? [] : [`Next: ${next}.`])]
      return Effect.andThen(Effect.logDebug("the program failed", cause), Console.error(lines.join("\n")))
    }
  })
