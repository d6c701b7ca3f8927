/** The details jobs of conversations: the world as it was at the job's `dataAvailabilityDate`. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { interval } from "../../api/AnalyticsApi.ts"
import * as JobsApi from "../../api/AnalyticsJobsApi.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { answerAs } from "../shared/answerAs.ts"
import { Settings } from "../shared/settings.ts"
import { Conversations } from "./conversations.ts"
import * as Hits from "./hits.ts"
import { JobBook } from "./jobBook.ts"
import * as JobOperations from "./jobOperations.ts"
import * as Selection from "./selection.ts"

const answerResults = answerAs(JobsApi.JobResults)

export const AnalyticsJobsLive = HttpApiBuilder.group(
  SimulatorApi,
  "analyticsJobs",
  Effect.fnUntraced(function* (handlers) {
    const world = yield* Conversations
    const jobs = JobOperations.make(yield* JobBook, yield* Settings, ({ availableAt, query }) => {
      const select = query.startOfDayIntervalMatching === true ? Selection.touching : Selection.overlapping
      const { slice, total } = Hits.find(world, query, select(world, interval(query.interval), availableAt))
      return {
        total,
        slice: (start, count) => slice(start, count).map((index) => world.getWhole(index, availableAt))
      }
    })
    return handlers.handleAll({
      submit: ({ payload }) => jobs.submit(payload),
      availability: () => jobs.availability,
      status: ({ params }) => jobs.status(params.id),
      results: (request) =>
        Effect.map(jobs.results(request), ({ rows, ...more }) => answerResults({ conversations: rows, ...more })),
      delete: ({ params }) => jobs.delete(params.id)
    })
  })
)
