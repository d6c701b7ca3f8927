/**
 * `/api/v2/analytics/users/details`: the presence and the routing status of users over time, by a query page by page, or by jobs in
 * bulk, from a data lake that is some time behind; and `/api/v2/analytics/users/aggregates/query`, how long each of them took.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { aggregateFilter, aggregateQuery, AggregateResults, Refused } from "./AggregatesApi.ts"
import { interval } from "./AnalyticsApi.ts"
import { Availability, JobStatus, PageSize, Submitted } from "./AnalyticsJobsApi.ts"
import { Authorization, BodyCheck } from "./Authorization.ts"
import { Conflict, Gone, NotFound } from "./ErrorBody.ts"
import { Permissions } from "./Permissions.ts"

const day = 24 * 60 * 60 * 1000

const fields = {
  interval: Schema.String,
  /** Of users: `userId`. */
  userFilters: Schema.optionalKey(Schema.Array(aggregateFilter(["userId"]))),
  /** Of their presences, which are left out if they do not pass. */
  presenceFilters: Schema.optionalKey(Schema.Array(aggregateFilter(["systemPresence", "organizationPresenceId"]))),
  /** The same of their routing statuses. */
  routingStatusFilters: Schema.optionalKey(Schema.Array(aggregateFilter(["routingStatus"]))),
  /** Of the records of a user. Default `asc`. */
  order: Schema.optionalKey(Schema.Literals(["asc", "desc"]))
}

interface Asked {
  readonly interval: string
  readonly userFilters?: ReadonlyArray<unknown>
  readonly presenceFilters?: ReadonlyArray<unknown>
  readonly routingStatusFilters?: ReadonlyArray<unknown>
}

const issue = (text: string) => ({ path: ["interval"], issue: text })

/** "Intervals are limited to a duration not to exceed 7 days if you provide no filters and 31 days if you do provide filters." */
const spanFits = Schema.makeFilter((asked: Asked) => {
  const [from, to] = interval(asked.interval)
  if (Number.isNaN(from) || Number.isNaN(to)) return issue("Expected two ISO-8601 dates with a slash between them")
  if (to <= from) return issue("Expected the end to be after the start")
  const { presenceFilters = [], routingStatusFilters = [], userFilters = [] } = asked
  const hasFilters = presenceFilters.length + routingStatusFilters.length + userFilters.length > 0
  if (to - from <= (hasFilters ? 31 : 7) * day) return undefined
  return issue(hasFilters ? "Expected at most 31 days" : "Expected at most 7 days, or 31 days with filters")
})

/** A query page by page: of at most 7 days, or 31 with filters. */
export const UserDetailsQuery = Schema.Struct({
  ...fields,
  presenceAggregations: Refused,
  routingStatusAggregations: Refused,
  paging: Schema.optionalKey(
    Schema.Struct({
      /** Users of a page. Default 25. */
      pageSize: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
      /** From 1, which is the default. */
      pageNumber: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0)))
    })
  )
}).check(spanFits)
export interface UserDetailsQuery extends Schema.Schema.Type<typeof UserDetailsQuery> {}

/** A new job: of at most 7 days, or 31 with filters. */
export const UserJobQuery = Schema.Struct({ ...fields, limit: Refused }).check(spanFits)
export interface UserJobQuery extends Schema.Schema.Type<typeof UserJobQuery> {}

/** What goes on has no end. */
const PresenceRecord = Schema.Struct({
  startTime: Schema.String,
  endTime: Schema.optionalKey(Schema.String),
  systemPresence: Schema.String,
  organizationPresenceId: Schema.String
})
const RoutingStatusRecord = Schema.Struct({
  startTime: Schema.String,
  endTime: Schema.optionalKey(Schema.String),
  routingStatus: Schema.String
})

/** Records are whole, also where they begin before or end after the interval. */
export const UserDetail = Schema.Struct({
  userId: Schema.String,
  primaryPresence: Schema.optionalKey(Schema.Array(PresenceRecord)),
  routingStatus: Schema.optionalKey(Schema.Array(RoutingStatusRecord))
})
export interface UserDetail extends Schema.Schema.Type<typeof UserDetail> {}

/** A page of users with their records. `totalHits` counts the users of all pages. */
export const UserDetailsResult = Schema.Struct({
  /** Absent past the last page. */
  userDetails: Schema.optionalKey(Schema.Array(UserDetail)),
  totalHits: Schema.Int
})

/** A page of the results of a job. `cursor` is absent on the last one. */
export const UserJobResults = Schema.Struct({
  userDetails: Schema.Array(UserDetail),
  cursor: Schema.optionalKey(Schema.String),
  dataAvailabilityDate: Schema.String
})

const mostUsers = 100

/** How long users had a routing status, a presence of the organization, or one of the system. */
export const UserMetric = Schema.Literals(["tAgentRoutingStatus", "tOrganizationPresence", "tSystemPresence"])

/** "A single query may contain no more than 100 userId predicates." */
const usersFit = Schema.makeFilter(({ filter }: { readonly filter?: typeof UserFilter.Type }) => {
  const { clauses = [], predicates = [] } = filter ?? {}
  const count = clauses.reduce((total, clause) => total + clause.predicates.length, predicates.length)
  if (count <= mostUsers) return undefined
  return { path: ["filter"], issue: `Expected at most ${mostUsers} predicates` }
})
const UserFilter = aggregateFilter(["userId"])

/** What is asked of these metrics: of all users, or of at most 100 by their ids. */
export const UserAggregateQuery = aggregateQuery(["userId"], UserMetric.literals).check(usersFit)
export interface UserAggregateQuery extends Schema.Schema.Type<typeof UserAggregateQuery> {}

/** The answer of these metrics, in milliseconds. `results` is absent if there are none. */
export const UserAggregates = Schema.Struct({
  /** The ids of the definitions of each presence. */
  systemToOrganizationMappings: Schema.Record(Schema.String, Schema.Array(Schema.String)),
  results: Schema.optionalKey(AggregateResults)
})

const details = "/api/v2/analytics/users/details"
const base = `${details}/jobs` as const
const params = { id: Schema.String }

/** The endpoints of the presence and the routing status of users. */
export class UserDetailsApi extends HttpApiGroup.make("userDetails")
  .add(
    HttpApiEndpoint.post("query", `${details}/query`, { payload: UserDetailsQuery, success: UserDetailsResult }),
    HttpApiEndpoint.post("submit", base, {
      payload: UserJobQuery,
      success: Submitted.pipe(HttpApiSchema.status(202))
    }),
    HttpApiEndpoint.get("availability", `${base}/availability`, { success: Availability }),
    HttpApiEndpoint.get("status", `${base}/:id`, { params, success: JobStatus, error: NotFound }),
    HttpApiEndpoint.get("results", `${base}/:id/results`, {
      params,
      query: {
        /** From the page before. */
        cursor: Schema.optionalKey(Schema.String),
        /** Users of a page. Default 1,000, which is also the most. */
        pageSize: Schema.optionalKey(PageSize)
      },
      success: UserJobResults,
      error: [NotFound, Conflict, Gone]
    }),
    HttpApiEndpoint.delete("delete", `${base}/:id`, { params, error: NotFound })
  )
  .annotateEndpoints(Permissions, ["analytics:userDetail:view"])
  .add(
    HttpApiEndpoint.post("aggregates", "/api/v2/analytics/users/aggregates/query", {
      payload: UserAggregateQuery,
      success: UserAggregates
    }).annotate(Permissions, ["analytics:userAggregate:view"])
  )
  .middleware(BodyCheck)
  .middleware(Authorization) {}
