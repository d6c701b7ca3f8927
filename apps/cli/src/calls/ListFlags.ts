/** The flags of commands that list things. */
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

export const listFlags = {
  csv: Flag.Boolean("csv").pipe(
    Flag.withDescription("Print CSV, as --output csv does"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  ),
  limit: Flag.Int("limit").pipe(
    Flag.withDescription("Print so many rows at most"),
    Flag.withMetavar("number"),
    Flag.withSchema(Schema.Int.check(Schema.isGreaterThan(0))),
    Flag.optional
  )
}

/** How many pages are asked for ahead of the one that is printed: few if only some rows are wanted. */
export const pagesAhead = (limit: Option.Option<number>): number => (Option.isSome(limit) ? 1 : 4)

/** The rows that `--limit` leaves. */
export const limited =
  (limit: Option.Option<number>) =>
  <A, E, R>(rows: Stream.Stream<A, E, R>): Stream.Stream<A, E, R> =>
    Option.match(limit, { onNone: () => rows, onSome: (most) => Stream.take(rows, most) })
