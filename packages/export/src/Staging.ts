/**
 * Where rows wait beside a sink until it takes them over (`Sink.takeOver`): so that several processes read for one export, and one
 * writes it. `PostgresStaging` is one.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Checkpoint } from "./Checkpoint.ts"
import type { SinkFailure } from "./ExportError.ts"
import type { Write } from "./Sink.ts"
import type { Staged } from "./Staged.ts"

/** Takes rows that others have read for a sink. Fails with a `SinkFailure`. */
export class Staging extends Context.Service<
  Staging,
  {
    /** What the sink holds. */
    readonly checkpoint: Effect.Effect<Checkpoint, SinkFailure>
    /** Puts the rows of one reading there, and its entry. When they fail, or it is interrupted, they are taken away again. */
    readonly put: <E, R>(reading: Write<E, R>) => Effect.Effect<Staged, E | SinkFailure, R>
  }
>()("@effect-genesys/export/Staging") {}
