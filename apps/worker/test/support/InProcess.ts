/**
 * Runs a command of `genesys-worker` in the process of the test, to its end: for the many cases in which a process of their own
 * would prove nothing more. Its exit code is that of the program; its error is the line that the program would print.
 */
import * as ErrorMessage from "@effect-genesys/program/ErrorMessage"
import * as ExitCode from "@effect-genesys/program/ExitCode"
import * as Logging from "@effect-genesys/program/Logging"
import * as Settings from "@effect-genesys/program/Settings"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { format } from "node:util"
import { genesysWorker } from "../../src/commands/genesysWorker.ts"
import type { Env } from "./Process.ts"

/** @param until when it is told to stop; else it ends by itself */
export const run = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env: Env = {}, until?: RegExp) {
  const [out, err]: [Array<string>, Array<string>] = [[], []]
  const into =
    (lines: Array<string>) =>
    (...parts: ReadonlyArray<unknown>) =>
      void lines.push(`${format(...parts)}\n`)
  const console: Console.Console = { ...globalThis.console, log: into(out), error: into(err) }
  const services = Settings.layer.pipe(
    Layer.provideMerge(Logging.layer("Info")),
    Layer.provideMerge(NodeServices.layer),
    Layer.provideMerge(ConfigProvider.layer(ConfigProvider.fromEnvRecord(env)))
  )
  const fiber = yield* Effect.forkChild(
    Command.runWith(genesysWorker, { version: "0.0.0" })(args).pipe(
      Effect.provide(services),
      Effect.provideService(Console.Console, console)
    )
  )
  if (until !== undefined) {
    const isThere = Effect.sync(
      () => fiber.pollUnsafe() !== undefined || until.test(err.join("")) || until.test(out.join(""))
    )
    yield* Effect.repeat(Effect.delay(isThere, "10 millis"), { until: (there) => there })
    yield* Fiber.interrupt(fiber)
  }
  const exit = yield* Fiber.await(fiber)
  return {
    code: ExitCode.ofExit(exit),
    stdout: out.join(""),
    stderr: err.join(""),
    error: Exit.isFailure(exit) ? Option.getOrUndefined(ErrorMessage.ofCause(exit.cause)) : undefined
  }
})
