/**
 * What the clients of a program count and measure, by method and route: ids are no part of them, and neither are tokens. Any
 * exporter of Effect's metrics shows them. A program that serves several orgs tells them apart by `Metric.CurrentMetricAttributes`, as
 * `genesys-worker` does with the attribute `org`: what is provided where a client is made and where it is called is an attribute of
 * all of these.
 */
import * as Metric from "effect/Metric"

/** Requests to the API, with the attributes `method`, `route` and `outcome`: the status, or why there is none. */
export const apiRequests = Metric.counter("genesys_api_requests_total", {
  description: "Requests to the API, by route and outcome",
  incremental: true
})

/** How long a request took from the token to the answer, in milliseconds, with the attributes `method` and `route`. */
export const apiRequestTime = Metric.timer("genesys_api_request_time", {
  description: "Time of one request to the API"
})

/** Requests that were sent again, with the attribute `reason`: the tag of the error before. */
export const apiRetries = Metric.counter("genesys_api_retries_total", {
  description: "Requests to the API that were sent again, by reason",
  incremental: true
})

/** How long calls waited for their turn, in milliseconds. Those that went at once are not counted. */
export const apiPacingTime = Metric.timer("genesys_api_pacing_time", {
  description: "Time that calls waited for their turn under the rate limit"
})

/**
 * Calls that the host allows yet in the window of this moment, with the attribute `kind`: the first word of the paths that have a
 * limit of their own, and `*` for all others.
 */
export const apiBudget = Metric.gauge("genesys_api_budget_remaining", {
  description: "Calls that are left of the rate limit in this window"
})
