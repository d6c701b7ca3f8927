/**
 * Replicas in one process that share the budget of one token, and the host that they call: it counts in fixed windows of a minute, as Genesys
 * does, and says so in its headers. Their requests go to the keeper over a wire that a test can cut.
 */
import { AccessToken } from "@effect-genesys/auth/AccessToken"
import type { RateLimit } from "@effect-genesys/client/RateLimit"
import type { RatePass } from "@effect-genesys/client/RatePass"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Keeper } from "../src/internal/keeper.ts"
import * as Lease from "../src/internal/lease.ts"
import * as Sharing from "../src/internal/sharing.ts"

export const tokenNamed = (fingerprint: string) =>
  new AccessToken({
    value: Redacted.make(fingerprint.padEnd(86, "t")),
    fingerprint,
    issuedAt: DateTime.makeUnsafe(0),
    expiresIn: Duration.days(365)
  })

export interface HostOptions {
  readonly allowed?: number
  readonly kinds?: Readonly<Record<string, number>>
  readonly rounding?: "up" | "down"
  /** Windows begin at whole minutes, rather than with the first call. */
  readonly aligned?: boolean
  /** Each way takes up to so many milliseconds. */
  readonly delay?: number
}

export interface Call {
  readonly at: number
  readonly by: string
  readonly kind: string
  readonly isRefused: boolean
}

const minute = 60_000

export const makeHost = ({
  aligned = false,
  allowed = 300,
  delay = 50,
  kinds = {},
  rounding = "up"
}: HostOptions = {}) => {
  const windows = new Map<string, { opened: number; count: number }>()
  const calls: Array<Call> = []
  const count = (name: string, now: number) => {
    const found = windows.get(name)
    const opened = aligned ? Math.floor(now / minute) * minute : now
    const window = found !== undefined && now < found.opened + minute ? found : { opened, count: 0 }
    windows.set(name, window)
    window.count++
    return window
  }
  const way = Effect.flatMap(Random.nextIntBetween(0, delay), (millis) =>
    millis === 0 ? Effect.void : Effect.sleep(millis)
  )
  /** Takes a call and tells its pass what the answer says. */
  const answer = Effect.fnUntraced(function* (by: string, path: string, pass?: RatePass) {
    yield* way
    const now = yield* Clock.currentTimeMillis
    const kind = path.split("/")[3] ?? ""
    const limit = kinds[kind] ?? allowed
    const window = count(kind in kinds ? kind : "*", now)
    const isRefused = window.count > limit
    calls.push({ at: now, by, kind, isRefused })
    yield* way
    if (pass === undefined) return
    const left = (window.opened + minute - now) / 1000
    yield* pass.answered(
      Headers.fromInput({
        "inin-ratelimit-allowed": String(limit),
        "inin-ratelimit-count": String(Math.min(window.count, limit)),
        "inin-ratelimit-reset": String(rounding === "up" ? Math.ceil(left) : Math.floor(left))
      })
    )
    if (isRefused) yield* pass.refused(now + (rounding === "up" ? Math.ceil(left) : Math.floor(left) + 1) * 1000)
  })
  return {
    answer,
    calls,
    get refused() {
      return calls.filter(({ isRefused }) => isRefused).length
    },
    /** How many calls were answered from then until then, of one replica or of all. */
    answered: (from: number, to: number, by?: string) =>
      calls.filter((call) => !call.isRefused && call.at >= from && call.at < to && (by === undefined || call.by === by))
        .length
  }
}
export type Host = ReturnType<typeof makeHost>

const encodeRequest = Schema.encodeSync(Schema.fromJsonString(Lease.Request))
const decodeRequest = Schema.decodeSync(Schema.fromJsonString(Lease.Request))
const encodeAnswer = Schema.encodeSync(Schema.fromJsonString(Lease.Answer))
const decodeAnswer = Schema.decodeSync(Schema.fromJsonString(Lease.Answer))

/** What brings requests to the keepers, as text, and their answers back. */
export const makeWire = (delay = 5) => {
  const keepers = new Map<string, Keeper>()
  let made = 0
  const sent: Array<{
    readonly request: Lease.Request
    readonly answer: Lease.Answer | undefined
    readonly at: number
  }> = []
  const wire = {
    /** These replicas reach no keeper; `*` are all. */
    cut: new Set<string>(),
    sent,
    /** The keepers are gone; new ones begin when they are asked. */
    kill: () => keepers.clear(),
    ask: (by: string) =>
      Effect.fnUntraced(function* (fingerprint: string, request: Lease.Request) {
        const text = encodeRequest(request)
        yield* Effect.sleep(yield* Random.nextIntBetween(1, delay))
        const at = yield* Clock.currentTimeMillis
        if (wire.cut.has(by) || wire.cut.has("*")) {
          sent.push({ request, answer: undefined, at })
          return yield* Effect.never
        }
        const keeper = keepers.get(fingerprint) ?? new Keeper(++made, at)
        keepers.set(fingerprint, keeper)
        const answer = keeper.answer(decodeRequest(text), at)
        sent.push({ request, answer, at })
        const reply = encodeAnswer(answer)
        yield* Effect.sleep(yield* Random.nextIntBetween(1, delay))
        return decodeAnswer(reply)
      })
  }
  return wire
}
export type Wire = ReturnType<typeof makeWire>

/** A replica over the wire. */
export const replica = (wire: Wire, name: string) => Sharing.make({ replicas: 3, ask: wire.ask(name) })

const users = "/api/v2/users"

export const call = (limit: RateLimit["Service"], host: Host, by: string, path = users, token = tokenNamed("first")) =>
  Effect.flatMap(limit.acquire({ path, token }), (pass) => host.answer(by, path, pass))

/** So many callers, one call after the other. */
export const saturate = (
  limit: RateLimit["Service"],
  host: Host,
  by: string,
  { callers = 20, path = users }: { readonly callers?: number; readonly path?: string } = {}
) =>
  Effect.forEach(
    Array.from({ length: callers }),
    () => Effect.forkChild(Effect.forever(call(limit, host, by, path)), { startImmediately: true }),
    { discard: true }
  ).pipe(Effect.andThen(Effect.never))
