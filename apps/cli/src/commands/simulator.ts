/** `genesys simulator`: a Genesys Cloud on this machine, with what a shell needs to use it. */
import { UsageError } from "@effect-genesys/runtime/UsageError"
import * as Scenario from "@effect-genesys/simulator/Scenario"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as SmallHeap from "@effect-genesys/simulator/SmallHeap"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const port = Flag.Int("port").pipe(
  Flag.withDescription("The port to listen on; 0 takes a free one"),
  Flag.withSchema(int(0, 65_535)),
  Flag.withDefault(0)
)

const tokenLifetime = Flag.Int("token-lifetime").pipe(
  Flag.withDescription("Seconds that a token lives"),
  Flag.withSchema(int(1, 172_800)),
  Flag.withDefault(86_400)
)

const seed = Flag.Int("seed").pipe(
  Flag.withDescription("The number that users, conversations and the secret are computed from"),
  Flag.withDefault(1)
)

const conversationsPerHour = Flag.Int("conversations-per-hour").pipe(
  Flag.withDescription("How many conversations start in an hour"),
  Flag.withSchema(int(1, 1_000_000)),
  Flag.withDefault(60)
)

const host = Flag.String("host").pipe(
  Flag.withDescription("The address to listen on; anything but loopback lets other machines in"),
  Flag.withSchema(Schema.NonEmptyString),
  Flag.withDefault("127.0.0.1")
)

const scenario = Flag.String("scenario").pipe(
  Flag.withMetavar("FILE"),
  Flag.withDescription("A JSON file of what shall happen at which second"),
  Flag.optional
)

const readScenario = Effect.fnUntraced(function* (file: string) {
  const text = yield* FileSystem.FileSystem.use((fs) => fs.readFileString(file)).pipe(
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

export const simulator = Command.make(
  "simulator",
  { port, host, tokenLifetime, seed, conversationsPerHour, scenario },
  Effect.fnUntraced(function* ({ scenario: file, ...options }) {
    const steps = Option.isNone(file) ? [] : yield* readScenario(file.value)
    yield* SmallHeap.keep
    const context = yield* Effect.mapError(Layer.build(Simulator.layer({ ...options, scenario: steps })), ({ cause }) =>
      cannotListen(options, cause)
    )
    yield* Effect.provide(announce, Layer.succeedContext(context))
    yield* Effect.never
  }, Effect.scoped)
).pipe(
  Command.withDescription("Run a Genesys Cloud on this machine until Ctrl-C."),
  Command.withExamples([
    { command: "genesys simulator", description: "Listen on a free port" },
    { command: "genesys simulator --port 8080 --token-lifetime 300", description: "Tokens that live five minutes" },
    { command: "genesys simulator --scenario outage.json", description: "With faults at given moments" }
  ])
)

const announce = Simulator.use(({ clientId, clientSecret, url }) =>
  Console.log(
    [
      `Genesys Cloud simulator: ${url}`,
      `Client id:     ${clientId}`,
      `Client secret: ${Redacted.value(clientSecret)}`,
      "",
      "# Paste these into another shell:",
      `export GENESYS_CLOUD_LOGIN_URL=${url}`,
      `export GENESYS_CLOUD_API_URL=${url}`,
      `export GENESYS_CLOUD_CLIENT_ID=${clientId}`,
      `export GENESYS_CLOUD_CLIENT_SECRET=${Redacted.value(clientSecret)}`
    ].join("\n")
  )
)
