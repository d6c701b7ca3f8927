/** How long a copy keeps the days of a kind. What is older is taken away from each sink, with its checkpoint, and not read again. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Day from "./Day.ts"
import { ListError, SinkError, type SinkFailure } from "./ExportError.ts"
import { retried } from "./internal/sinkRetries.ts"
import type { Spelling } from "./Kind.ts"
import type { Layout } from "./Layout.ts"
import { type Old, Sink } from "./Sink.ts"
import type { Unit } from "./Source.ts"

/** The shortest that makes sense: a day is kept as a whole. */
export const least = Duration.days(1)

/** What every job may say that goes by days. */
export const settings = ({ span }: Spelling) => ({
  keep: Schema.optionalKey(
    span(
      "How long a day is kept, such as 90d, and at least 1d: older days are removed from the sink, and not read again. Default: for ever."
    ).check(
      Schema.makeFilter((keep: Duration.Duration) => Duration.isGreaterThanOrEqualTo(keep, least), {
        expected: "a duration of at least 1d"
      })
    )
  )
})

/** The first UTC day that is kept: a part of it at least is no older. @param now in milliseconds since 1970 */
export const firstDay = (keep: Duration.Input, now: number): string => {
  const millis = Duration.toMillis(Duration.fromInputUnsafe(keep))
  return Day.of(Math.max(0, now - Math.max(millis, Duration.toMillis(least))))
}

/** What was taken away. */
export interface Removed {
  /** The first day that is kept. */
  readonly before: string
  /** Days that the sink had before it, in order. */
  readonly days: ReadonlyArray<string>
}

/** Fails if a kind has no days: nobody can say which of its rows are old. */
export const check = ({ by, name }: Layout, keep: Duration.Input | undefined): Effect.Effect<void, ListError> =>
  keep === undefined || by === "day"
    ? Effect.void
    : new ListError({
        message: `keep is for what goes by days, such as conversations: ${name} is read as a whole, and has none. Leave keep out of it; rows that are gone have a mark (deleted_at) by which you can find them.`
      })

/** Takes days away from a sink that can do so. */
export const removeFrom = ({ remove }: Sink["Service"], old: Old): Effect.Effect<ReadonlyArray<string>, SinkFailure> =>
  remove?.(old) ??
  new SinkError({
    sink: "the sink",
    lasting: true,
    message: "A sink of this export cannot take days away (it has no remove). Leave keep out."
  })

const everything = { kept: (units: ReadonlyArray<Unit>) => units, removed: undefined }

/**
 * Takes away what is older, and says which units are left to be read. Both clocks have to say that it is: one that is wrong would take
 * away everything.
 *
 * @param available up to this moment Genesys knows everything, in milliseconds since 1970
 */
export const enforce = Effect.fn("Retention.enforce")(function* (
  kind: Layout,
  keep: Duration.Input | undefined,
  available: number
): Effect.fn.Return<
  { readonly kept: (units: ReadonlyArray<Unit>) => ReadonlyArray<Unit>; readonly removed: Removed | undefined },
  SinkFailure,
  Sink
> {
  if (keep === undefined) return everything
  const sink = yield* Sink
  const before = firstDay(keep, Math.min(available, yield* Clock.currentTimeMillis))
  const days = yield* retried(removeFrom(sink, { kind, before }))
  if (days.length > 0)
    yield* Effect.logInfo("days that are older than is kept were removed").pipe(
      Effect.annotateLogs({
        event: "export.removed",
        kind: kind.name,
        before,
        days: days.length,
        first: days[0],
        last: days.at(-1)
      })
    )
  const kept = (units: ReadonlyArray<Unit>) =>
    units.filter(({ partition: { day } }) => day === undefined || day >= before)
  return { kept, removed: { before, days } }
})
