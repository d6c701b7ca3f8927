/**
 * All rows of a list of Genesys, on every run, page by page; what is gone is marked (`Layout.deletions`), if the list came whole. A list
 * may be in parts: that of each row of another list, such as the members of each queue.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Checkpoint, Entry } from "./Checkpoint.ts"
import { ListError, type SourceError } from "./ExportError.ts"
import * as GenesysTime from "./GenesysTime.ts"
import * as Listing from "./internal/listing.ts"
import * as Org from "./internal/org.ts"
import * as Permitted from "./internal/permitted.ts"
import type { Layout } from "./Layout.ts"
import * as Partition from "./Partition.ts"
import type { Row } from "./Row.ts"
import type { Measure, Reading, Source } from "./Source.ts"

export type { Asked } from "./internal/listing.ts"

/** A list within each row of another one. */
export interface Within {
  /** That of a row whose key is this. */
  readonly asked: (id: string) => Listing.Asked
  /** The field of its rows that has this key then, such as `queueId`. */
  readonly as: string
}

/** What is to be read. */
export interface Wanted {
  readonly asked: Listing.Asked
  /** What Genesys lists apart of the same things, such as those that are deactivated: a row of several is one. */
  readonly apart?: ReadonlyArray<Listing.Asked> | undefined
  readonly within?: Within | undefined
  /** To be asked for where Genesys refuses and names none. */
  readonly permissions?: ReadonlyArray<string> | undefined
  /** Which list it is, where that is not known by the layout. */
  readonly listing?: string | undefined
}

/** The layout of a kind that is read as a whole. */
export type WholeLayout = Layout & { readonly by: "whole" }

/** How far a copy of a list is behind, without asking Genesys. */
export const measure = (layout: WholeLayout): Measure => ({
  kind: layout,
  // Without any rows, everything is missing.
  lag: (checkpoint, available, known) => Math.max(0, available - (checkpoint[layout.name]?.asOf ?? known))
})

/** So many lists within are read at the same time. */
const atOnce = 4

type Rows = Stream.Stream<Listing.Came, GenesysError, GenesysClient | Environment>

/** The rows of the lists within; the outcome is that of all of them. */
const within = (asked: Listing.Asked, inner: Within, told: Listing.Outcome): Rows => {
  const outer = Listing.outcome()
  const missing: Array<string> = []
  const notFound = new Set<string>()
  const ofOne = ({ key: id }: Listing.Came): Rows => {
    const own = Listing.outcome()
    const rows = Listing.rows({ ...inner.asked(id), mayBeEmpty: true }, own).pipe(
      // It went away since, which `afterwards` sees.
      Stream.catchTag("NotFoundError", () => {
        notFound.add(id)
        own.missing = undefined
        return Stream.empty
      }),
      Stream.map(({ key, value }) => ({ key: `${id}:${key}`, value: { ...value, [inner.as]: id } }))
    )
    const counted = Stream.suspend(() => {
      told.rows += own.rows
      told.leftOut += own.leftOut
      told.cut ??= own.cut
      if (own.missing !== undefined) missing.push(own.missing)
      return Stream.empty
    })
    return Stream.concat(rows, counted)
  }
  const seen = new Set<string>()
  const isNew = Listing.unseen(seen)
  /** What is not listed any more is gone, with all that it had; what is, and is not found even so, has rows that nobody has seen. */
  const afterwards = Stream.suspend(() => {
    if (notFound.size === 0) return Stream.empty
    const again = Listing.outcome()
    const noted = Stream.map(Listing.rows(asked, again), ({ key }) => {
      if (notFound.has(key)) missing.push(`Genesys lists ${inner.as} ${key}, and does not find what is in it`)
    })
    const end = Stream.suspend(() => {
      if (again.missing !== undefined) missing.push(again.missing)
      return Stream.empty
    })
    return Stream.drain(Stream.concat(noted, end))
  })
  return Stream.concat(
    Stream.concat(
      Stream.flatMap(Stream.filter(Listing.rows(asked, outer), isNew), ofOne, { concurrency: atOnce }),
      afterwards
    ),
    Stream.suspend(() => {
      told.cut = outer.cut ?? told.cut
      told.missing = outer.missing ?? missing[0] ?? (told.rows === 0 && outer.rows > 0 ? Listing.empty : undefined)
      return Stream.empty
    })
  )
}

/**
 * The rows of several lists of the same things; the outcome is that of all of them. What changes from one list to another between their
 * readings is in none: so all of them are read again, until two readings are the same.
 */
