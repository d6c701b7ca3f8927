/**
 * Conversations as analytics records them: queries for little, jobs for much. Built on `GenesysClient`; it adds nothing to the
 * way of a call. The raw variants give each row as Genesys sent it, with the fields that nobody knows yet: for exports.
 */
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Conversation } from "./Conversation.ts"
import { Availability, type JobError, type JobStatus, ResultsPage, Submitted } from "./ConversationJob.ts"
import { type JobOptions, type QueryAllOptions, type QueryOptions, QueryPage } from "./ConversationQuery.ts"
import { GenesysClient } from "./GenesysClient.ts"
import type { GenesysError } from "./GenesysError.ts"
import * as Field from "./internal/field.ts"
import * as DetailsJob from "./internal/detailsJob.ts"
import * as ExportJob from "./internal/exportJob.ts"
import * as Listed from "./internal/listed.ts"
import * as Interval from "./internal/interval.ts"
import { given, params } from "./internal/params.ts"
import * as Pagination from "./Pagination.ts"
import * as Route from "./Route.ts"

export { Conversation } from "./Conversation.ts"
export { JobError, type JobStatus, type ResultsPage } from "./ConversationJob.ts"
export type { JobOptions, QueryAllOptions, QueryOptions } from "./ConversationQuery.ts"
export { QueryPage } from "./ConversationQuery.ts"

/** How many pages are read ahead of whoever takes them. */
export type Paging = Pick<Pagination.PagingOptions<unknown>, "lookAhead">

/** How the results of a job are paged. */
export interface ResultsOptions extends Paging {
  /** Rows in a page. @default Genesys' own */
  readonly pageSize?: number | undefined
}

/** A job and all its results: how long to wait for it, and how they are paged. */
export interface ExportOptions extends JobOptions, ResultsOptions {
  /** How long the job may be in Genesys' queue. @default 4 hours */
  readonly queueTimeout?: Duration.Input | undefined
  /** How long Genesys may work at it after that, until its results are there. @default 2 hours */
  readonly timeout?: Duration.Input | undefined
}

/**
 * Conversation details of analytics: `query` and `queryAll` for little, jobs for much. Fails with a `GenesysError`; a
 * job that brings nothing is a `JobError`.
 */
export class ConversationDetails extends Context.Service<
  ConversationDetails,
  {
    /** `POST /api/v2/analytics/conversations/details/query`: one page. */
    readonly query: (options: QueryOptions) => Effect.Effect<QueryPage, GenesysError>
    /**
     * All pages of a query, each conversation once. The interval must have ended a minute ago or more: rows of a moving one
     * shift while it is read, and some are missed.
     */
    readonly queryAll: (options: QueryAllOptions & Paging) => Stream.Stream<Conversation, GenesysError>
    readonly queryAllRaw: (options: QueryAllOptions & Paging) => Stream.Stream<unknown, GenesysError>
    /**
     * `GET …/details?id=…`: those that Genesys knows, in any order, 50 in a call. They are without the attributes of participants,
     * which jobs alone have.
     */
    readonly byIdsRaw: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<unknown>, GenesysError>
    /** `POST …/details/jobs`: the id of a new job. Not repeated when its answer got lost: there may be a job then. */
    readonly submit: (options: JobOptions) => Effect.Effect<string, GenesysError>
    readonly status: (jobId: string) => Effect.Effect<JobStatus, GenesysError>
    /** The conversations of a job that is `FULFILLED`; before, it is a `ConflictError` or an `InvalidRequestError`. */
    readonly results: (jobId: string, options?: ResultsOptions) => Stream.Stream<Conversation, GenesysError>
    readonly resultsRaw: (jobId: string, options?: ResultsOptions) => Stream.Stream<unknown, GenesysError>
    /** `DELETE …/details/jobs/{jobId}`: cancels a job that is under way, deletes any other. */
    readonly cancel: (jobId: string) => Effect.Effect<void, GenesysError>
    /** Jobs know everything only of what was before this moment. End the interval of an export there. */
    readonly availability: Effect.Effect<DateTime.Utc, GenesysError>
    /**
     * A job from beginning to end: submits it, asks with growing pauses (1 to 30 seconds) until it is done, streams its
     * results, and deletes it, also when it fails or is interrupted. Nothing is sent before the stream is run. A
     * `JobError` if the job brings nothing. One that expires while it is read is not submitted again, because its rows are out
     * already and a new job sees other data: that is for whoever can replace them.
     */
    readonly export: (options: ExportOptions) => Stream.Stream<Conversation, GenesysError | JobError>
    readonly exportRaw: (options: ExportOptions) => Stream.Stream<unknown, GenesysError | JobError>
    /**
     * Like `exportRaw`, page by page: a page says of which moment its rows are. `lookAhead` pages are read in the background.
     */
    readonly exportPages: (options: ExportOptions) => Stream.Stream<ResultsPage, GenesysError | JobError>
  }
>()("@effect-genesys/client/ConversationDetails") {
  static readonly layer: Layer.Layer<ConversationDetails, never, GenesysClient> = Layer.effect(
    ConversationDetails,
    Effect.suspend(() => make)
  )
}

