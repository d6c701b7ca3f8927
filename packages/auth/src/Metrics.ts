/**
 * What the token managers of a program count and measure, by the host that they ask and
 * the client that they ask for. Any exporter of Effect's metrics
 * shows them; none of them holds a token or a secret.
 */
import * as SecondsHistogram from "@effect-genesys/core/SecondsHistogram"
import * as Metric from "effect/Metric"

/** Requests to the login host, with the attribute `outcome`: `issued`, or the tag of the error. */
export const tokenRequests = Metric.counter("genesys_token_requests_total", {
  description: "Requests for a token, by outcome",
  incremental: true
})

/** Tokens that replaced one that was still good. */
export const tokenRenewals = Metric.counter("genesys_token_renewals_total", {
  description: "Tokens that were renewed ahead of time",
  incremental: true
})

/** Held tokens that the API refused. */
export const tokenRejections = Metric.counter("genesys_token_rejections_total", {
  description: "Held tokens that the API refused",
  incremental: true
})

/** Callers that wait for a token at this moment. */
export const waitingCallers = Metric.gauge("genesys_token_waiting_callers", {
  description: "Callers that wait for a token"
})

/** Seconds until the held token expires, whenever it is asked for; 0 without one. */
export const secondsToExpiry = Metric.gauge("genesys_token_seconds_to_expiry", {
  description: "Seconds until the held token expires"
})

/** How long an exchange with the login host took. */
export const exchangeSeconds = SecondsHistogram.make(
  "genesys_token_exchange_seconds",
  "Time of one exchange with the login host"
)
