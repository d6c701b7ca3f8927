/**
 * Runs a command of `genesys` in the process of the test: for the many cases in which a process of their own would prove nothing
 * more. Its exit code is that of the program; what it would print on standard error is the log, the help of a wrong call, and the
 * line of its error.
 */
import * as CommandLine from "@effect-genesys/program/CommandLine"
import * as ErrorMessage from "@effect-genesys/program/ErrorMessage"
import * as ExitCode from "@effect-genesys/program/ExitCode"
import * as Logging from "@effect-genesys/program/Logging"
import * as Settings from "@effect-genesys/program/Settings"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Command from "effect/cli/Command"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { join } from "node:path"
import { format } from "node:util"
import * as Process from "../../../worker/test/support/Process.ts"
import { genesys } from "../../src/commands/genesys.ts"
import * as Written from "./Written.ts"

export const run = Effect.fnUntraced(function* (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
) {
  const err: Array<string> = []
  const into = (...parts: ReadonlyArray<unknown>) => void err.push(`${format(...parts)}\n`)
  const console: Console.Console = { ...globalThis.console, log: into, error: into }
  const home = Process.shared("home")
  const folders = { HOME: home, XDG_CACHE_HOME: join(home, "cache"), XDG_CONFIG_HOME: join(home, "config") }
  const services = Settings.layer.pipe(
    Layer.provideMerge(Logging.layer("Warn")),
    Layer.provideMerge(NodeServices.layer),
    Layer.provideMerge(ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...folders, ...env })))
  )
  const { result, text } = yield* Effect.andThen(
    CommandLine.checkArguments(args),
    Command.runWith(genesys, { version: "0.0.0" })(args)
  ).pipe(Effect.provide(services), Effect.provideService(Console.Console, console), Effect.exit, Written.onOutput)
  const exit = Result.getOrThrow(result)
  const error = Exit.isFailure(exit) ? Option.getOrUndefined(ErrorMessage.ofCause(exit.cause)) : undefined
  return { code: ExitCode.ofExit(exit), stdout: text, stderr: err.join("") + (error === undefined ? "" : `${error}\n`) }
})

/** The settings of whoever calls the simulator of the test. */
export const simulated = Simulator.use(({ clientId, clientSecret, url }) =>
  Effect.succeed({
    GENESYS_CLOUD_CLIENT_ID: clientId,
    GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(clientSecret),
    GENESYS_CLOUD_LOGIN_URL: url,
    GENESYS_CLOUD_API_URL: url
  })
)
