// What a user's program does with the packages: it is compiled and run where nothing but their tarballs is installed.
import { createTokenManager } from "@effect-genesys/auth"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { AuthenticationError } from "@effect-genesys/auth/TokenError"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import { TokenStoreSuite } from "@effect-genesys/auth/testing"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import { RateLimitSuite } from "@effect-genesys/client/testing"
import * as Transport from "@effect-genesys/client/Transport"
import { Users } from "@effect-genesys/client/Users"
import { Plan } from "@effect-genesys/export"
import { SinkSuite } from "@effect-genesys/export/testing"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { NodeCrypto } from "@effect/platform-node"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** A secret that this program wraps, with the copy of Effect that this program has. */
const grant = ({ clientId, clientSecret }: Simulator["Service"]) =>
  new ClientCredentials({ clientId, clientSecret: Redacted.make(Redacted.value(clientSecret)) })

const layer = Layer.unwrap(
  Simulator.useSync((simulator) =>
    Users.layer.pipe(
      Layer.provide(GenesysClient.layer),
      Layer.provide(RateLimit.layer),
      Layer.provide(TokenManager.layer),
      Layer.provide(TokenEndpoint.layerHttp),
      Layer.provide([
        Credentials.layer(grant(simulator)),
        Environment.layer({ loginUrl: simulator.url, apiUrl: simulator.url }),
        Transport.layer,
        NodeCrypto.layerDigest
      ])
    )
  )
)

const promises = async ({ clientId, clientSecret, url: loginUrl }: Simulator["Service"]) => {
  const good = createTokenManager({ clientId, clientSecret: Redacted.value(clientSecret), loginUrl })
  const bad = createTokenManager({ clientId, clientSecret: "wrong", loginUrl })
  const token: string = await good.getToken()
  const refusal: unknown = await bad.getToken().catch((error: unknown) => error)
  await Promise.all([good.close(), bad.close()])
  return [token.length > 0, refusal instanceof AuthenticationError]
}

const program = Effect.gen(function* () {
  const user = yield* Users.use((users) => users.findByEmail("test.user@yourcompany.com"))
  yield* Console.log(Option.getOrThrow(user).email)
  const simulator = yield* Simulator
  yield* Console.log(...(yield* Effect.promise(() => promises(simulator))))
  yield* Console.log(Plan !== undefined && SinkSuite.lastingCases(Effect.never).length > 0)
  // What somebody who writes a store or a limit runs on it.
  const kits = [
    TokenStoreSuite.cases(() => TokenStore.layerMemory, { isShared: false }),
    RateLimitSuite.cases(() => RateLimit.layer)
  ]
  for (const { run } of kits.flat()) yield* run
})

// Effect logs to standard output unless it is told otherwise.
const logs = Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)])

await Effect.runPromise(program.pipe(Effect.provide(layer), Effect.provide([Simulator.layer(), logs])))
