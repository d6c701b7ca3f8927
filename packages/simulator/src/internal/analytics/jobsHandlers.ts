/**
 * The details jobs: submitted, asked for, read, deleted. Results are refused with 409 before the job is done, and with 400
 * when there will never be any.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as JobsApi from "../../api/AnalyticsJobsApi.ts"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { Conversations } from "./conversations.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { availableAt } from "./dataLake.ts"
import * as JobBook from "./jobBook.ts"
import * as JobResults from "./jobResults.ts"
import { Settings } from "../shared/settings.ts"
import { answerAs } from "../shared/answerAs.ts"
import { badRequest } from "../shared/bodyCheck.ts"
import { tooFar } from "../shared/tooFar.ts"

const answerResults = answerAs(JobsApi.JobResults)

export const AnalyticsJobsLive = HttpApiBuilder.group(
  SimulatorApi,
  "analyticsJobs",
  Effect.fnUntraced(function* (handlers) {
    const book = yield* JobBook.JobBook
    const settings = yield* Settings
    const read = JobResults.make(yield* Conversations, settings)

    const find = Effect.fnUntraced(function* (id: string) {
      const { correlationId, now } = yield* CurrentRequest
      const job = book.find(id, now)
      if (job !== undefined) return job
      const message = `There is no job ${id}.`
      return yield* Effect.fail(ErrorBody.make({ status: 404, contextId: correlationId, message }))
    })

    return handlers.handleAll({
      submit: ({ payload }) => Effect.map(CurrentRequest, ({ now }) => ({ jobId: book.submit(payload, now).id })),
      availability: () =>
        Effect.map(CurrentRequest, ({ now }) => ({
          dataAvailabilityDate: new Date(availableAt(settings, now)).toISOString()
        })),
      status: Effect.fnUntraced(function* ({ params }) {
        const job = yield* find(params.id)
        return JobBook.status(job, (yield* CurrentRequest).now)
      }),
      results: Effect.fnUntraced(function* ({ params, query }) {
        const job = yield* find(params.id)
        const { correlationId, now } = yield* CurrentRequest
        const { state } = JobBook.status(job, now)
        if (state === "QUEUED" || state === "PENDING") {
          const message = `The job is ${state}: its results are not there yet.`
          return yield* Effect.fail(ErrorBody.make({ status: 409, contextId: correlationId, message }))
        }
        if (state !== "FULFILLED") return yield* badRequest("jobId", `The job is ${state}: it has no results`)
        const page = read(job, query.cursor, now, query.pageSize)
        if (page === "foreign") return yield* badRequest("cursor", "Expected a cursor of this job")
        if (page === "tooFar") return yield* tooFar(settings.jobResultsLimit)
        if (page === "expired") {
          const message = "The cursor has expired."
          const status = settings.cursorExpiredStatus
          return yield* Effect.fail(ErrorBody.make({ status, contextId: correlationId, message }))
        }
        return answerResults(page)
      }),
      delete: Effect.fnUntraced(function* ({ params }) {
        const job = yield* find(params.id)
        book.remove(job, (yield* CurrentRequest).now)
      })
    })
  })
)
