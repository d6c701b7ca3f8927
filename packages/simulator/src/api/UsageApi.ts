/**
 * `/api/v2/usage/query`: how the API was used. A query is executed, and its results are fetched by the execution's id.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { Authorization, BodyCheck } from "./Authorization.ts"
import * as Dates from "./Dates.ts"
import { NotFound } from "./ErrorBody.ts"
import { AnyPermission } from "./Permissions.ts"

/** From (inclusive) and to (exclusive) in milliseconds since 1970. */
export const span = (interval: string): readonly [from: number, to: number] => {
  const [from, to, ...rest] = interval.split("/")
  return rest.length === 0 ? [Dates.parse(from), Dates.parse(to)] : [Number.NaN, Number.NaN]
}

const Interval = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const [from, to] = span(text)
    return to > from ? undefined : "Expected two ISO-8601 dates with a slash between them, the later one last"
  })
)

/** What is counted of calls. */
export const metrics = ["Status200", "Status300", "Status400", "Status500", "Status429", "Requests"] as const

/** The body of a query. */
export const UsageQuery = Schema.Struct({
  interval: Interval,
  /** Rows for each day, week (from Monday) or month, UTC. Default: rows for the whole interval. */
  granularity: Schema.optionalKey(Schema.Literals(["Day", "Week", "Month"])),
  /** Default: all. */
  metrics: Schema.optionalKey(Schema.Array(Schema.Literals(metrics))),
  /** Default: one row for all. */
  groupBy: Schema.optionalKey(
    Schema.Array(Schema.Literals(["OAuthClientId", "OrganizationId", "UserId", "TemplateUri", "HttpMethod"]))
  )
})
export type UsageQuery = typeof UsageQuery.Type

const count = Schema.optionalKey(Schema.Int)
const text = Schema.optionalKey(Schema.String)

/** One row of the results. */
export const UsageRow = Schema.Struct({
  clientId: text,
  clientName: text,
  organizationId: text,
  templateUri: text,
  httpMethod: text,
  status200: count,
  status300: count,
  /** Without the 429s. */
  status400: count,
  status500: count,
  status429: count,
  requests: count,
  /** The first moment of the row's day, week or month. */
  date: text
})
export type UsageRow = typeof UsageRow.Type

/** The answer to a query: where its results will be. */
export const UsageExecution = Schema.Struct({ executionId: Schema.String, resultsUri: Schema.String })

/** The results, once they are there. */
export const UsageResult = Schema.Struct({
  /** Absent while it is running. */
  results: Schema.optionalKey(Schema.Array(UsageRow)),
  queryStatus: Schema.Literals(["Running", "Complete"])
})

/** As Genesys documents the query. */
const permissions = ["oauth:client:view", "usage:organization:view"]

/** The endpoints of usage. */
export class UsageApi extends HttpApiGroup.make("usage")
  .add(
    HttpApiEndpoint.post("query", "/api/v2/usage/query", { payload: UsageQuery, success: UsageExecution }).annotate(
      AnyPermission,
      permissions
    ),
    HttpApiEndpoint.get("results", "/api/v2/usage/query/:executionId/results", {
      params: { executionId: Schema.String },
      success: UsageResult,
      error: NotFound
    }).annotate(AnyPermission, permissions)
  )
  .middleware(BodyCheck)
  .middleware(Authorization) {}
