/** How the API was used, as Genesys counts it. Built on `GenesysClient`; it adds nothing to the way of a call. */
import { Environment } from "@effect-genesys/auth/Environment"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { GenesysClient } from "./GenesysClient.ts"
import { type GenesysError, UnavailableError } from "./GenesysError.ts"
import * as ApiError from "./internal/apiError.ts"
import * as Field from "./internal/field.ts"
import * as Interval from "./internal/interval.ts"
import { given } from "./internal/params.ts"
import { RetryPolicy } from "./RetryPolicy.ts"
import * as Route from "./Route.ts"

/** Which calls are counted, over which time, and by what. */
export interface UsageOptions {
  /** `ISO/ISO` */
  readonly interval: string
  /** Rows for each of these. @default rows for the whole interval */
  readonly granularity?: "Day" | "Week" | "Month" | undefined
  /** Which counts. @default all */
  readonly metrics?:
    | ReadonlyArray<"Status200" | "Status300" | "Status400" | "Status500" | "Status429" | "Requests">
    | undefined
  /** Rows for each of these. @default one row for all */
  readonly groupBy?:
    | ReadonlyArray<"OAuthClientId" | "OrganizationId" | "UserId" | "TemplateUri" | "HttpMethod">
    | undefined
}

/** Counts of requests. What they are counted by is there as far as `groupBy` asked for it. */
export class UsageRow extends Schema.Class<UsageRow>("@effect-genesys/client/UsageRow")({
  clientId: Field.text,
  clientName: Field.text,
  organizationId: Field.text,
  userId: Field.text,
  templateUri: Field.text,
  httpMethod: Field.text,
  status200: Field.number,
  status300: Field.number,
  status400: Field.number,
  status500: Field.number,
  status429: Field.number,
  requests: Field.number,
  /** The first day of the row's day, week or month. */
  date: Field.text
}) {}

const Execution = Schema.Struct({ executionId: Schema.NonEmptyString })
const Result = Schema.Struct({
  queryStatus: Schema.String,
  results: Field.rows(UsageRow),
  cursors: Schema.optionalKey(Schema.NullOr(Schema.Struct({ after: Field.text })))
})

/** Asks how often the API was called, and by whom. Fails with a `GenesysError`. */
export class Usage extends Context.Service<
  Usage,
  {
    /**
     * `POST /api/v2/usage/query`, then its results, asked for with growing pauses (1 to 10 seconds) until they are there, or the deadline of
     * a call (`RetryPolicy`) has come: an `UnavailableError`, as it is if Genesys fails to count.
     */
    readonly query: (options: UsageOptions) => Effect.Effect<ReadonlyArray<UsageRow>, GenesysError>
  }
>()("@effect-genesys/client/Usage") {
  static readonly layer: Layer.Layer<Usage, never, GenesysClient> = Layer.effect(
    Usage,
    Effect.suspend(() => make)
  )
}

const resultsRoute = "/api/v2/usage/query/{executionId}/results"
const pauses = Schedule.min([Schedule.exponential("1 second", 1.5), Schedule.spaced("10 seconds")])

const make = Effect.gen(function* () {
  const client = yield* GenesysClient

  const query = Effect.fn("Usage.query")(function* (options: UsageOptions) {
    const request = HttpClientRequest.post("/api/v2/usage/query")
    const body = given({ ...options })
    const asked = yield* Interval.checked(HttpClientRequest.bodyJsonUnsafe(request, body), options.interval)
    const { executionId } = yield* client.json(asked, Execution)
    const results = HttpClientRequest.get(Route.path(resultsRoute, { executionId }))
    const { deadline } = yield* RetryPolicy
    const environment = yield* Effect.serviceOption(Environment)
    const unavailable = (reason: "Timeout" | "InvalidResponse", what: string) => {
      const host = Option.match(environment, { onNone: () => "the API", onSome: ({ apiUrl }) => apiUrl })
      const api = ApiError.callOf(results)
      return new UnavailableError({ reason, host, api, message: `${api.method} ${api.path} ${what}` })
    }
    const first = yield* client.json(results, Result).pipe(
      Route.named(resultsRoute),
      Effect.repeat({ schedule: pauses, until: ({ queryStatus }) => queryStatus !== "Running" }),
      Effect.timeoutOrElse({
        duration: deadline,
        orElse: () =>
          unavailable(
            "Timeout",
            `has no results after ${Duration.format(deadline)}: Genesys still counts. Try again later, ask for a shorter interval, or raise the deadline.`
          )
      })
    )
    // What has failed has no rows, which must not count as no calls.
    if (first.queryStatus !== "Complete") {
      const status = JSON.stringify(first.queryStatus.slice(0, 100))
      return yield* unavailable(
        "InvalidResponse",
        `has no results: Genesys says that the count is ${status}. Try again later.`
      )
    }
    const rows = [...first.results]
    const followed = new Set<string>()
    let page = first
    while (page.results.length > 0) {
      const after = page.cursors?.after
      if (after === undefined) break
      if (followed.has(after))
        return yield* unavailable("InvalidResponse", "names a page again that was read already. Try again later.")
      followed.add(after)
      page = yield* client
        .json(HttpClientRequest.setUrlParam(results, "after", after), Result)
        .pipe(Route.named(resultsRoute))
      for (const row of page.results) rows.push(row)
    }
    return rows
  })

  return Usage.of({ query })
})
