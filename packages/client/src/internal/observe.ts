/**
 * What others can see of a call: a span for each call, metrics for each request. Both go by routes, and the span of the
 * transport is left out, since it holds the whole URL.
 */
import * as PresentGauge from "@effect-genesys/core/PresentGauge"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Metric from "effect/Metric"
import type * as Tracer from "effect/Tracer"
import * as Metrics from "../Metrics.ts"
import type { RateLimit } from "../RateLimit.ts"
import * as Route from "../Route.ts"

/** One request of a call. */
export interface Observer {
  readonly span: Tracer.Span
  readonly answered: (outcome: string, millis: number) => Effect.Effect<void>
}

/** A guessed route may still hold a name; more routes than this are counted as one. */
const mostRoutes = 5_000

/** Runs calls, each within its span. */
export const make = () => {
  const known = new Set<string>()
  const counted = (route: string) => {
    if (known.size < mostRoutes) known.add(route)
    return known.has(route) ? route : "other"
  }
  /** By method, outcome and route: there are no more than these make. */
  const series = new Map<string, ReturnType<typeof Metrics.seriesOf>>()
  const seriesOf = (method: string, route: string, outcome: string) => {
    const name = `${method} ${outcome} ${route}`
    const kept = series.get(name)
    if (kept !== undefined) return kept
    const made = Metrics.seriesOf(method, route, outcome)
    series.set(name, made)
    return made
  }
  return <A, E, R>(
    request: HttpClientRequest.HttpClientRequest,
    server: string,
    run: (observer: Observer) => Effect.Effect<A, E, R>
  ): Effect.Effect<A, E, R> =>
    Effect.flatMap(Route.of(request), (url) => {
      const { method } = request
      const route = counted(url)
      const attributes = { "http.request.method": method, "url.template": url, "server.address": server }
      return Effect.useSpan(`${method} ${url}`, { kind: "client", attributes }, (span) =>
        run({
          span,
          answered: (outcome, millis) =>
            Effect.contextWith((context: Context.Context<never>) => {
              const { requests, seconds } = seriesOf(method, route, outcome)
              requests.updateUnsafe(1, context)
              seconds.updateUnsafe(millis / 1_000, context)
              return Effect.void
            })
        })
      )
    })
}

/** What a client tells from its beginning, and what is left of each budget as long as the scope is open. */
export const start = Effect.fnUntraced(function* (rateLimit: RateLimit["Service"]) {
  yield* Metrics.began
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
