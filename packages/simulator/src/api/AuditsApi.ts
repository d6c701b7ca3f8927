/**
 * `/api/v2/audits/query`: who has changed what. A query of the whole log is executed, and its results are fetched by its id; only one at a
 * time for the whole org. `…/realtime` answers at once, of some services and the last 14 days.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { interval } from "./AnalyticsApi.ts"
import { Authorization, BodyCheck } from "./Authorization.ts"
import { Conflict, Gone, NotFound } from "./ErrorBody.ts"
import { Several } from "./Paging.ts"
import { Permissions } from "./Permissions.ts"

const day = 24 * 60 * 60 * 1000
const longest = 30 * day

const Interval = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const [from, to] = interval(text)
    if (Number.isNaN(from) || Number.isNaN(to)) return "Expected two ISO-8601 dates with a slash between them"
    if (to <= from) return "Expected the end to be after the start"
    return to - from > longest ? "Expected at most 30 days" : undefined
  })
)

const asked = {
  interval: Interval,
  /** One of the service mapping. Default: all. */
  serviceName: Schema.optionalKey(Schema.String),
  filters: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        property: Schema.Literals(["UserId", "ClientId", "Action", "EntityType", "EntityId"]),
        value: Schema.String
      })
    )
  ),
  sort: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        name: Schema.Literal("Timestamp"),
        sortOrder: Schema.Literals(["ascending", "descending"])
      })
    )
  )
}

/** A query of the whole log: of at most 30 days, the latest first unless `sort` says otherwise. */
export const AuditQuery = Schema.Struct(asked)
export type AuditQuery = typeof AuditQuery.Type

/** A query that is answered at once, page by page. */
export const RealtimeQuery = Schema.Struct({
  ...asked,
  /** From 1, which is the default. */
  pageNumber: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  /** Default 25. */
  pageSize: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 })))
})

const Ref = Schema.Struct({
  id: Schema.String,
  name: Schema.optionalKey(Schema.String),
  selfUri: Schema.optionalKey(Schema.String)
})

/** An entry of the log: who did what to which entity, and when. */
export const Audit = Schema.Struct({
  id: Schema.String,
  userHomeOrgId: Schema.String,
  user: Ref,
  client: Schema.Struct({ id: Schema.String }),
  remoteIp: Schema.Array(Schema.String),
  serviceName: Schema.String,
  level: Schema.Literals(["USER", "SYSTEM"]),
  eventDate: Schema.String,
  action: Schema.String,
  entity: Ref,
  entityType: Schema.String,
  status: Schema.Literals(["SUCCESS", "FAILURE"]),
  application: Schema.String,
  initiatingAction: Schema.Struct({ transactionId: Schema.String }),
  transactionInitiator: Schema.Boolean,
  propertyChanges: Schema.Array(
    Schema.Struct({
      property: Schema.String,
      oldValues: Schema.Array(Schema.String),
      newValues: Schema.Array(Schema.String)
    })
  ),
  context: Schema.Record(Schema.String, Schema.String),
  entityChanges: Schema.Array(
    Schema.Struct({
      entityId: Schema.String,
      entityName: Schema.optionalKey(Schema.String),
      entityType: Schema.String,
      oldValues: Schema.Array(Schema.String),
      newValues: Schema.Array(Schema.String)
    })
  )
})
export type Audit = typeof Audit.Type

/** How far a query of the whole log is, with what was asked. */
export const AuditStatus = Schema.Struct({
  id: Schema.String,
  state: Schema.Literals(["Queued", "Running", "Succeeded", "Failed"]),
  startDate: Schema.String,
  ...asked
})

/** A page of the results of a query of the whole log. */
export const AuditResults = Schema.Struct({
  id: Schema.String,
  pageSize: Schema.Int,
  /** Absent on the last page. */
  cursor: Schema.optionalKey(Schema.String),
  entities: Schema.Array(Audit)
})

/** A page of what a realtime query has found. `total` is that of all pages. */
export const RealtimeResults = Schema.Struct({
  entities: Schema.Array(Audit),
  pageSize: Schema.Int,
  pageNumber: Schema.Int,
  total: Schema.Int,
  pageCount: Schema.Int
})

/** The services that log something, with their entities and what is done to them. */
export const ServiceMapping = Schema.Struct({
  services: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      entities: Schema.Array(Schema.Struct({ name: Schema.String, actions: Schema.Array(Schema.String) }))
    })
  )
})

const base = "/api/v2/audits/query"
const params = { id: Schema.String }
const PageSize = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 500 }))

/** The endpoints of the audit log. All need `audits:audit:view`. */
export class AuditsApi extends HttpApiGroup.make("audits")
  .add(
    HttpApiEndpoint.get("services", `${base}/servicemapping`, { success: ServiceMapping }),
    HttpApiEndpoint.get("realtimeServices", `${base}/realtime/servicemapping`, { success: ServiceMapping }),
    HttpApiEndpoint.post("realtime", `${base}/realtime`, {
      query: { expand: Several },
      payload: RealtimeQuery,
      success: RealtimeResults
    }),
    HttpApiEndpoint.post("query", base, {
      payload: AuditQuery,
      success: AuditStatus.pipe(HttpApiSchema.status(202)),
      error: Conflict
    }),
    HttpApiEndpoint.get("status", `${base}/:id`, { params, success: AuditStatus, error: NotFound }),
    HttpApiEndpoint.get("results", `${base}/:id/results`, {
      params,
      query: {
        /** From the page before. */
        cursor: Schema.optionalKey(Schema.String),
        /** Default 25. */
        pageSize: Schema.optionalKey(PageSize),
        expand: Several,
        allowRedirect: Schema.optionalKey(Schema.String)
      },
      success: AuditResults,
      error: [NotFound, Conflict, Gone]
    })
  )
  .annotateEndpoints(Permissions, ["audits:audit:view"])
  .middleware(BodyCheck)
  .middleware(Authorization) {}
