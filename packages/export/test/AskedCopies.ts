/** Copies of the same rows in each form, and how they are asked. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { CopyQuery } from "../src/CopyQuery.ts"
import * as FilesQuery from "../src/FilesQuery.ts"
import type { Layout } from "../src/Layout.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as ParquetSink from "../src/ParquetSink.ts"
import * as PostgresQuery from "../src/PostgresQuery.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Files from "./Files.ts"
import { Postgres } from "./Postgres.ts"

export interface Part {
  readonly kind: Layout
  readonly day?: string
  readonly rows: ReadonlyArray<Row>
}

export const write = (parts: ReadonlyArray<Part>) =>
  Sink.use((sink) =>
    Effect.forEach(
      parts,
      ({ rows, ...partition }) =>
        sink.write({
          partition,
          rows: Stream.fromIterable(rows),
          entry: Effect.succeed({ source: "job", asOf: 0, rows: rows.length, running: 0 })
        }),
      { discard: true }
    )
  )

/** In lines, each day in another compression; in Parquet; and in PostgreSQL. */
export const copies = Effect.fnUntraced(function* (parts: ReadonlyArray<Part>) {
  const [lines, tables] = [yield* Files.temporary, yield* Files.temporary]
  const url = Redacted.make(yield* (yield* Postgres).database)
  for (const [place, part] of parts.entries()) {
    const compression = (["none", "gzip", "zstd"] as const)[place % 3]
    yield* Effect.provide(write([part]), Layer.fresh(NdjsonSink.layer({ directory: lines, compression })))
  }
  yield* Effect.provide(write(parts), Layer.fresh(ParquetSink.layer({ directory: tables })))
  yield* Effect.provide(write(parts), Layer.fresh(PostgresSink.layerUrl({ url })))
  return { lines, tables, url }
}, Effect.provide(NodeServices.layer))

/** Each of them, opened. */
export const opened = Effect.fnUntraced(function* (parts: ReadonlyArray<Part>) {
  const { lines, tables, url } = yield* copies(parts)
  const all: ReadonlyArray<readonly [name: string, query: CopyQuery]> = [
    ["lines", yield* FilesQuery.open({ directory: lines })],
    ["Parquet", yield* FilesQuery.open({ directory: tables })],
    ["PostgreSQL", yield* PostgresQuery.open({ url })]
  ]
  return all
}, Effect.provide(NodeServices.layer))

export const asked = ({ rows }: CopyQuery, sql: string) => Stream.runCollect(rows(sql))
