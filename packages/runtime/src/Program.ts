/**
 * Runs a program's main effect: one line on standard error for a failure, the exit code that says which, and a clean end
 * on signals and on a closed pipe. All that it prints goes through `Streams`. It prints no stack trace; `--log-level debug` does.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ErrorMessage from "./ErrorMessage.ts"
import * as ExitCode from "./ExitCode.ts"
import * as Streams from "./Streams.ts"

export interface ProgramOptions {
  /** How the program calls itself in its error line. */
  readonly name: string
}

let isService = false

/** From now on the program is a service: one that is told to stop, and does, has not failed. Else it exits with 130. */
export const asService: Effect.Effect<void> = Effect.sync(() => {
  isService = true
})

export const run = <E>(main: Effect.Effect<void, E>, options: ProgramOptions): void => {
  const interrupted = () => (isService ? ExitCode.exitCodes.done : ExitCode.exitCodes.interrupted)
  forgoColours()
  let signals = 0
  let closedPipe = false
  // The first signal ends the program in good order, a second one at once.
  const onSignal = () => {
    if (++signals > 1) process.exit(interrupted())
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal)
  // A closed terminal ends it like any other request to stop.
  process.on("SIGHUP", () => process.emit("SIGTERM"))
  // Whoever read the output has gone (`| head -1`): nothing is left to do, and nobody to tell.
  for (const output of [process.stdout, process.stderr]) {
    output.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") {
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
  NodeRuntime.runMain(
    Effect.tapCause(main, (cause) => report(options.name, cause)).pipe(
      Effect.provideService(Console.Console, Streams.console)
    ),
    {
      disableErrorReporting: true,
      teardown: (exit, onExit) =>
        onExit(closedPipe ? ExitCode.exitCodes.closedPipe : ExitCode.ofExit(exit, interrupted()))
    }
  )
}

/** `--no-color` is the variable by another name, for the help and for whatever is started, too. */
const forgoColours = () => {
  const end = process.argv.indexOf("--")
  if (process.argv.slice(2, end === -1 ? undefined : end).includes("--no-color")) process.env["NO_COLOR"] = "1"
}

const report = (name: string, cause: Cause.Cause<unknown>) =>
  Option.match(ErrorMessage.ofCause(cause), {
    onNone: () => Effect.void,
    onSome: (message) =>
      Effect.andThen(Effect.logDebug("the program failed", cause), Console.error(`${name}: ${message}`))
  })
