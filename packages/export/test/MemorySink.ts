/** A sink in 26 lines, as the README shows it: rows in memory, with the checkpoint beside them. */
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
      const { kind } = write.partition
      const places = new Set(read.map(({ key }) => `${kind.name}/${key}`))
      for (const row of read) {
        const present = rows.get(`${kind.name}/${row.key}`)
        if (present === undefined || Row.replaces(row, present)) rows.set(`${kind.name}/${row.key}`, row)
      }
      // Of a list that is whole, what is there and did not come is gone.
      if (kind.deletions && entry.whole)
        for (const [place, row] of rows)
          if (place.startsWith(`${kind.name}/`) && !places.has(place)) rows.set(place, Row.missed(row, entry.asOf))
      checkpoint = { ...checkpoint, [Partition.nameOf(write.partition)]: entry }
    })
  })
}
// #endregion
