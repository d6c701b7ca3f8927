/** The results of a job page by page, each with the moment at which its rows were as they tell. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ResultsPage } from "../ConversationJob.ts"
import type { GenesysError } from "../GenesysError.ts"

/** A cursor that comes again ends the walk: it would go round for ever. */
export const stream = (
  fetch: (cursor: string | undefined) => Effect.Effect<ResultsPage, GenesysError>,
  circle: (cursor: string) => GenesysError
): Stream.Stream<ResultsPage, GenesysError> =>
  Stream.paginate(
    undefined,
    Effect.fnUntraced(function* (
      cursor: string | undefined
    ): Effect.fn.Return<readonly [ReadonlyArray<ResultsPage>, Option.Option<string | undefined>], GenesysError> {
      const page = yield* fetch(cursor)
      if (page.cursor !== undefined && page.cursor === cursor) return yield* Effect.fail(circle(page.cursor))
      return [[page], page.cursor === undefined ? Option.none() : Option.some(page.cursor)]
    })
  )
