/**
 * The route of a call: its path with names in place of ids, such as `/api/v2/users/{userId}`. Metrics, spans and the budgets
 * of rate limits go by routes, so that a million users are one route. Where nobody names it, it is guessed from the path.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"

/** The route of the calls that are made with it, with Genesys' own names of the path parameters. */
export const Route = Context.Reference<string | undefined>("@effect-genesys/client/Route", {
  defaultValue: () => undefined
})

/** Names the route of the calls in an effect. */
export const named =
  (route: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, Route, route)

/**
 * Puts ids into a route: `path("/api/v2/users/{userId}", { userId })`. Each id is encoded. One that is empty or made of dots
 * would be another path: `GenesysClient` refuses to send it.
 */
export const path = (route: string, ids: Readonly<Record<string, string>>): string =>
  route.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? ""))

/** Parts of Genesys' own routes that often come last. Any other word may be an id: some ids are names. */
const words = new Set(
  [
    "search",
    "query",
    "details",
    "jobs",
    "results",
    "availability",
    "conversations",
    "users",
    "queues",
    "members"
  ].concat([
    "me",
    "bulk",
    "count",
    "divisionviews",
    "aggregates",
    "observations",
    "channels",
    "subscriptions",
    "clients"
  ])
)

/** The route of a path that nobody named: what may be an id is left out. `/api/v2/users/abc` is `/api/v2/users/{id}`. */
export const guess = (url: string): string =>
  (url.split("?", 1)[0] ?? "")
    .split("/")
    .map((part, place) => (place <= 2 || (place === 3 && /^[a-z]+$/.test(part)) || words.has(part) ? part : "{id}"))
    .join("/")

/** The route of a request: as it was named, or guessed. */
export const of = (request: HttpClientRequest.HttpClientRequest): Effect.Effect<string> =>
  Effect.map(Route, (route) => route ?? guess(request.url))

/** Whether a POST to a path only reads: Genesys' searches and queries do. A query behind the path does not count. */
export const isQuery = (url: string): boolean => /\/(?:search|query)$/.test(url.split(/[?#]/, 1)[0] ?? "")
