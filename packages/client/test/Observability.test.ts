import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import * as Route from "../src/Route.ts"
import { make, refusal } from "./ScriptedApi.ts"

const id = "0f1f3a4e-9d1e-4b6e-8a53-7a1f6f2f9b10"
const path = Route.path("/api/v2/users/{userId}", { userId: id })
const get = HttpClientRequest.get(path, { urlParams: { expand: "presence" } })

/** All that a run shows: spans, log lines, metrics. */
const observed = <A, E>(run: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const spans: Array<Tracer.Span> = []
    const lines: Array<string> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    const logger = Logger.make((options) => {
      lines.push(JSON.stringify(Logger.formatStructured.log(options)))
    })
    const registry: (typeof Metric.MetricRegistry)["Service"] = new Map()
    const fiber = yield* Effect.forkChild(
      Effect.ignore(run).pipe(
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(References.MinimumLogLevel, "All"),
        Effect.provideService(Tracer.Tracer, tracer),
        Effect.provideService(Metric.MetricRegistry, registry)
      ),
      { startImmediately: true }
    )
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(fiber)
    const metrics = yield* Effect.provideService(Metric.snapshot, Metric.MetricRegistry, registry)
    return { spans, lines, metrics }
  })

const attributesOf = (span: Tracer.Span) => Object.fromEntries(span.attributes)

describe("what is left of the rate limit", () => {
  it.effect("is told of the present, for each kind, by org, and for as long as the client is there", () =>
    Effect.gen(function* () {
      const headers = (allowed: number, count: number) => ({
        "inin-ratelimit-allowed": String(allowed),
        "inin-ratelimit-count": String(count),
        "inin-ratelimit-reset": "30"
      })
      const told = Effect.map(Metric.snapshot, (metrics) =>
        metrics.flatMap((one) =>
          one.id === "genesys_api_budget_remaining" && "value" in one.state ? [[one.attributes, one.state.value]] : []
        )
      )
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { client } = yield* make([
            () => Response.json({}, { headers: headers(300, 120) }),
            () => Response.json({}, { headers: headers(10, 4) })
          ])
          yield* client.text(get)
          yield* client.text(HttpClientRequest.get("/api/v2/analytics/queues"))
          assert.deepStrictEqual(yield* told, [
            [{ kind: "*", org: "one" }, 179],
            [{ kind: "analytics", org: "one" }, 6]
          ])
          yield* TestClock.adjust("61 seconds")
          assert.deepStrictEqual(yield* told, [
            [{ kind: "*", org: "one" }, 300],
            [{ kind: "analytics", org: "one" }, 10]
          ])
        })
      )
      assert.deepStrictEqual(yield* told, [])
    }).pipe(
      Effect.provideService(Metric.CurrentMetricAttributes, { org: "one" }),
      Effect.provideService(Metric.MetricRegistry, new Map())
    )
  )
})

describe("a call is seen by its route", () => {
  it.effect("in its span, in metrics and nowhere by its id", () =>
    Effect.gen(function* () {
      const { client } = yield* make([() => Response.json({})])
      const { lines, metrics, spans } = yield* observed(client.text(get).pipe(Route.named("/api/v2/users/{userId}")))
      assert.deepStrictEqual(
        spans.map(({ name }) => name),
        ["GET /api/v2/users/{userId}"]
      )
      assert.deepInclude(attributesOf(spans[0]!), {
        "url.template": "/api/v2/users/{userId}",
        "http.request.method": "GET"
      })
      const requests = metrics.find(({ id: name }) => name === "genesys_api_requests_total")
      assert.deepInclude(requests?.attributes, { method: "GET", outcome: "200", route: "/api/v2/users/{userId}" })
      const all = JSON.stringify(
        [spans.map(attributesOf), metrics, lines, spans.map(({ name }) => name)],
        (_, value) => (typeof value === "bigint" ? String(value) : value)
      )
      assert.notInclude(all, id)
      assert.notInclude(all, "presence")
      assert.notInclude(all, "t".repeat(20))
    })
  )

  it.effect("that is guessed where nobody names it", () =>
    Effect.gen(function* () {
      const { client } = yield* make([() => Response.json({})])
      const { spans } = yield* observed(client.text(get))
      assert.deepStrictEqual(
        spans.map(({ name }) => name),
        ["GET /api/v2/users/{id}"]
      )
    })
  )
})

describe("a call that fails", () => {
  it.effect("is logged with the correlation id, and counted with its status", () =>
    Effect.gen(function* () {
      const { client } = yield* make([() => refusal(503, "service.unavailable")])
      const { lines, metrics, spans } = yield* observed(client.text(get))
      assert.strictEqual(lines.filter((line) => line.includes("call is tried again")).length, 3)
      assert.strictEqual(lines.filter((line) => line.includes("call has failed")).length, 1)
      for (const line of lines) assert.include(line, "the-correlation")
      const counted = metrics.find(
        ({ attributes, id: name }) => name === "genesys_api_requests_total" && attributes?.["outcome"] === "503"
      )
      assert.strictEqual(counted?.type === "Counter" ? counted.state.count : undefined, 4)
      assert.isDefined(metrics.find(({ id: name }) => name === "genesys_api_retries_total"))
      assert.strictEqual(spans[0]?.status._tag, "Ended")
    })
  )
})

describe("Route", () => {
  it("encodes ids, so that none is a path of its own", () => {
    assert.strictEqual(Route.path("/a/{x}/b", { x: "../c?d#e f" }), "/a/..%2Fc%3Fd%23e%20f/b")
  })

  for (const bad of ["", ".", ".."]) {
    it.effect(`a call with the id ${JSON.stringify(bad)} is not sent`, () =>
      Effect.gen(function* () {
        const { client, seen } = yield* make([() => Response.json({})])
        const request = HttpClientRequest.delete(Route.path("/api/v2/users/{userId}", { userId: bad }))
        const error = yield* Effect.flip(client.http.execute(request))
        assert.strictEqual(error._tag, "InvalidRequestError")
        assert.strictEqual(seen.requests.length, 0)
      })
    )
  }
})
