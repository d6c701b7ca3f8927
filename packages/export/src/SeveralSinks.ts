/**
 * Several sinks as one: what is read once goes to all of them. Each commits for itself, and what one of them has not, or not as late as
 * the others, is read again. While one of them cannot be written, nothing is: whoever wants them apart reads for each.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import type { Checkpoint, Entry } from "./Checkpoint.ts"
import * as Day from "./Day.ts"
import { SinkError } from "./ExportError.ts"
import * as Org from "./internal/org.ts"
import * as Retention from "./Retention.ts"
import { Sink, type Write } from "./Sink.ts"

type One = Sink["Service"]

/** Chunks of rows that the fastest may be ahead of the slowest. */
const ahead = 2

const conflict = (what: string) =>
  new SinkError({
    sink: "several sinks",
    lasting: true,
    message: `The sinks of one export hold ${what}. Nothing was written. Give it others, or export into each of them apart.`
  })

const redactedIn = (entries: ReadonlyArray<Entry>) =>
  [...new Set(entries.flatMap(({ redacted = [] }) => redacted))].toSorted()

/** What all of them have of a partition that one of them lacks, or has other fields of: it is read as a whole. */
const anew = (partition: string, first: Entry, entries: ReadonlyArray<Entry>): Entry => {
  const redacted = redactedIn(entries)
  const named = redacted.length === 0 ? {} : { redacted }
  const slash = partition.indexOf("/")
  // What is no day is read as a whole anyway.
  return slash === -1
    ? { ...Struct.omit(first, ["whole", "redacted"]), ...named }
    : {
        ...Struct.pick(first, ["source", "org"]),
        ...named,
        // Before a day began, nothing of it had happened: so much is in all of them.
        asOf: Day.start(partition.slice(slash + 1)),
        rows: 0,
        running: 0
      }
}

const joined = (partition: string, held: ReadonlyArray<Checkpoint>): Entry | SinkError | undefined => {
  const entries = held.flatMap((one) => one[partition] ?? [])
  const [first, ...others] = entries.toSorted((one, other) => one.asOf - other.asOf)
  if (first === undefined) return undefined
  if (others.some(({ listing }) => listing !== first.listing)) return conflict(`different lists as ${partition}`)
  const redacted = redactedIn(entries).join()
  const isAlike = entries.length === held.length && entries.every((one) => redactedIn([one]).join() === redacted)
  return isAlike ? first : anew(partition, first, entries)
}

/** What all of them have: of each partition, as late as the one that is furthest behind. */
const common = Effect.fnUntraced(function* (held: ReadonlyArray<Checkpoint>) {
  const orgs = new Set(held.flatMap((one) => Org.heldIn(one) ?? []))
  if (orgs.size > 1) return yield* conflict(`rows of different organizations (${[...orgs].toSorted().join(", ")})`)
  const found: Record<string, Entry> = {}
  for (const partition of new Set(held.flatMap((one) => Object.keys(one)))) {
    const entry = joined(partition, held)
    if (entry instanceof SinkError) return yield* entry
    if (entry !== undefined) found[partition] = entry
  }
  return found
})

/** They have no place for rows that other processes read: that is one of each. */
export const make = (sinks: ReadonlyArray<One>): One =>
  Sink.of({
    checkpoint: Effect.flatMap(
      Effect.forEach(sinks, ({ checkpoint }) => checkpoint, { concurrency: "unbounded" }),
      common
    ),
    write: Effect.fn("SeveralSinks.write")(function* <E, R>({ rows, ...write }: Write<E, R>) {
      const copies = yield* Stream.broadcastN(rows, { n: sinks.length, capacity: ahead })
      yield* Effect.forEach(sinks.entries(), ([place, sink]) => sink.write({ ...write, rows: copies[place]! }), {
        concurrency: "unbounded",
        discard: true
      })
    }, Effect.scoped),
    remove: (old) =>
      Effect.map(
        Effect.forEach(sinks, (sink) => Retention.removeFrom(sink, old), { concurrency: "unbounded" }),
        (all) => [...new Set(all.flat())].toSorted()
      )
  })
