/** Where the rows come from: what is due, and how each unit of it is read. `ConversationSource` and `UserSource` are the two. */
import type { IncompleteError } from "@effect-genesys/client/GenesysError"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import type { Checkpoint, Entry } from "./Checkpoint.ts"
import type { SourceError } from "./ExportError.ts"
import type { Layout } from "./Layout.ts"
import type { Partition } from "./Partition.ts"
import type { Row } from "./Row.ts"

/** One reading of a partition. */
export interface Reading {
  /** Those that it brings, which may be fewer than the partition has. To be run once. */
  readonly rows: Stream.Stream<Row, SourceError>
  /** What is there with them, once the rows have come. */
  readonly entry: Effect.Effect<Entry>
  /** Why rows may be missing, once they have come: Genesys gives no more, or something else, in words. @default nothing is missing */
  readonly missing?: Effect.Effect<IncompleteError | string | undefined> | undefined
}

/** A partition that is to be read, and how. */
export interface Unit {
  readonly partition: Partition
  /** It is read beside the others, and again while they go on: it is wanted soon, and waits for no job. @default false */
  readonly apart?: boolean | undefined
  /** Another process may read it as well, as a whole, and it is worth that. @default false */
  readonly portable?: boolean | undefined
  /** Only what has happened since this moment is read, in milliseconds since 1970: the sink has the rest. @default all of it */
  readonly since?: number | undefined
  /** Begins a reading; a unit that failed is read anew. */
  readonly read: Effect.Effect<Reading, SourceError>
}

/** What is due, as Genesys' time and a checkpoint say. */
export interface Plan {
  /** What is due, and first what waits longest. */
  readonly units: ReadonlyArray<Unit>
  /** Genesys knows everything of what was before this moment, in milliseconds since 1970. */
  readonly available: number
}

/** What of a day goes on although it was over long ago. */
export interface Unended {
  readonly day: string
  readonly conversations: number
  /** Their ids, or those of `Checkpoint.mostOpen` of them. */
  readonly ids: ReadonlyArray<string>
}

/** How far an export is behind: told from what its sink holds, without Genesys. */
export interface Measure {
  readonly kind: Layout
  /**
   * How far a checkpoint is behind a moment at which Genesys knows everything, in milliseconds. What has no beginning of its own is
   * missing since the export is `known`.
   */
  readonly lag: (checkpoint: Checkpoint, available: number, known: number) => number
  /** What goes on although it should have ended long ago, if that can be told: somebody may have to end it. */
  readonly unended?: ((checkpoint: Checkpoint) => ReadonlyArray<Unended>) | undefined
}

/** Says what is due, and reads it from Genesys. Fails with a `SourceError`. */
export interface Source extends Measure {
  /** The id of the organization whose rows it reads; none if Genesys does not tell. */
  readonly org: Effect.Effect<Option.Option<string>, SourceError>
  /** Asks Genesys what time it is, and computes from the checkpoint what is due. */
  readonly plan: (checkpoint: Checkpoint) => Effect.Effect<Plan, SourceError>
}
