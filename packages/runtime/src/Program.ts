/**
 * Runs a program's main effect: one line on standard error for a failure, the exit code that says which, and a clean end
 * on SIGINT and SIGTERM. It prints no stack trace; `--log-level debug` does.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as ErrorMessage from "./ErrorMessage.ts"
import * as ExitCode from "./ExitCode.ts"

export interface ProgramOptions {
  /** How the program calls itself in its error line. */
  readonly name: string
  /** The exit code after SIGINT or SIGTERM. @default 130 */
  readonly interrupted?: number | undefined
}

export const run = <E>(main: Effect.Effect<void, E>, options: ProgramOptions): void =>
  NodeRuntime.runMain(
    Effect.tapCause(main, (cause) => report(options.name, cause)),
    {
      disableErrorReporting: true,
      teardown: (exit, onExit) => onExit(ExitCode.ofExit(exit, options.interrupted))
    }
  )

const report = (name: string, cause: Cause.Cause<unknown>) =>
  Option.match(ErrorMessage.ofCause(cause), {
    onNone: () => Effect.void,
    onSome: (message) =>
      Effect.andThen(Effect.logDebug("the program failed", cause), Console.error(`${name}: ${message}`))
  })
