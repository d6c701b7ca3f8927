/** What each sink must do, of one in files of Parquet, which DuckDB reads; and what is in its tables. `PROVE=1`: in each compression; else as zstd. */
import { describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { rmSync, writeFileSync } from "node:fs"
import type { Layout } from "../src/Layout.ts"
import * as ParquetSink from "../src/ParquetSink.ts"
import * as SinkSuite from "../src/testing/SinkSuite.ts"
import * as Files from "./Files.ts"
import * as Parquet from "./Parquet.ts"

const isProof = process.env["PROVE"] !== undefined

for (const compression of ["none", "gzip", "zstd"] as const) {
  describe(`Parquet, ${compression}`, () => {
    const place = Effect.map(Files.temporary, (directory) => ({
      layer: Layer.provide(ParquetSink.layer({ directory, compression }), NodeServices.layer),
      rows: (kind: Layout) => Parquet.rows(directory, kind),
      deleted: (kind: Layout) => Parquet.deleted(directory, kind),
      corrupt: Effect.sync(() => writeFileSync(`${directory}/checkpoint.json`, '{"version":1,"parti')),
      mend: Effect.sync(() => rmSync(`${directory}/checkpoint.json`))
    }))
    for (const { name, run } of [...SinkSuite.lastingCases(place), ...SinkSuite.removingCases(place)])
      it.live.skipIf(compression !== "zstd" && !isProof)(name, () => Effect.provide(run, NodeServices.layer), 60_000)
  })
}
