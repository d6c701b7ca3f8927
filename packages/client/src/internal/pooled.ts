/** Clients of one org, each with a token of its own: a call goes to the first one that lets it go, or to where the fewest wait. */
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import type { TokenError } from "@effect-genesys/auth/TokenError"
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { GenesysClient } from "../GenesysClient.ts"
import type { GenesysError } from "../GenesysError.ts"
import type { RateBudget } from "../RateBudget.ts"
import { RateLimit } from "../RateLimit.ts"

/** The login host takes 50 requests a minute from a client, and 10 in a second; renewals are among them. */
const growth = "2 seconds"
/** After a token that could not be had. The manager itself asks again by then. */
const setback = "1 minute"

export interface Member {
  readonly client: GenesysClient["Service"]
  /** How many callers wait for their turn. */
  readonly waiting: () => number
}

/** A client with this token, which counts who waits. */
export const member = Effect.fnUntraced(function* (manager: TokenManager["Service"], limit: RateLimit["Service"]) {
  let waiting = 0
  const counted = RateLimit.of({
    acquire: (request) =>
      Effect.suspend(() => {
        waiting++
        return Effect.ensuring(
          limit.acquire(request),
          Effect.sync(() => waiting--)
        )
      }),
    describe: limit.describe,
    watch: limit.watch
  })
  const built = yield* Layer.build(
    Layer.fresh(GenesysClient.layer).pipe(
      Layer.provide([Layer.succeed(TokenManager, manager), Layer.succeed(RateLimit, counted)])
    )
  )
  return { client: Context.get(built, GenesysClient), waiting: () => waiting }
})

export interface Options<E, R> {
  readonly first: Member
  /** One more, and its token, which it asks for. */
  readonly another: (
    number: number
  ) => Effect.Effect<
    { readonly member: Member; readonly token: Effect.Effect<AccessToken, TokenError> },
    E,
    R | Scope.Scope
  >
  readonly tokens: number
}

export const make = Effect.fnUntraced(function* <E, R>({ another, first, tokens }: Options<E, R>) {
  const members = [first]
  const isNeeded = Latch.makeUnsafe()
  const built = yield* Effect.forEach(Array.from({ length: tokens - 1 }), (_, index) => another(index + 2))

  const pick = (): GenesysClient["Service"] => {
    const idle = members.find(({ waiting }) => waiting() === 0)
    if (idle !== undefined) return idle.client
    isNeeded.openUnsafe()
    return members.reduce((best, each) => (each.waiting() < best.waiting() ? each : best)).client
  }

  // A token is there before a call is sent to it: who waits here would not wait for a token elsewhere.
  yield* Effect.forEach(built, ({ member: next, token }) =>
    Effect.gen(function* () {
      let isThere = false
      while (!isThere) {
        yield* isNeeded.await
        isThere = yield* Effect.isSuccess(token)
        if (isThere) members.push(next)
        yield* Effect.sleep(isThere ? growth : setback)
        isNeeded.closeUnsafe()
      }
    })
  ).pipe(Effect.forkScoped)

  return GenesysClient.of({
    http: HttpClient.makeWith<never, never, GenesysError, never>(
      Effect.flatMap((request) => Effect.suspend(() => pick().http.execute(request))),
      Effect.succeed
    ),
    stream: (request) => Effect.suspend(() => pick().stream(request)),
    text: (request) => Effect.suspend(() => pick().text(request)),
    bytes: (request) => Effect.suspend(() => pick().bytes(request)),
    json: (request, schema) => Effect.suspend(() => pick().json(request, schema)),
    budgets: Effect.suspend(() => Effect.map(Effect.all(members.map(({ client }) => client.budgets)), summed))
  })
})

/** The budgets of all tokens as one for each kind. */
const summed = (budgets: ReadonlyArray<ReadonlyArray<RateBudget>>): ReadonlyArray<RateBudget> => {
  const sums = new Map<string, RateBudget>()
  for (const { allowed, kind, resetAt, used } of budgets.flat()) {
    const sum = sums.get(kind)
    sums.set(kind, {
      kind,
      allowed: allowed + (sum?.allowed ?? 0),
      used: used + (sum?.used ?? 0),
      resetAt: sum?.resetAt === undefined || (resetAt !== undefined && resetAt < sum.resetAt) ? resetAt : sum.resetAt
    })
  }
  return [...sums.values()]
}
