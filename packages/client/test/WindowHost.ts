/**
 * A host that does nothing but count: fixed windows of a minute, told in headers as Genesys tells them, and 429 for each call
 * that is one too many. How it rounds, where its windows begin and who else calls it are settings.
 */
import { AccessToken } from "@effect-genesys/auth/AccessToken"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { GenesysClient } from "../src/GenesysClient.ts"
import { RateLimit } from "../src/RateLimit.ts"

export interface HostOptions {
  readonly allowed?: number
  /** Allowances of kinds that have windows of their own. */
  readonly kinds?: Readonly<Record<string, number>>
  readonly rounding?: "up" | "down"
  /** Windows begin at whole minutes, rather than with the first call. */
  readonly aligned?: boolean
  /** Each way takes up to so many milliseconds. */
  readonly delay?: number
  readonly headers?: boolean
}

interface Window {
  opened: number
  count: number
}

const minute = 60_000

export const make = (options: HostOptions = {}) => {
  const { allowed = 300, aligned = false, delay = 50, headers = true, kinds = {}, rounding = "up" } = options
  const windows = new Map<string, Window>()
  const calls: Array<{ at: number; status: number; kind: string }> = []

  const count = (name: string, now: number, more: number) => {
    const opened = aligned ? Math.floor(now / minute) * minute : now
    let window = windows.get(name)
    if (window === undefined || now >= window.opened + minute) {
      window = { opened, count: 0 }
      windows.set(name, window)
    }
    window.count += more
    const left = (window.opened + minute - now) / 1000
    return { count: window.count, left: rounding === "up" ? Math.ceil(left) : Math.floor(left) }
  }
  const way = Effect.flatMap(Random.nextIntBetween(0, delay), (millis) =>
    millis === 0 ? Effect.void : Effect.sleep(millis)
  )

  const client = HttpClient.make(
    Effect.fnUntraced(function* (request) {
      yield* way
      const now = yield* Clock.currentTimeMillis
      const kind = new URL(request.url).pathname.split("/")[3] ?? ""
      const limit = kinds[kind] ?? allowed
      const window = count(kind in kinds ? kind : "*", now, 1)
      const status = window.count > limit ? 429 : 200
      calls.push({ at: now, status, kind })
      const told = {
        "inin-ratelimit-allowed": String(limit),
        "inin-ratelimit-count": String(Math.min(window.count, limit)),
        "inin-ratelimit-reset": String(window.left)
      }
      yield* way
      return HttpClientResponse.fromWeb(
        request,
        new Response("{}", {
          status,
          headers: {
            ...(headers ? told : {}),
            ...(status === 429 ? { "retry-after": String(Math.max(1, window.left)) } : {})
          }
        })
      )
    })
  )
  return {
    client,
    /** What the calls were answered, in the order in which they came. */
    calls,
    /** Another program with the same token makes so many calls. */
    others: (more: number) => Effect.map(Clock.currentTimeMillis, (now) => count("*", now, more))
  }
}

const tokenNamed = (fingerprint: string) =>
  new AccessToken({
    value: Redacted.make(fingerprint.padEnd(86, "t")),
    fingerprint,
    issuedAt: DateTime.makeUnsafe(0),
    expiresIn: Duration.days(365)
  })

/** A token manager whose token lasts until `renew`. */
export const manager = () => {
  let issued = 0
  let token = tokenNamed("token 0")
  return TokenManager.of({
    token: Effect.sync(() => token),
    reject: () => Effect.void,
    renew: Effect.sync(() => (token = tokenNamed(`token ${++issued}`))),
    status: Effect.never,
    changes: Stream.empty
  })
}

/** Clients of the host, with one token manager and its rate limit. */
export const clients = Effect.fnUntraced(function* (
  client: HttpClient.HttpClient,
  tokens: TokenManager["Service"],
  number = 1
) {
  const layer = Layer.fresh(GenesysClient.layer).pipe(
    Layer.provide([
      Layer.succeed(TokenManager, tokens),
      Layer.succeedContext(yield* Layer.build(RateLimit.layer)),
      Environment.layer(),
      Layer.succeed(HttpClient.HttpClient, client)
    ])
  )
  const one = Effect.map(Layer.build(layer), (context) => Context.get(context, GenesysClient))
  return yield* Effect.all(Array.from({ length: number }, () => one))
})
