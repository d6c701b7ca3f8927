/** How long a call waits, who is told of it, and what its error says of the wait. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import { GenesysClient } from "../src/GenesysClient.ts"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import { OnWait, type Wait } from "../src/Waiting.ts"
import { broken, make, refusal, type Script } from "./ScriptedApi.ts"
import * as Stack from "./Stack.ts"

const get = HttpClientRequest.get("/api/v2/things")
const patient = { deadline: Duration.minutes(15), maxRetries: 1000 }

/** Runs a call while the clock moves. */
const outcome = Effect.fnUntraced(function* <A, E, R>(call: Effect.Effect<A, E, R>, policy: Policy) {
  const waits: Array<Wait> = []
  const fiber = yield* Effect.result(call).pipe(
    Effect.timed,
    Effect.provideService(RetryPolicy, policy),
    Effect.provideService(OnWait, (wait: Wait) => void waits.push(wait)),
    Effect.forkChild({ startImmediately: true })
  )
  while (fiber.pollUnsafe() === undefined) {
    for (let turn = 0; turn < 5; turn++)
      yield* Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))
    if (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("500 millis")
  }
  const [took, result] = yield* Fiber.join(fiber)
  return { seconds: Duration.toSeconds(took), error: result._tag === "Failure" ? result.failure : undefined, waits }
})

const scripted = (script: Script, policy: Policy) =>
  Effect.gen(function* () {
    const { client, seen } = yield* make(script)
    const ended = yield* outcome(client.text(get), policy)
    return { ...ended, sent: seen.requests.length }
  }).pipe(Effect.scoped)

const fine = () => Response.json({})

describe("a host that cannot be reached", () => {
  for (const code of ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"]) {
    it.effect(`${code} ends the call of whoever looks on within seconds, with its cause`, () =>
      Effect.gen(function* () {
        const policy = new Policy({ ...patient, unreachable: Duration.seconds(5) })
        const { error, seconds, sent } = yield* scripted([() => broken(code)], policy)
        assert.deepStrictEqual([sent, seconds], [2, 3])
        assert.strictEqual(error?._tag, "UnavailableError")
        assert.include(error?.message, code)
      })
    )
  }

  it.effect("is tried until the deadline by a program that nobody looks at", () =>
    Effect.gen(function* () {
      const { seconds, sent } = yield* scripted([() => broken("ECONNREFUSED")], new Policy(patient))
      assert.isAbove(sent, 60)
      assert.isAtLeast(seconds, 850)
    })
  )

  it.effect("has to be so for that time on end: an outage that answers is waited for", () =>
    Effect.gen(function* () {
      const policy = new Policy({ ...patient, unreachable: Duration.seconds(5) })
      const down = () => refusal(503, "service.unavailable")
      const script = [() => broken("ECONNREFUSED"), down, () => broken("ECONNREFUSED"), down, down, down, fine]
      const { error, sent } = yield* scripted(script, policy)
      assert.isUndefined(error)
      assert.strictEqual(sent, 7)
    })
  )
})

describe("a wait of a second or more", () => {
  it.effect("is told, with its length and its cause; shorter ones are not", () =>
    Effect.gen(function* () {
      const script = [
        () => refusal(503, "service.unavailable"),
        () => refusal(429, "too.many.requests", { "retry-after": "42" }),
        () => refusal(401, "bad.credentials"),
        fine
      ]
      const { error, waits } = yield* scripted(script, new Policy(patient))
      assert.isUndefined(error)
      assert.deepStrictEqual(
        waits.filter(({ reason }) => reason === "Again").map(({ millis }) => millis),
        [3_000, 42_000]
      )
      assert.match(waits[0]?.cause ?? "", /status 503/)
      assert.isTrue(waits.some(({ cause }) => /rate limit/.test(cause ?? "")))
    })
  )

  it.effect("for its turn under the rate limit is told", () =>
    Effect.gen(function* () {
      const used = { "inin-ratelimit-allowed": "10", "inin-ratelimit-count": "10", "inin-ratelimit-reset": "40" }
      const { client } = yield* make([() => Response.json({}, { headers: used })])
      yield* client.text(get)
      const { error, waits } = yield* outcome(client.text(get), new Policy(patient))
      assert.isUndefined(error)
      assert.deepStrictEqual(
        waits.map(({ reason }) => reason),
        ["Turn"]
      )
      assert.isAtLeast(waits[0]?.millis ?? 0, 30_000)
    }).pipe(Effect.scoped)
  )

  it.effect("for a token is told, and a deadline that comes meanwhile says why there is none", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.addFault({ path: "/oauth/token", status: 503 })
      const client = yield* GenesysClient
      const { error, seconds, waits } = yield* outcome(client.text(get), new Policy({ deadline: Duration.seconds(8) }))
      assert.strictEqual(seconds, 8)
      assert.strictEqual(error?._tag, "UnavailableError")
      assert.match(error?.message ?? "", /was not sent within 8s: there is no token for it yet\. .*503/)
      assert.deepStrictEqual(
        waits.map(({ reason }) => reason),
        ["Token"]
      )
      assert.match(waits[0]?.cause ?? "", /503/)
    }).pipe(Effect.provide(Stack.layer()))
  )
})