const base = "/api/v2/analytics/conversations/details"
const resultsRoute = `${base}/jobs/{jobId}/results`

const queryRequest = ({ pageNumber = 1, pageSize = 25, ...query }: QueryOptions) =>
  Interval.checked(
    HttpClientRequest.post(`${base}/query`).pipe(
      HttpClientRequest.bodyJsonUnsafe({
        order: "asc",
        orderBy: "conversationStart",
        ...given({ ...query }),
        paging: { pageSize, pageNumber }
      })
    ),
    query.interval
  )

/** Two kilobytes of an address. */
const idsInCall = 50
const ById = Schema.Struct({ conversations: Field.rows(Schema.Unknown) })

const decodeId = Schema.decodeUnknownOption(Schema.Struct({ conversationId: Schema.String }))
const rawKey = (row: unknown) =>
  Option.getOrUndefined(Option.map(decodeId(row), ({ conversationId }) => conversationId))

const make = Effect.gen(function* () {
  const client = yield* GenesysClient
  const through = Stream.provideService(GenesysClient, client)
  const job = DetailsJob.make(client, {
    base: `${base}/jobs`,
    field: "conversations",
    page: ResultsPage,
    rowsOf: (page) => page.conversations,
    key: "conversationId"
  })

  const query = Effect.fn("ConversationDetails.query")(function* (options: QueryOptions) {
    const request = yield* queryRequest(options)
    return yield* client.json(request, Listed.page(QueryPage, "conversations", request))
  })

  const pages = <A, I>(row: Schema.Codec<A, I>, key: (row: A) => string | undefined) => {
    const queryAll = ({ lookAhead, pageSize = 100, ...options }: QueryAllOptions & Paging) =>
      Stream.unwrap(
        Effect.map(queryRequest({ ...options, pageSize }), (request) =>
          Pagination.query(request, row, { key, lookAhead })
        )
      ).pipe(through, Stream.withSpan("ConversationDetails.queryAll"))
    const results = (jobId: string, { lookAhead, pageSize }: ResultsOptions = {}) =>
      Pagination.results(
        HttpClientRequest.get(Route.path(resultsRoute, { jobId }), { urlParams: params({ pageSize }) }),
        row,
        { key, lookAhead }
      ).pipe(through, Stream.provideService(Route.Route, resultsRoute), Stream.withSpan("ConversationDetails.results"))
    const exported = ({ lookAhead, pageSize, ...options }: ExportOptions) =>
      ExportJob.make({
        ...jobOf(options),
        results: (jobId) => results(jobId, { lookAhead, pageSize })
      }).pipe(Stream.withSpan("ConversationDetails.export"))
    return { queryAll, results, exported }
  }

  const byIdsRaw = Effect.fn("ConversationDetails.byIds")(function* (ids: ReadonlyArray<string>) {
    const found = yield* Effect.forEach(Arr.chunksOf(ids, idsInCall), (some) =>
      client.json(HttpClientRequest.get(base, { urlParams: { id: some } }), ById)
    )
    return found.flatMap(({ conversations }) => conversations)
  })

  const submit = Effect.fn("ConversationDetails.submit")(function* (options: JobOptions) {
    const request = HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(`${base}/jobs`), given({ ...options }))
    const { jobId } = yield* client.json(yield* Interval.checked(request, options.interval), Submitted)
    return jobId
  })

  const status = (jobId: string) => job.status(jobId).pipe(Effect.withSpan("ConversationDetails.status"))
  const cancel = (jobId: string) => job.remove(jobId).pipe(Effect.withSpan("ConversationDetails.cancel"))

  const jobOf = ({ queueTimeout = Duration.hours(4), timeout = Duration.hours(2), ...options }: ExportOptions) => ({
    submit: submit(options),
    status,
    remove: cancel,
    queueTimeout: Duration.fromInputUnsafe(queueTimeout),
    timeout: Duration.fromInputUnsafe(timeout)
  })

  const exportPages = ({ lookAhead, pageSize, ...options }: ExportOptions) =>
    ExportJob.make({
      ...jobOf(options),
      results: (jobId) => job.pages(jobId, { lookAhead, pageSize })
    }).pipe(Stream.withSpan("ConversationDetails.exportPages"))

  const typed = pages(Conversation, ({ conversationId }) => conversationId)
  const raw = pages(Schema.Unknown, rawKey)

  return ConversationDetails.of({
    query,
    queryAll: typed.queryAll,
    queryAllRaw: raw.queryAll,
    byIdsRaw,
    submit,
    status,
    results: typed.results,
    resultsRaw: raw.results,
    cancel,
    availability: client.json(HttpClientRequest.get(`${base}/jobs/availability`), Availability).pipe(
      Effect.map(({ dataAvailabilityDate }) => dataAvailabilityDate),
      Effect.withSpan("ConversationDetails.availability")
    ),
    export: typed.exported,
    exportRaw: raw.exported,
    exportPages
  })
})
