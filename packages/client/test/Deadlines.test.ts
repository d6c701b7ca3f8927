import { assert, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as TestClock from "effect/testing/TestClock"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import { make } from "./ScriptedApi.ts"

const get = HttpClientRequest.get("/api/v2/users")
const within = (seconds: number) =>
  Effect.provideService(RetryPolicy, new Policy({ deadline: Duration.seconds(seconds) }))

it.effect("each call ends with its own deadline, also when another one ends and begins anew", () =>
  Effect.gen(function* () {
    const { client } = yield* make([() => "hang"])
    const ended = Effect.andThen(Effect.ignore(client.http.execute(get)), Clock.currentTimeMillis)
    const first = yield* Effect.forkChild(Effect.andThen(within(1)(ended), within(15)(ended)), {
      startImmediately: true
    })
    const second = yield* Effect.forkChild(within(2)(ended), { startImmediately: true })
    yield* TestClock.adjust("20 seconds")
    assert.deepStrictEqual([yield* Fiber.join(first), yield* Fiber.join(second)], [16_000, 2_000])
  })
)

it.effect("many calls with deadlines of their own end at them", () =>
  Effect.gen(function* () {
    const { client } = yield* make([() => "hang"])
    const ended = Effect.andThen(Effect.ignore(client.http.execute(get)), Clock.currentTimeMillis)
    const seconds = [9, 3, 25, 1, 14, 3, 7, 2, 29, 11]
    const fibers = yield* Effect.forEach(seconds, (one) =>
      Effect.forkChild(within(one)(ended), { startImmediately: true })
    )
    yield* TestClock.adjust("30 seconds")
    assert.deepStrictEqual(
      yield* Fiber.joinAll(fibers),
      seconds.map((one) => one * 1000)
    )
  })
)
