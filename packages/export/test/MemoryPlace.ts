/** A place in memory for the cases of sinks. */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import type { Layout } from "../src/Layout.ts"
import type { Row } from "../src/Row.ts"
import type { Sink } from "../src/Sink.ts"
import type * as SinkSuite from "../src/testing/SinkSuite.ts"

export const make = (layerOf: (rows: Map<string, Row>) => Layer.Layer<Sink>) =>
  Effect.sync((): SinkSuite.Place => {
    const rows = new Map<string, Row>()
    const of = (kind: Layout) =>
      [...rows].flatMap(([name, { key, value }]) => (name === `${kind.name}/${key}` ? [[key, value] as const] : []))
    const gone = (kind: Layout) =>
      [...rows].flatMap(([name, { deletedAt, key }]) =>
        name === `${kind.name}/${key}` && deletedAt !== undefined ? [[key, deletedAt] as const] : []
      )
    return {
      layer: layerOf(rows),
      rows: (kind) => Effect.sync(() => new Map(of(kind))),
      deleted: (kind) => Effect.sync(() => new Map(gone(kind)))
    }
  })