const joined = (lists: ReadonlyArray<Listing.Asked>, told: Listing.Outcome): Rows => {
  const seen = new Set<string>()
  const isNew = Listing.unseen(seen)
  const read = (number: number, before: string | undefined): Rows => {
    const outcomes = lists.map(() => Listing.outcome())
    const rows = Stream.flatMap(Stream.fromIterable(lists.entries()), ([place, asked]) =>
      Stream.filter(Listing.rows(asked, outcomes[place]!), isNew)
    )
    const end = Stream.suspend(() => {
      const missing = outcomes.find((one) => one.missing !== undefined)?.missing
      const print = outcomes.map((one) => `${one.rows} ${one.print}`).join()
      if (missing === undefined && print !== before && number < Listing.most) return read(number + 1, print)
      told.rows = seen.size
      told.leftOut = outcomes.reduce((sum, { leftOut }) => sum + leftOut, 0)
      told.cut = outcomes.find(({ cut }) => cut !== undefined)?.cut
      told.missing = missing ?? (print === before ? undefined : Listing.unsteady)
      return Stream.empty
    })
    return Stream.concat(rows, end)
  }
  return Stream.suspend(() => read(1, undefined))
}

/** One reading of it. */
const reading = (
  { apart = [], asked, listing, within: inner }: Wanted,
  asOf: number,
  services: Context.Context<GenesysClient | Environment>
) => {
  const told = Listing.outcome()
  const own = apart.length === 0 ? Listing.rows(asked, told) : joined([asked, ...apart], told)
  const all = inner === undefined ? own : within(asked, inner, told)
  const rows = all.pipe(
    Stream.provideContext(services),
    Stream.map(({ key, value }): Row => ({ key, asOf, value }))
  )
  let isSaid = false
  // Whoever asks for the entry keeps a copy, in which rows are marked.
  const say = Effect.suspend(() => {
    if (told.missing === undefined || isSaid) return Effect.void
    isSaid = true
    return Effect.logWarning("the list may not be whole, so nothing of it is taken to be deleted").pipe(
      Effect.annotateLogs({ event: "export.incomplete", rows: told.rows, reason: told.missing })
    )
  })
  const entry = say.pipe(
    Effect.map((): Entry => ({
      source: "list",
      asOf,
      rows: told.rows,
      running: 0,
      ...(told.leftOut === 0 ? {} : { leftOut: told.leftOut }),
      ...(told.missing === undefined ? { whole: true } : {}),
      ...(listing === undefined ? {} : { listing })
    }))
  )
  return { rows, entry, missing: Effect.sync(() => told.cut ?? told.missing) } satisfies Reading
}

/** What is there of another list must not be taken for what this one lacks. */
const check = (checkpoint: Checkpoint, { name }: Layout, { listing }: Wanted): Effect.Effect<void, ListError> => {
  const there = checkpoint[name]?.listing
  return there === undefined || there === listing
    ? Effect.void
    : new ListError({
        message: `What was exported to ${name} there is of another list, or of one with other parameters (${there}). Give this one another name with into, or remove what is there, and ${name} out of the checkpoint.`
      })
}

/**
 * The source of a list.
 *
 * @param wanted is found out before each run
 */
export const make = <R = never>(
  layout: WholeLayout,
  wanted: Effect.Effect<Wanted, SourceError, R>
): Effect.Effect<Source, never, GenesysClient | Environment | R> =>
  Effect.gen(function* () {
    const context = yield* Effect.context<GenesysClient | Environment | R>()
    const partition = Partition.whole(layout)
    const timeOf = ({ asked, permissions = [] }: Wanted) =>
      Effect.mapError(GenesysTime.of(asked.request), Permitted.named(permissions)).pipe(Effect.provideContext(context))
    return {
      ...measure(layout),
      org: Effect.provideContext(Org.id, context),
      plan: Effect.fnUntraced(function* (checkpoint: Checkpoint) {
        const found = yield* Effect.provideContext(wanted, context)
        yield* check(checkpoint, layout, found)
        const { permissions = [] } = found
        const read = Effect.map(timeOf(found), (asOf) => {
          const { rows, ...more } = reading(found, asOf, context)
          return { ...more, rows: Stream.mapError(rows, Permitted.named(permissions)) }
        })
        return { units: [{ partition, read }], available: yield* timeOf(found) }
      })
    }
  })
