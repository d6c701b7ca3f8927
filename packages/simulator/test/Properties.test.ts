/**
 * What must hold for every sequence of requests: the rate window lets no call too many through, and no token works past its
 * life or its client's. Each run compares the simulator with a model of its own, a few lines long. `PROVE=1`: many times as many runs.
 */
import { assert, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Simulator } from "../src/Simulator.ts"
import { call, login, me } from "./support/Calls.ts"

const isProof = process.env["PROVE"] !== undefined

const int = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))

/** One of these, each as likely. */
const oneOf = <A>(...choices: ReadonlyArray<Arbitrary.Arbitrary<A>>): Arbitrary.Arbitrary<A> =>
  Arbitrary.flatMap(int(0, choices.length - 1), (choice) => choices[choice]!)

/** Whole tens of seconds, which add up to the very end of a life or a window, or a millisecond beside it. */
const pause = Arbitrary.map(Arbitrary.all([int(1, 6), int(-1, 1), int(0, 3)]), ([tens, beside, odds]) =>
  odds === 0 ? tens * 1000 : tens * 10_000 + beside
)

const burst = Arbitrary.all({ token: int(0, 2), calls: int(1, 12), pause: oneOf(Arbitrary.Constant(0), pause) })

/** The calls of one token: when its present window opened, and how many came through since. */
interface Window {
  readonly opened: number
  readonly through: number
}

/** What a fixed window answers to one more call. */
const admits = (window: Window | undefined, now: number, limit: number, millis: number) => {
  const open = window !== undefined && now < window.opened + millis
  const { opened, through } = open ? window : { opened: now, through: 0 }
  return { let: through < limit, window: { opened, through: Math.min(limit, through + 1) } }
}

const rateWindow = (limit: number, calls: (burst: { readonly calls: number }) => number) =>
  Effect.fnUntraced(function* (bursts: ReadonlyArray<{ token: number; calls: number; pause: number }>) {
    const tokens = [yield* login(), yield* login(), yield* login()]
    const windows: Array<Window | undefined> = []
    for (const step of bursts) {
      if (step.pause > 0) yield* TestClock.adjust(step.pause)
      for (let n = 0; n < calls(step); n++) {
        const now = yield* Clock.currentTimeMillis
        const expected = admits(windows[step.token], now, limit, 60_000)
        windows[step.token] = expected.window
        const { headers, status } = yield* me(tokens[step.token])
        const left = String(Math.ceil((expected.window.opened + 60_000 - now) / 1000))
        assert.strictEqual(status, expected.let ? 200 : 429)
        assert.strictEqual(headers["inin-ratelimit-count"], String(expected.window.through))
        assert.strictEqual(headers["inin-ratelimit-allowed"], String(limit))
        assert.strictEqual(headers["inin-ratelimit-reset"], left)
        assert.strictEqual(headers["retry-after"], expected.let ? undefined : left)
      }
    }
  })

const bursts = Arbitrary.array(burst, { minLength: 1, maxLength: 40 })

for (const limit of [1, 7]) {
  it.effect.prop(
    `a window of ${limit} never lets call ${limit + 1} through, and refuses none before`,
    { bursts },
    (input) =>
      rateWindow(
        limit,
        (step) => step.calls
      )(input.bursts).pipe(Effect.provide(Simulator.layerHttpClient({ rateLimit: { limit } }))),
    { arbitrary: { runs: isProof ? 150 : 6, size: 40 }, timeout: 60_000 }
  )
}

it.effect.prop(
  "the usual window never lets the 301st call through, and refuses none before",
  { bursts: Arbitrary.array(burst, { minLength: 1, maxLength: 12 }) },
  (input) => rateWindow(300, (step) => step.calls * 30)(input.bursts).pipe(Effect.provide(Simulator.layerHttpClient())),
  { arbitrary: { runs: isProof ? 15 : 1, size: 12 }, timeout: 60_000 }
)

const clients = [
  { id: "short", secret: Redacted.make("s0"), tokenLifetime: 30 },
  { id: "long", secret: Redacted.make("s1"), tokenLifetime: 100 }
] as const

type Step =
  | { readonly action: "mint" | "disable" | "enable" | "rotate"; readonly client: number }
  | { readonly action: "revoke"; readonly token: number }
  | { readonly action: "revoke all" }
  | { readonly action: "pause"; readonly millis: number }

const ofClient = (action: "mint" | "disable" | "enable" | "rotate") =>
  Arbitrary.map(int(0, 1), (client): Step => ({ action, client }))

const wait = Arbitrary.map(pause, (millis): Step => ({ action: "pause", millis }))

