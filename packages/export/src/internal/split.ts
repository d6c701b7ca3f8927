/**
 * Who reads the units of a run: this process, or, of several that others may read too, each of them a part. What nobody else has read
 * is read here, and so is everything where the sink takes nothing over.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type { Entry } from "../Checkpoint.ts"
import type { Elsewhere } from "../Elsewhere.ts"
import { type ExportError, isOfUnit } from "../ExportError.ts"
import * as Partition from "../Partition.ts"
import type { Progress } from "../Progress.ts"
import type { Sink } from "../Sink.ts"
import type { Unit } from "../Source.ts"
import { retried } from "./sinkRetries.ts"

export interface Options {
  /** Units at the same time, in each process. */
  readonly concurrency: number
  readonly elsewhere: Elsewhere | undefined
  readonly org: Option.Option<string>
  readonly progress: Progress
  readonly sink: Sink["Service"]
  readonly units: ReadonlyArray<Unit>
}

export interface Split {
  /** Runs a step for each of them, as many at a time as there is room for. */
  readonly each: <R>(
    units: ReadonlyArray<Unit>,
    step: (unit: Unit) => Effect.Effect<void, never, R>
  ) => Effect.Effect<void, never, R>
  /** Lets another process read one, and has its rows taken over. None if it is to be read here. */
  readonly elsewhere: (unit: Unit) => Effect.Effect<Option.Option<Entry>, ExportError>
  /** While it is read here. */
  readonly here: <A, E, R>(unit: Unit, reading: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

const alone = (concurrency: number): Split => ({
  each: (units, step) => Effect.forEach(units, step, { concurrency, discard: true }),
  elsewhere: () => Effect.succeedNone,
  here: (_, reading) => reading
})

const isShared = ({ portable = false }: Unit) => portable

export const make = ({ concurrency, elsewhere, org, progress, sink, units }: Options): Split => {
  const { takeOver } = sink
  if (elsewhere === undefined || takeOver === undefined || units.filter(isShared).length < 2) return alone(concurrency)
  const readHere = Semaphore.makeUnsafe(concurrency)
  const readAnywhere = Semaphore.makeUnsafe(concurrency)

  /** Workers come and go while a run takes hours. */
  const measured = Effect.tap(elsewhere.readers, (readers) => readAnywhere.resize(concurrency * Math.max(1, readers)))

  const readElsewhere = Effect.fnUntraced(function* ({ partition }: Unit) {
    if ((yield* measured) < 2) return Option.none()
    const name = Partition.nameOf(partition)
    const found = yield* elsewhere.read({ partition: name, org, came: (rows) => progress.came(partition, rows) }).pipe(
      Effect.catchIf(
        (error) => !isOfUnit(error),
        () => Effect.succeedNone
      )
    )
    if (Option.isNone(found)) return Option.none()
    const entry = yield* retried(takeOver({ ...found.value, partition, org }))
    if (Option.isSome(entry)) {
      progress.came(partition, entry.value.rows)
      return entry
    }
    yield* Effect.logInfo("what another process has read of a unit is not there any more; it is read again here")
    return Option.none()
  })

  return {
    each: (all, step) =>
      Effect.andThen(
        measured,
        Effect.forEach(
          all,
          (unit) => (isShared(unit) ? readAnywhere : readHere).withPermit(step(unit)),
          // The permits say how many.
          { concurrency: "unbounded", discard: true }
        )
      ),
    elsewhere: (unit) => (isShared(unit) ? readElsewhere(unit) : Effect.succeedNone),
    // What nobody else may read has its permit already.
    here: (unit, reading) => (isShared(unit) ? readHere.withPermit(reading) : reading)
  }
}
