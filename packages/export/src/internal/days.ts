/**
 * A source of facts that are read by UTC days, each as a whole: the day that is open on every run, one that is over once, and again while
 * it may change. The longer it is over, the rarer: when it is 1, 2, 4, 8, … days old.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { Checkpoint, Entry } from "../Checkpoint.ts"
import * as Day from "../Day.ts"
import * as DayRange from "../DayRange.ts"
import { ListError, type SourceError } from "../ExportError.ts"
import * as Partition from "../Partition.ts"
import * as Plan from "../Plan.ts"
import type { Measure, Reading, Source, Unit } from "../Source.ts"
import * as Org from "./org.ts"
import * as Permitted from "./permitted.ts"

const length = Duration.toMillis(Duration.days(1))

export interface Range extends DayRange.DayRange {
  /** How long after its end a day is read again. */
  readonly again: Duration.Input
  /** What began so long ago is not to be had any more. @default everything is */
  readonly oldest?: Duration.Input | undefined
}

/** Those that are asked for, and read again as long as it is usual if nothing is said. */
export const rangeOf =
  (usual: Duration.Input, oldest?: Duration.Input) =>
  ({
    again = usual,
    keep,
    since,
    until
  }: DayRange.DayRange & { readonly again?: Duration.Input | undefined }): Range => ({
    since,
    until,
    keep,
    again,
    ...(oldest === undefined ? {} : { oldest })
  })

/** A day that is to be read. */
export interface Asked {
  readonly day: string
  /** From its first moment to its end, or to the moment before which everything is known. In milliseconds since 1970. */
  readonly from: number
  readonly to: number
  /** Everything of what was before this moment is known. */
  readonly asOf: number
  /** By Genesys' clock, when it began to be read. */
  readonly now: number
  readonly previous: Entry | undefined
}

export interface Options<R> {
  readonly layout: DayRange.DayLayout
  readonly range: Range
  /** Genesys knows everything of what was so long ago. @default a minute */
  readonly settling?: Duration.Input | undefined
  /** @default those of UTC */
  readonly bounds?: DayRange.Bounds | undefined
  /** What is asked for, where its settings say that: rows of two never share a place. */
  readonly listing?: string | undefined
  /** What time it is, in milliseconds since 1970. */
  readonly time: Effect.Effect<number, SourceError, R>
  /** One of them is needed. */
  readonly permissions: ReadonlyArray<string>
  /** Another process of a fleet may read a day that is over. @default false */
  readonly portable?: boolean | undefined
  /** A day is not read before it is over. @default false */
  readonly whenOver?: boolean | undefined
  readonly read: (asked: Asked) => Effect.Effect<Reading, SourceError, R>
}

const millis = (input: Duration.Input) => Duration.toMillis(Duration.fromInputUnsafe(input))

/** Without the days of which nothing is to be had any more. */
const within = ({ keep, oldest, since, until }: Range, now: number): DayRange.DayRange => {
  const first = oldest === undefined ? since : Day.of(now - millis(oldest) + length)
  return { since: first > since ? first : since, until, keep }
}

/** How old a day is when it is read again, after it was read at this age: 1, 2, 4, 8 days, and at last for good; none if it is not. */
const nextAge = (age: number, again: number): number | undefined => {
  if (age >= again) return undefined
  const doubled = age < length ? 1 : 2 ** (Math.floor(Math.log2(age / length)) + 1)
  return Math.min(again, doubled * length)
}

const isDue = (entry: Entry | undefined, end: number, known: number, again: number): boolean => {
  if (entry === undefined || entry.asOf < end) return true
  const next = nextAge(entry.asOf - end, again)
  return next !== undefined && known - end >= next
}

export const measure = (layout: DayRange.DayLayout, range: Range, bounds?: DayRange.Bounds): Measure => ({
  kind: layout,
  lag: (checkpoint, available) =>
    DayRange.lag(layout, checkpoint, within(range, available), { available, now: available }, bounds)
})

/** The same, where a day is not read before it is over. */
export const measureOver = (layout: DayRange.DayLayout, range: Range): Measure => {
  const all = measure(layout, range)
  return { ...all, lag: (checkpoint, available, known) => all.lag(checkpoint, Day.start(Day.of(available)), known) }
}

const days = Schema.Array(Day.Day)

export const make = <R>(options: Options<R>): Effect.Effect<Source, never, GenesysClient | R> =>
  Effect.gen(function* () {
    const { bounds = DayRange.utc, layout, listing, permissions, portable = false, range, whenOver = false } = options
    const context = yield* Effect.context<GenesysClient | R>()
    // A day that does not exist would be another one, or none at all.
    yield* Effect.orDie(Schema.decodeEffect(days)([range.since, ...(range.until === undefined ? [] : [range.until])]))
    const settling = millis(options.settling ?? Plan.settling)
    const named = Permitted.named(permissions)
    const time = Effect.mapError(options.time, named).pipe(Effect.provideContext(context))

    const unit = (day: string, previous: Entry | undefined, isOver: boolean): Unit => ({
      partition: Partition.ofDay(layout, day),
      apart: !isOver,
      portable: portable && isOver,
      read: Effect.gen(function* () {
        const now = yield* time
        const asOf = now - settling
        const [from, to] = [bounds.start(day), Math.min(bounds.end(day), asOf)]
        const { entry, rows, ...reading } = yield* options.read({ day, from, to, asOf, now, previous })
        const listed = listing === undefined ? entry : Effect.map(entry, (one) => ({ ...one, listing }))
        return { ...reading, entry: listed, rows: Stream.mapError(rows, named) }
      }).pipe(Effect.mapError(named), Effect.provideContext(context))
    })

    const plan = Effect.fnUntraced(function* (checkpoint: Checkpoint) {
      yield* check(layout, checkpoint, listing)
      const now = yield* time
      const known = now - settling
      const again = millis(range.again)
      const found = DayRange.days(within(range, now), now, bounds)
        .filter((day) => known > bounds.start(day) && (!whenOver || known >= bounds.end(day)))
        .map((day) => ({ day, previous: DayRange.entryOf(layout, checkpoint, day) }))
        .filter(({ day, previous }) => isDue(previous, bounds.end(day), known, again))
        .toSorted((one, other) => since(one) - since(other))
      return {
        units: found.map(({ day, previous }) => unit(day, previous, known >= bounds.end(day))),
        available: known
      }
    })
    const measured = whenOver ? measureOver(layout, range) : measure(layout, range, bounds)
    return { ...measured, org: Effect.provideContext(Org.id, context), plan }
  })

/** What is there of something else must not be mixed with what this one brings. */
const check = (layout: DayRange.DayLayout, checkpoint: Checkpoint, listing: string | undefined) => {
  const other = Object.entries(checkpoint).find(
    ([name, entry]) => Partition.ofName(layout, name) !== undefined && entry.listing !== listing
  )
  return other === undefined
    ? Effect.void
    : new ListError({
        message: `What was exported to ${layout.name} there is ${other[1].listing ?? "something else"}, and this is ${listing ?? "something else"}. Give this one a directory, or a schema of the database, of its own.`
      })
}

/** Since when it waits: since the moment that it was read of last, or since it began. */
const since = ({ day, previous }: { readonly day: string; readonly previous: Entry | undefined }) =>
  previous?.asOf ?? Day.start(day)
