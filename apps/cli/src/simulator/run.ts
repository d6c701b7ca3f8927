/** What `genesys simulator` does: it runs until it is stopped. */
import * as InputFile from "@effect-genesys/core/InputFile"
import { settingNames } from "@effect-genesys/core/Settings"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as AllOperations from "@effect-genesys/simulator/AllOperations"
import * as Scenario from "@effect-genesys/simulator/Scenario"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as SmallHeap from "@effect-genesys/simulator/SmallHeap"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Input } from "./flags.ts"

const readScenario = Effect.fnUntraced(function* (file: string) {
  const text = yield* InputFile.read(file).pipe(
    Effect.map((bytes) => new TextDecoder().decode(bytes)),
    Effect.mapError(() => new UsageError({ message: `The scenario ${file} cannot be read.` }))
  )
  return yield* Effect.mapError(
    Scenario.parse(text),
    ({ message }) => new UsageError({ message: `The scenario ${file} is wrong: ${message}` })
  )
})

/** `EADDRINUSE`, for instance. */
const codeOf = Schema.decodeUnknownOption(Schema.Struct({ code: Schema.String }))

const cannotListen = (options: { readonly host: string; readonly port: number }, cause: unknown) => {
  const code = Option.getOrElse(codeOf(cause), () => ({ code: "" })).code
  return new UsageError({
    message:
      code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN"
        ? `The address ${options.host} is not one of this machine's. Choose another one with --host.`
        : `The port ${options.port} cannot be used, perhaps because another program does. Choose another one with --port.`
  })
}

const announce = Simulator.use(({ clientId, clientSecret, url }) =>
  Console.log(
    [
      `Genesys Cloud simulator: ${url}`,
      `Client id:     ${clientId}`,
      `Client secret: ${Redacted.value(clientSecret)}`,
      "",
      "# Paste these into another shell:",
      `export ${settingNames.loginUrl}=${url}`,
      `export ${settingNames.apiUrl}=${url}`,
      `export ${settingNames.clientId}=${clientId}`,
      `export ${settingNames.clientSecret}=${Redacted.value(clientSecret)}`,
      "# Then, there: genesys doctor"
    ].join("\n")
  )
)

export const run = Effect.fnUntraced(function* ({ scenario: file, ...options }: Input) {
  const steps = Option.isNone(file) ? [] : yield* readScenario(file.value)
  yield* SmallHeap.keep
  if (options.allOperations) yield* AllOperations.check
  const context = yield* Effect.mapError(Layer.build(Simulator.layer({ ...options, scenario: steps })), ({ cause }) =>
    cannotListen(options, cause)
  )
  yield* Effect.provide(announce, Layer.succeedContext(context))
  yield* Effect.never
}, Effect.scoped)
