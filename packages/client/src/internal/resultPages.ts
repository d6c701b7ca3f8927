/** The results of a job page by page, each with the moment at which its rows were as they tell. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { GenesysError } from "../GenesysError.ts"
import * as Answer from "./answer.ts"
import * as Recent from "./recent.ts"

export interface Page {
  /** Names the next one; absent on the last. */
  readonly cursor?: string | undefined
}

export interface Walk<P> {
  readonly fetch: (cursor: string | undefined) => Effect.Effect<P, GenesysError>
  readonly rowsOf: (page: P) => ReadonlyArray<unknown>
  /** The field that a row is known by. */
  readonly key: string
  readonly circle: (what: string) => GenesysError
}

/** A circle of more pages than these is not noticed. */
const maxCircle = 10_000
/** So many pages in a row that are the same are no results. */
const maxSamePages = 10

/** A cursor that comes again ends the walk, and so do pages that do: it would go round for ever. */
export const stream = <P extends Page>({ circle, fetch, key, rowsOf }: Walk<P>): Stream.Stream<P, GenesysError> =>
  Stream.suspend(() => {
    const asked = Recent.make(maxCircle)
    let [before, same] = ["", 0]
    return Stream.paginate(
      undefined,
      Effect.fnUntraced(function* (
        cursor: string | undefined
      ): Effect.fn.Return<readonly [ReadonlyArray<P>, Option.Option<string | undefined>], GenesysError> {
        const page = yield* fetch(cursor)
        const rows = rowsOf(page)
          .map((row) => Answer.text(Answer.fieldsOf(row), key) ?? "")
          .join()
        same = rows !== "" && rows === before ? same + 1 : 0
        before = rows
        if (same >= maxSamePages) return yield* Effect.fail(circle("its pages are all the same"))
        if (page.cursor !== undefined && !asked.add(page.cursor)) {
          return yield* Effect.fail(circle("a page names one as the next that was read already"))
        }
        return [[page], page.cursor === undefined ? Option.none() : Option.some(page.cursor)]
      })
    )
  })
