/** `/api/v2/analytics/users/details` and `/aggregates`: a query as of now, a job as of its `dataAvailabilityDate`. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { UserAggregates, UserDetailsResult, UserJobResults } from "../../api/UserDetailsApi.ts"
import { Users } from "../directory/users.ts"
import { answerAs } from "../shared/answerAs.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { Settings } from "../shared/settings.ts"
import { tooFar } from "../shared/tooFar.ts"
import { UserJobBook } from "./jobBook.ts"
import * as JobOperations from "./jobOperations.ts"
import * as Aggregates from "./userAggregates.ts"
import * as Details from "./userDetails.ts"
import { UserStatus } from "./userStatus.ts"

const answerQuery = answerAs(UserDetailsResult)
const answerResults = answerAs(UserJobResults)
const answerAggregates = answerAs(UserAggregates)

export const UserDetailsLive = HttpApiBuilder.group(
  SimulatorApi,
  "userDetails",
  Effect.fnUntraced(function* (handlers) {
    const settings = yield* Settings
    const [users, status] = [yield* Users, yield* UserStatus]
    const details = Details.make(users, status)
    const aggregates = Aggregates.make(users, status)
    const jobs = JobOperations.make(yield* UserJobBook, settings, ({ availableAt, query }) => {
      const found = details(query, availableAt)
      return { total: found.length, slice: (start, count) => found.slice(start, start + count) }
    })
    return handlers.handleAll({
      query: Effect.fnUntraced(function* ({ payload }) {
        const { now } = yield* CurrentRequest
        const { pageNumber = 1, pageSize = 25 } = payload.paging ?? {}
        if (pageNumber * pageSize > settings.queryLimit) return yield* tooFar(settings.queryLimit)
        const found = details(payload, now)
        const userDetails = found.slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
        return answerQuery({ ...(userDetails.length === 0 ? {} : { userDetails }), totalHits: found.length })
      }),
      submit: ({ payload }) => jobs.submit(payload),
      availability: () => jobs.availability,
      status: ({ params }) => jobs.status(params.id),
      results: (request) =>
        Effect.map(jobs.results(request), ({ rows, ...more }) => answerResults({ userDetails: rows, ...more })),
      delete: ({ params }) => jobs.delete(params.id),
      aggregates: ({ payload }) => Effect.map(CurrentRequest, ({ now }) => answerAggregates(aggregates(payload, now)))
    })
  })
)
