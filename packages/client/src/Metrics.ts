/**
 * What the clients of a program count and measure, by method and route: ids are no part of them, and neither are tokens. Any
 * exporter of Effect's metrics shows them. A program that serves several orgs tells them apart by `Metric.CurrentMetricAttributes`, as
 * `genesys-worker` does with the attribute `org`: what is provided where a client is made and where it is called is an attribute of
 * all of these.
 */
import * as SecondsHistogram from "@effect-genesys/core/SecondsHistogram"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"

const counter = (attributes: Readonly<Record<string, string>> = {}) =>
  Metric.counter("genesys_api_requests_total", {
    description: "Requests to the API, by route and outcome",
    incremental: true,
    attributes
  })

const histogram = (attributes: Readonly<Record<string, string>> = {}) =>
  SecondsHistogram.make("genesys_api_request_seconds", "Time of one request to the API", attributes)

/** Requests to the API, with the attributes `method`, `route` and `outcome`: the status, or why there is none. */
export const apiRequests = counter()

/** How long a request took from the token to the answer, with the attributes `method` and `route`. */
export const apiRequestSeconds = histogram()

/** Both for one outcome of one route. Whoever keeps them saves their names, which Effect makes anew for `Metric.withAttributes`. */
export const seriesOf = (method: string, route: string, outcome: string) => ({
  requests: counter({ method, route, outcome }),
  seconds: histogram({ method, route })
})

/** Requests that were sent again, with the attribute `reason`: the tag of the error before. */
export const apiRetries = Metric.counter("genesys_api_retries_total", {
  description: "Requests to the API that were sent again, by reason",
  incremental: true
})

/** A client is there: what is counted begins with 0, so that the first time can be told from nothing. */
export const began: Effect.Effect<void> = Effect.forEach(
  ["RateLimitError", "UnauthorizedError", "UnavailableError"],
  (reason) => Metric.update(Metric.withAttributes(apiRetries, { reason }), 0),
  { discard: true }
)

/** How long calls waited for their turn. Those that went at once are not counted. */
export const apiPacingSeconds = SecondsHistogram.make(
  "genesys_api_pacing_seconds",
  "Time that calls waited for their turn under the rate limit"
)

/**
 * Calls that the host allows yet in the window of this moment, with the attribute `kind`: the first word of the paths that have a
 * limit of their own, and `*` for all others.
 */
export const apiBudget = Metric.gauge("genesys_api_budget_remaining", {
  description: "Calls that are left of the rate limit in this window"
})
