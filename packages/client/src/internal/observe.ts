/**
 * What others can see of a call: a span for each call, metrics for each request. Both go by routes, and the span of the
 * transport is left out, since it holds the whole URL.
 */
import * as PresentGauge from "@effect-genesys/core/PresentGauge"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Metric from "effect/Metric"
import type * as Tracer from "effect/Tracer"
import * as Metrics from "../Metrics.ts"
import type { RateLimit } from "../RateLimit.ts"
import * as Route from "../Route.ts"

interface Meters {
  readonly time: Metric.Metric<Duration.Duration, unknown>
  readonly outcome: (outcome: string) => Metric.Metric<number, unknown>
}

/** A guessed route may still hold a name; more routes than this are counted as one. */
const mostRoutes = 5_000
const known = new Map<string, Meters>()

const metersOf = (method: string, route: string): Meters => {
  const name = `${method} ${route}`
  const found = known.get(name)
  if (found !== undefined) return found
  if (known.size >= mostRoutes && route !== "other") return metersOf(method, "other")
  const outcomes = new Map<string, Metric.Metric<number, unknown>>()
  const meters: Meters = {
    time: Metric.withAttributes(Metrics.apiRequestTime, { method, route }),
    outcome: (outcome) => {
      const metric = outcomes.get(outcome) ?? Metric.withAttributes(Metrics.apiRequests, { method, route, outcome })
      outcomes.set(outcome, metric)
      return metric
    }
  }
  known.set(name, meters)
  return meters
}

/** One request of a call. */
export interface Observer {
  readonly span: Tracer.Span
  readonly answered: (outcome: string, millis: number) => Effect.Effect<void>
}

/** Runs a call within its span. */
export const call = <A, E, R>(
  request: HttpClientRequest.HttpClientRequest,
  server: string,
  run: (observer: Observer) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.flatMap(Route.of(request), (route) => {
    const meters = metersOf(request.method, route)
    const attributes = { "http.request.method": request.method, "url.template": route, "server.address": server }
    return Effect.useSpan(`${request.method} ${route}`, { kind: "client", attributes }, (span) =>
      run({
        span,
        answered: (outcome, millis) =>
          Effect.andThen(Metric.update(meters.outcome(outcome), 1), Metric.update(meters.time, Duration.millis(millis)))
      })
    )
  })

/** What is left of each budget, as long as the scope is open. */
export const budgets = Effect.fnUntraced(function* (rateLimit: RateLimit["Service"]) {
  const context = yield* Effect.context()
  const clock = yield* Clock.Clock
  const left = (kind: string) => {
    const found = rateLimit.describe(clock.currentTimeMillisUnsafe()).find((budget) => budget.kind === kind)
    return found === undefined ? 0 : Math.max(0, found.allowed - found.used)
  }
  const registered: Array<Metric.Registration> = []
  yield* Effect.addFinalizer(() => Effect.sync(() => registered.forEach(({ remove }) => remove())))
  yield* rateLimit.watch((kind) => {
    const gauge = Metric.withAttributes(Metrics.apiBudget, { kind })
    registered.push(PresentGauge.register(gauge, context, () => left(kind)))
  })
})

const always = () => true

/** Keeps the transport from making a span of its own. */
export const withoutTransportSpan = Effect.provideService(HttpClient.TracerDisabledWhen, always)
