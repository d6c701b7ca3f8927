/**
 * Where the rows go, with the checkpoint of what is there. A small port: `NdjsonSink` and `PostgresSink` are two of them. Whether
 * one of your own does what it should, `testing/SinkSuite` tells.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type { Checkpoint, Entry } from "./Checkpoint.ts"
import type { SinkFailure } from "./ExportError.ts"
import type { Layout } from "./Layout.ts"
import type { Partition } from "./Partition.ts"
import type { Row } from "./Row.ts"
import type { Staged } from "./Staged.ts"

/** The rows of one unit, and what the checkpoint shall say of it. */
export interface Write<E, R> {
  readonly partition: Partition
  /** To be run once. A row may come several times, in different versions. */
  readonly rows: Stream.Stream<Row, E, R>
  /** What the checkpoint shall say of the partition. To be asked for after the last row. */
  readonly entry: Effect.Effect<Entry>
  /**
   * More of the partition comes soon, a little at a time. A sink for which it is dear to write a partition may keep the rows beside the others
   * of it, until a write that does not say so. @default false
   */
  readonly more?: boolean | undefined
}

/** Rows that wait beside the sink, and the partition that they are of. */
export interface TakeOver extends Staged {
  readonly partition: Partition
  /** The id of the organization whose rows are meant; none if it could not be told. */
  readonly org: Option.Option<string>
}

/** Days of a kind that nobody is to keep any more. */
export interface Old {
  /** One that goes by days. */
  readonly kind: Layout
  /** The first UTC day that stays, such as `2026-11-01`. */
  readonly before: string
}

/**
 * Keeps the rows of one organization, with a checkpoint that never says more than is there. Fails with a
 * `SinkFailure`.
 */
export class Sink extends Context.Service<
  Sink,
  {
    /** What is there. Empty at first. */
    readonly checkpoint: Effect.Effect<Checkpoint, SinkFailure>
    /**
     * Puts each row into its place, unless the one that is there tells of a later moment (`Row.replaces`), and saves the
     * entry: all of it, or, when the rows fail, it is interrupted or killed, nothing of it. Rows that are there and do not
     * come stay; but if the kind has `deletions` and the entry is `whole`, they are marked as deleted (`Row.missed`), in the same
     * step. A row that comes has no mark. Several partitions may be written at the same time.
     */
    readonly write: <E, R>(write: Write<E, R>) => Effect.Effect<void, E | SinkFailure, R>
    /**
     * Takes away all days of a kind before one: their entries first, and then their rows, those too that a removal has left which was
     * cut off. Nothing else is touched. Answers which days it had, in order. None of them is written meanwhile. Without
     * it, an export that is to keep its days for some time only is refused.
     */
    readonly remove?: ((old: Old) => Effect.Effect<ReadonlyArray<string>, SinkFailure>) | undefined
    /**
     * What `write` does, with rows that another process has put beside it, of a sink that has such a place (`Staging`), and the entry that it
     * has put with them. None, and nothing is done, if not all of them are there any more, or they are another organization's. Whatever
     * else waits of the partition is taken away.
     */
    readonly takeOver?: ((staged: TakeOver) => Effect.Effect<Option.Option<Entry>, SinkFailure>) | undefined
  }
>()("@effect-genesys/export/Sink") {}
