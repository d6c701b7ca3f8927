/** What is done with details jobs of any kind once they are submitted: asked for, read page by page, deleted. */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { JobStatus } from "../ConversationJob.ts"
import type { GenesysClient } from "../GenesysClient.ts"
import { type GenesysError, UnavailableError } from "../GenesysError.ts"
import * as Route from "../Route.ts"
import * as ApiError from "./apiError.ts"
import * as Listed from "./listed.ts"
import { params } from "./params.ts"
import * as PagingChecks from "./pagingChecks.ts"
import * as ResultPages from "./resultPages.ts"

export interface Kind<Page> {
  /** Such as `/api/v2/analytics/conversations/details/jobs`. */
  readonly base: string
  /** The field of the rows of a page. */
  readonly field: string
  readonly page: Schema.Codec<Page, unknown>
  readonly rowsOf: (page: Page) => ReadonlyArray<unknown>
  /** The field that a row is known by. */
  readonly key: string
}

export interface Paging {
  readonly pageSize?: number | undefined
  readonly lookAhead?: number | undefined
}

export const make = <Page extends ResultPages.Page>(client: GenesysClient["Service"], kind: Kind<Page>) => {
  const jobRoute = `${kind.base}/{jobId}`
  const resultsRoute = `${jobRoute}/results`

  return {
    status: (jobId: string): Effect.Effect<JobStatus, GenesysError> =>
      client.json(HttpClientRequest.get(Route.path(jobRoute, { jobId })), JobStatus).pipe(Route.named(jobRoute)),
    remove: (jobId: string): Effect.Effect<void, GenesysError> =>
      client.text(HttpClientRequest.delete(Route.path(jobRoute, { jobId }))).pipe(Effect.asVoid, Route.named(jobRoute)),
    pages: (jobId: string, { lookAhead = 1, pageSize }: Paging): Stream.Stream<Page, GenesysError> => {
      const wrong = PagingChecks.wrong({ lookAhead })
      if (wrong !== undefined) return Stream.die(wrong)
      const request = HttpClientRequest.get(Route.path(resultsRoute, { jobId }), { urlParams: params({ pageSize }) })
      const walk = ResultPages.stream<Page>({
        fetch: (cursor) =>
          client
            .json(
              cursor === undefined ? request : HttpClientRequest.setUrlParam(request, "cursor", cursor),
              Listed.page(kind.page, kind.field)
            )
            .pipe(Route.named(resultsRoute)),
        rowsOf: kind.rowsOf,
        key: kind.key,
        circle: (what) =>
          new UnavailableError({
            reason: "InvalidResponse",
            host: "the API",
            api: ApiError.callOf(request),
            message: `The results of the job ${jobId} have no end: ${what}. Try again later.`
          })
      })
      return lookAhead > 0 ? Stream.buffer(walk, { capacity: lookAhead }) : walk
    }
  }
}
