/**
 * A program and a simulator that speak over real sockets, through a proxy, on one virtual clock: time stands still while
 * bytes are under way.
 */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { SimulatorOptions } from "@effect-genesys/simulator/SimulatorOptions"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { GenesysClient } from "../src/GenesysClient.ts"
import { Notifications } from "../src/Notifications.ts"
import { RateLimit } from "../src/RateLimit.ts"
import * as Transport from "../src/Transport.ts"
import * as Wires from "./Wire.ts"

export class Wire extends Context.Service<Wire, Wires.Wire>()("@effect-genesys/client/test/Wire") {}

const credentials = Layer.unwrap(
  Simulator.use(({ clientId, clientSecret }) =>
    Effect.succeed(Credentials.layer(new ClientCredentials({ clientId, clientSecret })))
  )
)
const environment = Layer.unwrap(
  Wire.use(({ url }) => Effect.succeed(Environment.layer({ loginUrl: url, apiUrl: url })))
)

export const layer = (options: SimulatorOptions = {}) =>
  Notifications.layer.pipe(
    Layer.provideMerge(GenesysClient.layer),
    Layer.provide(RateLimit.layer),
    Layer.provideMerge(TokenManager.layer),
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide(NodeCrypto.layerDigest),
    Layer.provide(credentials),
    Layer.provide(environment),
    Layer.provide(Transport.layer),
    Layer.provideMerge(
      Layer.effect(
        Wire,
        Simulator.use(({ url }) => Wires.make(url))
      )
    ),
    Layer.provideMerge(Simulator.layer(options)),
    Layer.orDie
  )

const breath = Effect.promise(() => new Promise<void>((resume) => setTimeout(resume, 2)))

/** Waits until no more bytes move. */
const settle = Effect.gen(function* () {
  const { moved } = yield* Wire
  let before: number
  do {
    before = moved()
    yield* breath
  } while (moved() !== before)
})

/** Lets time pass in steps, after each of which all that is sent arrives. */
export const pass = Effect.fnUntraced(function* (span: Duration.Input, step: Duration.Input = "500 millis") {
  yield* settle
  for (let left = Duration.toMillis(Duration.fromInputUnsafe(span)); left > 0;) {
    const next = Math.min(left, Duration.toMillis(Duration.fromInputUnsafe(step)))
    yield* TestClock.adjust(next)
    yield* settle
    left -= next
  }
})
