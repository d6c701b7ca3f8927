/**
 * Where rows wait beside a sink until it takes them over (`Sink.takeOver`): so that several processes read for one export, and one
 * writes it. `PostgresStaging` is one.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { type Checkpoint, Entry } from "./Checkpoint.ts"
import type { SinkFailure } from "./ExportError.ts"
import type { Partition } from "./Partition.ts"
import type { Row } from "./Row.ts"

/** One reading of a partition, all of whose rows wait. */
export const Staged = Schema.Struct({
  /** Which reading: rows of another one are not taken over with it. */
  attempt: Schema.String,
  /** How many wait, each version that came counted for itself. */
  rows: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** What the checkpoint shall say of the partition. */
  entry: Entry
})
export type Staged = typeof Staged.Type

export class Staging extends Context.Service<
  Staging,
  {
    /** What the sink holds. */
    readonly checkpoint: Effect.Effect<Checkpoint, SinkFailure>
    /** Puts the rows of one reading there. When they fail, or it is interrupted, they are taken away again. */
    readonly fill: <E, R>(
      partition: Partition,
      rows: Stream.Stream<Row, E, R>
    ) => Effect.Effect<Omit<Staged, "entry">, E | SinkFailure, R>
  }
>()("@effect-genesys/export/Staging") {}
