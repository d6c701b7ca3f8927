/**
 * A token manager as a program has it, with a login host in memory that takes its time and counts its requests. Nothing
 * is logged, for a terminal is slower than what is measured.
 */
import { AccessToken } from "@effect-genesys/auth/AccessToken"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"

/** How long the login host takes. */
export const delay = Duration.millis(50)

/** So long that no token is renewed while it is measured. */
export const life = Duration.hours(24)

/** A manager of its own, with nothing held yet, and the number of requests that it has made. */
export const make = Effect.suspend(() => {
  let requests = 0
  const endpoint = Layer.succeed(TokenEndpoint, {
    host: "https://login.example",
    exchange: (grant) =>
      Effect.gen(function* () {
        const n = ++requests
        const issuedAt = yield* DateTime.now
        yield* Effect.sleep(delay)
        const token = new AccessToken({
          value: Redacted.make(`token-${n}`),
          fingerprint: String(n).padStart(12, "0"),
          issuedAt,
          expiresIn: life
        })
        return { token, next: grant }
      })
  })
  const credentials = Credentials.layer(
    new ClientCredentials({ clientId: "benchmark", clientSecret: Redacted.make("none") })
  )
  return TokenManager.layer.pipe(
    Layer.provide([credentials, endpoint]),
    Layer.fresh,
    Layer.build,
    Effect.map((context) => ({ manager: Context.get(context, TokenManager), requests: () => requests })),
    Effect.provideService(References.MinimumLogLevel, "None")
  )
})
