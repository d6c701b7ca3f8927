/**
 * The presence and routing status of users over time, as analytics records them: a query for what is known now, a job for what is more
 * than that gives. Each row is one user's as Genesys sent it, with the fields that nobody knows yet: for exports. It adds nothing to the
 * way of a call.
 */
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Availability, type JobError, Submitted } from "./ConversationJob.ts"
import { GenesysClient } from "./GenesysClient.ts"
import type { GenesysError } from "./GenesysError.ts"
import * as DetailsJob from "./internal/detailsJob.ts"
import * as ExportJob from "./internal/exportJob.ts"
import * as Field from "./internal/field.ts"
import * as Interval from "./internal/interval.ts"
import * as Listed from "./internal/listed.ts"

/** Of which time, and of whom. */
export interface UserDetailsOptions {
  /** `ISO/ISO`, at most 7 days, or 31 with `userIds`. */
  readonly interval: string
  /** @default all of which there is something to tell */
  readonly userIds?: ReadonlyArray<string> | undefined
  /** Users in a page: at most 100 of a query, 1,000 of a job. @default the most */
  readonly pageSize?: number | undefined
}

/** A job, and how long to wait for it. */
export interface UserJobOptions extends UserDetailsOptions {
  /** How long it may be in Genesys' queue. @default 4 hours */
  readonly queueTimeout?: Duration.Input | undefined
  /** How long Genesys may work at it after that. @default 2 hours */
  readonly timeout?: Duration.Input | undefined
}

const QueryPage = Schema.Struct({ userDetails: Field.rows(Schema.Unknown), totalHits: Field.number })

/** A page of the results of a job, with the rows as Genesys sent them. */
export const UserResultsPage = Schema.Struct({
  userDetails: Field.rows(Schema.Unknown),
  /** Names the next page; absent on the last one. */
  cursor: Field.text,
  /** The moment at which the users were as these rows tell. */
  dataAvailabilityDate: Field.date
})
export type UserResultsPage = typeof UserResultsPage.Type

const base = "/api/v2/analytics/users/details"

const bodyOf = ({ interval, userIds }: UserDetailsOptions) => ({
  interval,
  order: "asc",
  ...(userIds === undefined
    ? {}
    : {
        userFilters: [
          { type: "or", predicates: userIds.map((value) => ({ type: "dimension", dimension: "userId", value })) }
        ]
      })
})

const request = (path: string, options: UserDetailsOptions, more: object = {}) =>
  Interval.checked(
    HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(path), { ...bodyOf(options), ...more }),
    options.interval
  )

/**
 * `POST …/details/query`: page by page, to the first one without users behind as many as it says that there are. A page may have fewer than
 * it was asked to have, because Genesys leaves out what it has stored twice: that says nothing of its being the last one.
 */
export const queryPages = (
  options: UserDetailsOptions
): Stream.Stream<ReadonlyArray<unknown>, GenesysError, GenesysClient> => {
  const { pageSize = 100 } = options
  return Stream.paginate(
    1,
    Effect.fnUntraced(function* (pageNumber: number) {
      const asked = yield* request(`${base}/query`, options, { paging: { pageSize, pageNumber } })
      const { totalHits = 0, userDetails } = yield* GenesysClient.use((client) =>
        client.json(asked, Listed.page(QueryPage, "userDetails", asked))
      )
      const isLast = userDetails.length === 0 && pageNumber * pageSize >= totalHits
      return [[userDetails], isLast ? Option.none<number>() : Option.some(pageNumber + 1)] as const
    })
  ).pipe(Stream.withSpan("UserDetails.queryPages"))
}

/** Jobs know everything only of what was before this moment. */
export const availability: Effect.Effect<DateTime.Utc, GenesysError, GenesysClient> = GenesysClient.use((client) =>
  client.json(HttpClientRequest.get(`${base}/jobs/availability`), Availability)
).pipe(
  Effect.map(({ dataAvailabilityDate }) => dataAvailabilityDate),
  Effect.withSpan("UserDetails.availability")
)

/**
 * A job from beginning to end, page by page: submits it, asks with growing pauses until it is done, reads it, and deletes it, also when it
 * fails or is interrupted. A `JobError` if it brings nothing, or not all.
 */
export const jobPages = ({
  pageSize = 1_000,
  queueTimeout = Duration.hours(4),
  timeout = Duration.hours(2),
  ...options
}: UserJobOptions): Stream.Stream<UserResultsPage, GenesysError | JobError, GenesysClient> =>
  Stream.unwrap(
    Effect.map(GenesysClient, (client) => {
      const job = DetailsJob.make(client, {
        base: `${base}/jobs`,
        field: "userDetails",
        page: UserResultsPage,
        rowsOf: (page) => page.userDetails,
        key: "userId"
      })
      return ExportJob.make({
        submit: Effect.flatMap(request(`${base}/jobs`, options), (asked) =>
          Effect.map(client.json(asked, Submitted), ({ jobId }) => jobId)
        ),
        status: job.status,
        remove: job.remove,
        queueTimeout: Duration.fromInputUnsafe(queueTimeout),
        timeout: Duration.fromInputUnsafe(timeout),
        results: (jobId) => job.pages(jobId, { pageSize })
      })
    })
  ).pipe(Stream.withSpan("UserDetails.jobPages"))
