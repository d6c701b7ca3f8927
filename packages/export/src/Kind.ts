/**
 * A kind of data that can be exported: how its rows are laid out, and where they come from. Nothing else knows it: whoever has one
 * can hand it to `Exporter.run`, with any sink.
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Layout } from "./Layout.ts"
import type { Measure, Source } from "./Source.ts"

/** How a program has people write what settings are made of. */
export interface Spelling {
  /** A span of time. @param description what an editor shows of it */
  readonly span: (description: string) => Schema.Codec<Duration.Duration, string>
}

/** A kind of data, with the options that its source takes and the services that it needs. */
export interface Kind<in Options, out R = never> {
  readonly layout: Layout
  /** How far a copy is behind, without Genesys. */
  readonly measure: (options: Options) => Measure
  /** What is due, and how it is read. */
  readonly source: (options: Options) => Effect.Effect<Source, never, R>
  /** Those of its options that people may write in a settings file: what they are read as is what the source takes. */
  readonly settings: (spelling: Spelling) => Schema.Struct.Fields
}

/** One of which it does not matter what it is asked for with, or needs. */
export type Any = Kind<never, unknown>