const step = oneOf(
  ofClient("mint"),
  ofClient("mint"),
  ofClient("mint"),
  ofClient("disable"),
  ofClient("enable"),
  ofClient("enable"),
  ofClient("rotate"),
  Arbitrary.map(int(0, 5), (token): Step => ({ action: "revoke", token })),
  Arbitrary.Constant<Step>({ action: "revoke all" }),
  wait,
  wait
)

/** What the model knows of a token. */
interface Held {
  readonly value: string
  readonly client: number
  readonly dies: number
  idles: number
  revoked: boolean
}

const works = (held: Held, now: number) => !held.revoked && now < held.dies && now < held.idles

/** Seconds without use, and tokens of a client, if there is such a limit. */
interface Bounds {
  readonly idleTimeout: number | "off"
  readonly clientTokenCap: number | "off"
}

/** Plays the steps; after each, every token that was ever issued works exactly if the model says so. */
const play = Effect.fnUntraced(function* (steps: ReadonlyArray<Step>, { clientTokenCap, idleTimeout }: Bounds) {
  const idle = idleTimeout === "off" ? Number.POSITIVE_INFINITY : idleTimeout * 1000
  const cap = clientTokenCap === "off" ? Number.POSITIVE_INFINITY : clientTokenCap
  const simulator = yield* Simulator
  const tokens: Array<Held> = []
  const active = [true, true]
  const secrets = clients.map((client) => Redacted.value(client.secret))
  const kill = (test: (token: Held) => boolean) => {
    for (const token of tokens) token.revoked ||= test(token)
  }

  const mint = Effect.fnUntraced(function* (client: number) {
    if (active[client] !== true) return
    const value = yield* login({ id: clients[client]!.id, secret: secrets[client]! })
    const now = yield* Clock.currentTimeMillis
    const alive = tokens.filter((token) => token.client === client && works(token, now))
    if (alive.length >= cap) alive[0]!.revoked = true
    const dies = now + clients[client]!.tokenLifetime * 1000
    tokens.push({ value, client, dies, idles: now + idle, revoked: false })
  })

  const revoke = Effect.fnUntraced(function* (held: Held | undefined) {
    if (held === undefined) return
    const alive = works(held, yield* Clock.currentTimeMillis)
    const { status } = yield* call(held.value, "DELETE", "/api/v2/tokens/me")
    assert.isTrue(alive ? status < 300 : status === 401)
    held.revoked = true
  })

  const change = Effect.fnUntraced(function* (client: number, state: "active" | "disabled") {
    yield* simulator.updateClient(clients[client]!.id, { state })
    active[client] = state === "active"
    if (state === "disabled") kill((token) => token.client === client)
  })

  const rotate = Effect.fnUntraced(function* (client: number) {
    secrets[client] += "+"
    yield* simulator.updateClient(clients[client]!.id, { secret: Redacted.make(secrets[client]!) })
  })

  const perform = Effect.fnUntraced(function* (given: Step) {
    if (given.action === "mint") return yield* mint(given.client)
    if (given.action === "revoke") return yield* revoke(tokens[given.token])
    if (given.action === "disable") return yield* change(given.client, "disabled")
    if (given.action === "enable") return yield* change(given.client, "active")
    if (given.action === "rotate") return yield* rotate(given.client)
    if (given.action === "pause") return yield* TestClock.adjust(given.millis)
    kill(() => true)
    yield* simulator.revokeTokens
  })

  for (const given of steps) {
    yield* perform(given)
    const now = yield* Clock.currentTimeMillis
    for (const token of tokens) {
      const { body, status } = yield* me(token.value)
      assert.strictEqual(status, works(token, now) ? 200 : 401)
      if (status === 200) token.idles = now + idle
      else assert.include(body, { code: "bad.credentials" })
    }
  }
})

const bounds: ReadonlyArray<readonly [name: string, bounds: Bounds]> = [
  ["no token works past its life or its client's, and none dies before", { idleTimeout: "off", clientTokenCap: "off" }],
  ["nor past its idle timeout, nor beyond the cap of its client", { idleTimeout: 20, clientTokenCap: 2 }]
]

for (const [name, oauth] of bounds) {
  const options = { clients, mintLimit: "off", rateLimit: "off", oauth } as const
  it.effect.prop(
    name,
    { steps: Arbitrary.array(step, { minLength: 1, maxLength: 40 }) },
    ({ steps }) => play(steps, oauth).pipe(Effect.provide(Simulator.layerHttpClient(options))),
    { arbitrary: { runs: isProof ? 300 : 12, size: 40 }, timeout: 60_000 }
  )
}
