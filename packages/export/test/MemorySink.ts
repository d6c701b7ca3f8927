/** A sink in 21 lines, as the README shows it: rows in memory, with the checkpoint beside them. */
// #region sink
import { Checkpoint, Partition, Row, Sink } from "@effect-genesys/export"
import { Effect, Layer, Stream } from "effect"

export const make = (rows: Map<string, Row.Row>) => {
  let checkpoint: Checkpoint.Checkpoint = Checkpoint.empty
  return Layer.succeed(Sink.Sink, {
    checkpoint: Effect.sync(() => checkpoint),
    write: Effect.fnUntraced(function* <E, R>(write: Sink.Write<E, R>) {
      // All rows first: if they fail, nothing has happened.
      const read = yield* Stream.runCollect(write.rows)
      const entry = yield* write.entry
      for (const row of read) {
        const place = `${write.partition.kind.name}/${row.key}`
        const present = rows.get(place)
        if (present === undefined || Row.replaces(row, present)) rows.set(place, row)
      }
      checkpoint = { ...checkpoint, [Partition.nameOf(write.partition)]: entry }
    })
  })
}
// #endregion
