/** Rows that come within some time, all of them. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { QueryRow } from "../../CopyQuery.ts"
import { QueryError } from "../../QueryError.ts"

export const limited = (
  rows: Stream.Stream<QueryRow, QueryError>,
  limit: Duration.Input | undefined
): Stream.Stream<QueryRow, QueryError> => {
  if (limit === undefined) return rows
  const late = new QueryError({
    reason: "Limit",
    message: `The query took longer than the ${Duration.format(Duration.fromInputUnsafe(limit))} that it may.`
  })
  return Stream.interruptWhen(rows, Effect.delay(Effect.fail(late), limit))
}
