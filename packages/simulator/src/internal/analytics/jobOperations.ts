/**
 * What is done with jobs of any kind: submitted, asked for, read, deleted. Results are refused with 409 before the job is done, and with
 * 400 when there will never be any.
 */
import * as Effect from "effect/Effect"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { badRequest } from "../shared/bodyCheck.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import type { Settings } from "../shared/settings.ts"
import { tooFar } from "../shared/tooFar.ts"
import { availableAt } from "./dataLake.ts"
import * as JobBook from "./jobBook.ts"
import * as JobPage from "./jobPage.ts"

interface ResultsRequest {
  readonly params: { readonly id: string }
  readonly query: { readonly cursor?: string; readonly pageSize?: number }
}

/** `rowsOf` computes what a job has found, when it is read. */
export const make = <Query, A>(
  book: JobBook.Book<Query>,
  settings: Settings["Service"],
  rowsOf: (job: JobBook.Job<Query>) => JobPage.Rows<A>
) => {
  const page = JobPage.make(settings)

  const find = Effect.fnUntraced(function* (id: string) {
    const { correlationId, now } = yield* CurrentRequest
    const job = book.find(id, now)
    if (job !== undefined) return job
    const message = `There is no job ${id}.`
    return yield* Effect.fail(ErrorBody.make({ status: 404, contextId: correlationId, message }))
  })

  return {
    submit: (query: Query) => Effect.map(CurrentRequest, ({ now }) => ({ jobId: book.submit(query, now).id })),
    availability: Effect.map(CurrentRequest, ({ now }) => ({
      dataAvailabilityDate: new Date(availableAt(settings, now)).toISOString()
    })),
    status: Effect.fnUntraced(function* (id: string) {
      const job = yield* find(id)
      return JobBook.status(job, (yield* CurrentRequest).now)
    }),
    results: Effect.fnUntraced(function* ({ params, query }: ResultsRequest) {
      const job = yield* find(params.id)
      const { correlationId, now } = yield* CurrentRequest
      const { state } = JobBook.status(job, now)
      if (state === "QUEUED" || state === "PENDING") {
        const message = `The job is ${state}: its results are not there yet.`
        return yield* Effect.fail(ErrorBody.make({ status: 409, contextId: correlationId, message }))
      }
      if (state !== "FULFILLED") return yield* badRequest("jobId", `The job is ${state}: it has no results`)
      const found = page(job, { cursor: query.cursor, pageSize: query.pageSize, now }, () => rowsOf(job))
      if (found === "foreign") return yield* badRequest("cursor", "Expected a cursor of this job")
      if (found === "tooFar") return yield* tooFar(settings.jobResultsLimit)
      if (found === "expired") {
        const message = "The cursor has expired."
        const status = settings.cursorExpiredStatus
        return yield* Effect.fail(ErrorBody.make({ status, contextId: correlationId, message }))
      }
      return found
    }),
    delete: Effect.fnUntraced(function* (id: string) {
      const job = yield* find(id)
      book.remove(job, (yield* CurrentRequest).now)
    })
  }
}
