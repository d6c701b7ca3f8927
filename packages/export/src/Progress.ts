/** What a run does at this moment, for whoever looks at it from outside: which units it reads, how far it is with each, and with all. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Partition } from "./Partition.ts"
import * as PartitionName from "./Partition.ts"

/** One that is being read. */
export interface UnitProgress {
  /** Its name in the checkpoint, such as `conversations/2026-11-01`. */
  readonly partition: string
  /** In milliseconds since 1970. */
  readonly startedAt: number
  /** Rows that have come, of this reading. */
  readonly rows: number
}

/** How far a run is at this moment. */
export interface RunProgress {
  readonly units: ReadonlyArray<UnitProgress>
  /** Units that have ended, well or not. */
  readonly ended: number
  /** Units that were due when the run began, or have become so since. */
  readonly due: number
  /** Rows of all readings of this run, those of the units that are being read included. */
  readonly rows: number
}

/** Where a run tells how far it is, and others look. */
export interface Progress {
  /** None while nothing runs. */
  readonly current: Effect.Effect<RunProgress | undefined>
  /** A run, and what is due. */
  readonly began: (due: ReadonlyArray<{ readonly partition: Partition }>) => void
  readonly finished: () => void
  /** A unit while it is read, also one that was not due when the run began. */
  readonly unit: <A, E, R>(partition: Partition, reading: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** So many rows of a unit have come so far, of this reading. */
  readonly came: (partition: Partition, rows: number) => void
  /** Counts the rows of a unit as they come: of one that is read anew, from the beginning. */
  readonly counted: <A, E, R>(partition: Partition, rows: Stream.Stream<A, E, R>) => Stream.Stream<A, E, R>
}

/** A progress of nothing yet. */
export const make = (): Progress => {
  let run: { readonly due: Set<string>; readonly ended: Set<string>; rows: number } | undefined
  const units = new Map<string, { readonly startedAt: number; rows: number }>()
  const came = (partition: Partition, rows: number) => {
    const unit = units.get(PartitionName.nameOf(partition))
    if (unit === undefined) return
    if (run !== undefined) run.rows += rows - unit.rows
    unit.rows = rows
  }
  return {
    current: Effect.sync(() =>
      run === undefined
        ? undefined
        : {
            units: [...units].map(([partition, { rows, startedAt }]) => ({ partition, startedAt, rows })),
            ended: run.ended.size,
            due: run.due.size,
            rows: run.rows
          }
    ),
    began: (due) => {
      run = { due: new Set(due.map(({ partition }) => PartitionName.nameOf(partition))), ended: new Set(), rows: 0 }
    },
    finished: () => {
      run = undefined
      units.clear()
    },
    unit: (partition, reading) => {
      const name = PartitionName.nameOf(partition)
      return Effect.flatMap(Clock.currentTimeMillis, (startedAt) => {
        units.set(name, { startedAt, rows: 0 })
        run?.due.add(name)
        return Effect.ensuring(
          reading,
          Effect.sync(() => {
            units.delete(name)
            run?.ended.add(name)
          })
        )
      })
    },
    came,
    counted: (partition, rows) => {
      let count = 0
      return Stream.unwrap(
        Effect.sync(() => {
          came(partition, 0)
          return Stream.mapArray(rows, (chunk) => {
            count += chunk.length
            came(partition, count)
            return chunk
          })
        })
      )
    }
  }
}
