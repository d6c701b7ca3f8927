/** Whether the login host takes the credentials; and, if somebody asks for it, which region does. */
import { Environment } from "@effect-genesys/auth/Environment"
import type { Grant } from "@effect-genesys/auth/Grant"
import * as Region from "@effect-genesys/auth/Region"
import { type Issued, TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { type TokenError, UnavailableError } from "@effect-genesys/auth/TokenError"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Check from "./check.ts"

const patience = Duration.seconds(10)

/** One exchange, so that the error is that of the login host and not of a manager that tries again. */
export const exchange = (endpoint: TokenEndpoint["Service"], grant: Grant): Effect.Effect<Issued, TokenError> =>
  Effect.timeoutOrElse(endpoint.exchange(grant), {
    duration: patience,
    orElse: () =>
      Effect.fail(
        new UnavailableError({
          reason: "Timeout",
          host: endpoint.host,
          message: `${endpoint.host} issued no token within ${Duration.format(patience)}. Try again later.`
        })
      )
  })

/** A token endpoint whose first answer is one that is there already: no second token is asked for. */
export const answered = (endpoint: TokenEndpoint["Service"], issued: Issued): TokenEndpoint["Service"] => {
  let first: Issued | undefined = issued
  return TokenEndpoint.of({
    host: endpoint.host,
    exchange: (grant) =>
      Effect.suspend(() => {
        const known = first
        first = undefined
        return known === undefined ? endpoint.exchange(grant) : Effect.succeed(known)
      })
  })
}

const ask = Effect.fnUntraced(function* (region: Region.Region, grant: Grant) {
  const endpoint = yield* TokenEndpoint
  return yield* Effect.match(exchange(endpoint, grant), {
    onSuccess: () => ({ region: region.name, outcome: "takes" as const }),
    onFailure: ({ _tag }) => ({
      region: region.name,
      outcome: _tag === "AuthenticationError" ? ("refuses" as const) : ("unknown" as const)
    })
  })
})

/** Shows the secret to the login hosts of all other regions. Each belongs to Genesys. */
export const otherRegions = Effect.fnUntraced(function* (grant: Grant, present: Region.Region) {
  const others = Region.names.filter((name) => name !== present.name)
  const outcomes = yield* Effect.forEach(
    others,
    Effect.fnUntraced(function* (name) {
      const region = yield* Effect.fromOption(Region.find(name))
      const endpoint = TokenEndpoint.layerHttp.pipe(
        Layer.provide([Environment.layer({ region }), NodeCrypto.layerDigest])
      )
      return yield* Effect.provide(ask(region, grant), endpoint)
    }, Effect.orDie),
    { concurrency: 4 }
  )
  const taker = outcomes.find(({ outcome }) => outcome === "takes")
  if (taker !== undefined) {
    return Check.ok("other regions", `${taker.region} takes the credentials: set GENESYS_CLOUD_REGION=${taker.region}`)
  }
  const unknown = outcomes.filter(({ outcome }) => outcome === "unknown").map(({ region }) => region)
  return Check.ok(
    "other regions",
    `no other region takes the credentials, so the id or the secret is wrong, or the client is disabled` +
      (unknown.length === 0 ? "" : ` (no answer from ${unknown.join(", ")})`)
  )
})
