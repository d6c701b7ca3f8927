/**
 * Where rows wait beside a sink until it takes them over (`Sink.takeOver`): so that several processes read for one export, and one
 * writes it. `PostgresStaging` is one.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Checkpoint } from "./Checkpoint.ts"
import type { SinkFailure } from "./ExportError.ts"
import type { Write } from "./Sink.ts"

/** One reading of a partition, all of whose rows wait, with what the checkpoint shall say of them: that is not for a message to say. */
export const Staged = Schema.Struct({
  /** Which reading: rows of another one are not taken over with it. */
  attempt: Schema.String
})
export type Staged = typeof Staged.Type

export class Staging extends Context.Service<
  Staging,
  {
    /** What the sink holds. */
    readonly checkpoint: Effect.Effect<Checkpoint, SinkFailure>
    /** Puts the rows of one reading there, and its entry. When they fail, or it is interrupted, they are taken away again. */
    readonly fill: <E, R>(reading: Write<E, R>) => Effect.Effect<Staged, E | SinkFailure, R>
  }
>()("@effect-genesys/export/Staging") {}
