/**
 * The clock, the limits and the journal below /_control, and scenarios.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import * as Scenario from "../../src/Scenario.ts"
import { Simulator } from "../../src/Simulator.ts"
import { call, login, me, requestToken } from "../support/Calls.ts"

const control = (method: "GET" | "POST" | "DELETE", path: string, body?: object) =>
  call(undefined, method, `/_control/${path}`, body)

it.effect("advances the clock of everything", () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const token = yield* login()
    yield* simulator.addFault({ path: "/oauth/", status: 500, forSeconds: 600 })
    yield* me(token)
    const answer = yield* control("POST", "clock", { advanceSeconds: 90 })
    assert.deepStrictEqual(answer.body, { now: "1970-01-01T00:01:30.000Z" })
    assert.include((yield* me(token)).headers, { "inin-ratelimit-count": "1", date: "Thu, 01 Jan 1970 00:01:30 GMT" })
    yield* simulator.advanceClock(86_400)
    assert.strictEqual(yield* simulator.now, 86_490_000)
    assert.strictEqual((yield* me(token)).status, 401)
    assert.strictEqual((yield* requestToken()).status, 200)
    assert.strictEqual((yield* simulator.journal).requests.at(-1)?.time, 86_490_000)
    assert.deepStrictEqual((yield* control("GET", "clock")).body, { now: "1970-01-02T00:01:30.000Z" })
    const bad = yield* control("POST", "clock", { advanceSeconds: -1 })
    assert.nestedInclude(bad.body, { "details[0].fieldName": "advanceSeconds" })
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("raises and lowers the limits", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const lowered = yield* control("POST", "limits", { rateLimit: { limit: 2 }, mintLimit: { burst: 1 } })
    assert.deepStrictEqual(lowered.body, {
      rateLimit: { limit: 2, window: 60 },
      mintLimit: { limit: 50, window: 60, burst: 1 },
      dailyLimit: "off"
    })
    const statuses = yield* Effect.forEach([1, 2, 3], () => Effect.map(me(token), ({ status }) => status))
    assert.deepStrictEqual(statuses, [200, 200, 429])
    assert.strictEqual((yield* requestToken()).status, 400)
    yield* control("POST", "limits", { rateLimit: "off", mintLimit: "off" })
    assert.isUndefined((yield* me(token)).headers["inin-ratelimit-count"])
    assert.strictEqual((yield* requestToken()).status, 200)
    const bad = yield* control("POST", "limits", { rateLimit: { limit: 0 } })
    assert.nestedInclude(bad.body, { "details[0].fieldName": "rateLimit.limit" })
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("keeps tokens and rate windows in the journal, until it is emptied", () =>
  Effect.gen(function* () {
    const { clientId, journal } = yield* Simulator
    const token = yield* login()
    for (let i = 0; i < 4; i++) yield* me(token)
    yield* TestClock.adjust("61 seconds")
    yield* me(token)
    const { rateWindows, requests, tokens } = yield* journal
    const fingerprint = requests[0]!.tokenFingerprint!
    assert.deepStrictEqual(tokens, [
      { fingerprint, clientId, grant: "client_credentials", issuedAt: 0, expiresAt: 86_400_000 }
    ])
    assert.deepStrictEqual(rateWindows, [
      { fingerprint, opened: 0, resets: 60_000, count: 3, allowed: 3, refused: 1 },
      { fingerprint, opened: 61_000, resets: 121_000, count: 1, allowed: 3, refused: 0 }
    ])
    assert.strictEqual((yield* control("DELETE", "journal")).status, 204)
    assert.deepStrictEqual((yield* control("GET", "journal")).body, {
      tokenRequests: 0,
      tokensIssued: 0,
      apiRequests: 0,
      answers: {},
      requests: [],
      tokens: [],
      rateWindows: []
    })
  }).pipe(Effect.provide(Simulator.layerHttpClient({ rateLimit: { limit: 3 } })))
)

const text = JSON.stringify([
  { at: 20, do: "revoke" },
  { at: 10, do: "fault", fault: { path: "/api/", status: 503, forSeconds: 5 } },
  { at: 30, do: "rotate", secret: "another" },
  { at: 40, do: "disable" },
  { at: 50, do: "enable" },
  { at: 50, do: "clock", advanceSeconds: 3600 },
  { at: 60, do: "limits", limits: { rateLimit: { limit: 1 } } },
  { at: 70, do: "fault", fault: { path: "/", status: 500 } },
  { at: 80, do: "clearFaults" }
])

it.effect("plays a scenario, each step at its second", () =>
  Effect.gen(function* () {
    const scenario = yield* Scenario.parse(text)
    yield* Effect.gen(function* () {
      const first = yield* login()
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* me(first)).status, 503)
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* me(first)).status, 200)
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* me(first)).status, 401)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* requestToken()).status, 400)
      assert.strictEqual((yield* requestToken({ secret: "another" })).status, 200)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* requestToken({ secret: "another" })).status, 400)
      yield* TestClock.adjust("10 seconds")
      const second = yield* login({ secret: "another" })
      assert.strictEqual(yield* Simulator.use(({ now }) => now), 3_650_000)
      yield* TestClock.adjust("10 seconds")
      assert.include((yield* me(second)).headers, { "inin-ratelimit-allowed": "1" })
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* requestToken()).status, 500)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual((yield* requestToken({ secret: "another" })).status, 200)
    }).pipe(Effect.provide(Simulator.layerHttpClient({ scenario })))
  })
)

const wrong: ReadonlyArray<readonly [text: string, field: string]> = [
  ["{", "the scenario"],
  ["{}", "the scenario"],
  [`[{"at":1,"do":"fly"}]`, "[0].do"],
  [`[{"at":1}]`, "[0].do"],
  [`[3]`, "[0]"],
  [`[{"do":"revoke"}]`, "[0].at"],
  [`[{"at":1,"do":"revoke"},{"at":2,"do":"fault","fault":{"path":"/","share":3}}]`, "[1].fault.share"],
  [`[{"at":1,"do":"fault","fault":{"path":"/","stats":500}}]`, "[0].fault.stats"],
  [`[{"at":1,"do":"limits","limits":{"rateLimit":{"limit":0}}}]`, "[0].limits.rateLimit.limit"]
]

it.effect("names the field that is wrong in a scenario", () =>
  Effect.gen(function* () {
    for (const [bad, field] of wrong) {
      const error = yield* Effect.flip(Scenario.parse(bad))
      assert.strictEqual(error.field, field)
    }
  })
)
