/**
 * `/api/v2/analytics/conversations/details/jobs`: conversations in bulk, from a data lake that is some time behind. Submit a
 * job, ask until it is FULFILLED, then follow the cursor through its results.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { detailsFields } from "./AnalyticsApi.ts"
import { Authorization, BodyCheck } from "./Authorization.ts"
import { Conversation } from "./Conversation.ts"
import { Conflict, Gone, NotFound } from "./ErrorBody.ts"
import { Permissions } from "./Permissions.ts"

/** The body of a new job. */
export const ConversationJobQuery = Schema.Struct({
  ...detailsFields,
  /** True: those that started on a UTC day that the interval touches, as a query has them. Default false: those whose life overlaps it. */
  startOfDayIntervalMatching: Schema.optionalKey(Schema.Boolean)
})
export interface ConversationJobQuery extends Schema.Schema.Type<typeof ConversationJobQuery> {}

/** How far a job is. */
export const JobState = Schema.Literals(["QUEUED", "PENDING", "FAILED", "CANCELLED", "FULFILLED", "EXPIRED"])

/** The answer to a question for a job. */
export const JobStatus = Schema.Struct({
  state: JobState,
  errorMessage: Schema.optionalKey(Schema.String),
  submissionDate: Schema.String,
  completionDate: Schema.optionalKey(Schema.String),
  expirationDate: Schema.optionalKey(Schema.String)
})
export interface JobStatus extends Schema.Schema.Type<typeof JobStatus> {}

/** One page of the results of a job. */
export const JobResults = Schema.Struct({
  conversations: Schema.Array(Conversation),
  /** Absent on the last page. */
  cursor: Schema.optionalKey(Schema.String),
  /** The moment at which the conversations were as these rows tell. */
  dataAvailabilityDate: Schema.String
})

/** How far the data lake is: it knows everything of what was before. */
export const Availability = Schema.Struct({ dataAvailabilityDate: Schema.String })
/** The answer to a new job: its id. */
export const Submitted = Schema.Struct({ jobId: Schema.String })

const base = "/api/v2/analytics/conversations/details/jobs"
const params = { id: Schema.String }
/** So many results of a job on a page, as the query of a URL has it: 1 to 1,000. */
export const PageSize = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 1000 }))

/** The endpoints of details jobs. */
export class AnalyticsJobsApi extends HttpApiGroup.make("analyticsJobs")
  .add(
    HttpApiEndpoint.post("submit", base, {
      payload: ConversationJobQuery,
      success: Submitted.pipe(HttpApiSchema.status(202))
    }),
    HttpApiEndpoint.get("availability", `${base}/availability`, { success: Availability }),
    HttpApiEndpoint.get("status", `${base}/:id`, { params, success: JobStatus, error: NotFound }),
    HttpApiEndpoint.get("results", `${base}/:id/results`, {
      params,
      query: {
        /** From the page before. */
        cursor: Schema.optionalKey(Schema.String),
        /** Default 1,000, which is also the most. */
        pageSize: Schema.optionalKey(PageSize)
      },
      success: JobResults,
      error: [NotFound, Conflict, Gone]
    }),
    HttpApiEndpoint.delete("delete", `${base}/:id`, { params, error: NotFound })
  )
  .annotateEndpoints(Permissions, ["analytics:conversationDetail:view"])
  .middleware(BodyCheck)
  .middleware(Authorization) {}
