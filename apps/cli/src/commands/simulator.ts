/** `genesys simulator`: a Genesys Cloud on this machine, with what a shell needs to use it. */
import { UsageError } from "@effect-genesys/runtime/UsageError"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
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

export const simulator = Command.make(
  "simulator",
  { port, tokenLifetime, seed },
  Effect.fnUntraced(function* (flags) {
    const context = yield* Effect.mapError(
      Layer.build(Simulator.layer(flags)),
      () =>
        new UsageError({
          message: `The port ${flags.port} cannot be used, perhaps because another program does. Choose another one with --port.`
        })
    )
    yield* Effect.provide(announce, Layer.succeedContext(context))
    yield* Effect.never
  }, Effect.scoped)
).pipe(
  Command.withDescription("Run a Genesys Cloud on this machine until Ctrl-C."),
  Command.withExamples([
    { command: "genesys simulator", description: "Listen on a free port" },
    { command: "genesys simulator --port 8080 --token-lifetime 300", description: "Tokens that live five minutes" }
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
