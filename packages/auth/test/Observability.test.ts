import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { TokenManager } from "../src/TokenManager.ts"
import { TokenStatus } from "../src/TokenStatus.ts"
import * as Canary from "./Canary.ts"
import * as Host from "./LoginHost.ts"

const host = "https://login.mypurecloud.com"

/** The value of one metric, by its name and attributes. */
const metric = (id: string, attributes: Record<string, string> = {}) =>
  Effect.map(Metric.snapshot, (all) => {
    const found = all.find(
      (one) =>
        one.id === id &&
        Object.entries({ host, ...attributes }).every(([name, value]) => one.attributes?.[name] === value)
    )
    return found?.state
  })

const fresh = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.provideService(effect, Metric.MetricRegistry, new Map())

describe("metrics", () => {
  it.effect("count requests by outcome, renewals and rejections, and time the exchanges", () =>
    Effect.gen(function* () {
      const login = yield* Host.LoginHost
      const manager = yield* TokenManager
      yield* login.answer(Host.inTurn(Host.after(2, Host.unavailable), Host.issue()))
      const waiting = yield* Effect.forkChild(manager.token, { startImmediately: true })
      assert.deepInclude(yield* metric("genesys_token_waiting_callers"), { value: 1 })
      yield* TestClock.adjust("4 seconds")
      assert.isDefined(waiting.pollUnsafe())
      assert.deepInclude(yield* metric("genesys_token_waiting_callers"), { value: 0 })
      assert.deepInclude(yield* metric("genesys_token_requests_total", { outcome: "UnavailableError" }), { count: 1 })
      assert.deepInclude(yield* metric("genesys_token_requests_total", { outcome: "issued" }), { count: 1 })
      assert.deepInclude(yield* metric("genesys_token_exchange_seconds"), { count: 2, max: 2 })
      const never = yield* metric("genesys_token_rejections_total")
      assert.deepInclude(never, { count: 0 })
      const refused = yield* metric("genesys_token_requests_total", { outcome: "AuthenticationError" })
      assert.deepInclude(refused, { count: 0 })

      // It tells the present, whether or not anything happens.
      for (const [wait, least] of [
        ["100 seconds", 195],
        ["30 seconds", 165]
      ] as const) {
        yield* TestClock.adjust(wait)
        const left = yield* metric("genesys_token_seconds_to_expiry")
        assert.isTrue(left !== undefined && "value" in left && left.value > least && left.value < least + 7, wait)
      }

      yield* TestClock.adjust("170 seconds")
      assert.deepInclude(yield* metric("genesys_token_renewals_total"), { count: 1 })
      yield* manager.reject(yield* manager.token)
      assert.deepInclude(yield* metric("genesys_token_rejections_total"), { count: 1 })
    }).pipe(Effect.provide(Host.manager()), fresh)
  )
})

describe("the scan for secrets", () => {
  it.effect("hears logs, spans and errors, and they hold none", () =>
    Effect.gen(function* () {
      const login = yield* Host.LoginHost
      const manager = yield* TokenManager
      const echo = Host.json(400, { error: "invalid_client", error_description: `no such secret: ${Host.secret}` })
      yield* login.answer(
        Host.inTurn(Host.issue(), Host.disconnect, Host.unavailable, echo, Host.rateLimited(1), Host.issue())
      )
      yield* Canary.listen(manager.token)
      for (let i = 0; i < 5; i++) yield* Effect.ignore(Canary.listen(manager.renew))
      const status = yield* manager.status
      Canary.hear(status)
      Canary.hear(yield* Schema.encodeEffect(Schema.toCodecJson(TokenStatus))(status))
      Canary.hear(yield* Metric.snapshot)
      yield* manager.reject(yield* manager.token)
      const { heard, leaks, spans } = Canary.scan()
      assert.isAbove(heard, 20)
      assert.isAbove(spans, 5)
      assert.deepStrictEqual(leaks, [])
    }).pipe(Effect.provide(Host.manager()))
  )

  it("would find them", () => {
    assert.deepStrictEqual(
      Canary.leaksIn([`Basic ${Buffer.from(`${Host.clientId}:${Host.secret}`).toString("base64")}`]).length,
      1
    )
    assert.deepStrictEqual(Canary.leaksIn(["a token-7 here"]).length, 1)
    assert.deepStrictEqual(Canary.leaksIn(["token issued"]).length, 0)
  })
})
