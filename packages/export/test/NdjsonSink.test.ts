/** What each sink must do, of one in a directory. `PROVE=1`: with many rows in each form, and not in one. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { readdirSync, rmSync, writeFileSync } from "node:fs"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import type { Layout } from "../src/Layout.ts"
import * as SinkSuite from "../src/testing/SinkSuite.ts"
import * as Files from "./Files.ts"

const isProof = process.env["PROVE"] !== undefined

for (const compression of ["none", "gzip", "zstd"] as const) {
  describe(`NDJSON, ${compression}`, () => {
    const place = Effect.map(Files.temporary, (directory) => ({
      layer: Layer.provide(NdjsonSink.layer({ directory, compression }), NodeServices.layer),
      rows: (kind: Layout) => Effect.sync(() => Files.rows(directory, kind)),
      deleted: (kind: Layout) => Effect.sync(() => Files.deleted(directory, kind)),
      corrupt: Effect.sync(() => writeFileSync(`${directory}/checkpoint.json`, '{"version":1,"parti')),
      mend: Effect.sync(() => rmSync(`${directory}/checkpoint.json`))
    }))
    const isLong = (name: string) => /more rows than are gathered at once/.test(name)
    for (const { name, run } of [...SinkSuite.lastingCases(place), ...SinkSuite.removingCases(place)])
      it.live.skipIf(isLong(name) && compression !== "gzip" && !isProof)(
        name,
        () => Effect.provide(run, NodeServices.layer),
        60_000
      )
  })
}

describe("the directory", () => {
  it.live("has nothing of an exporter in it that has gone, and one file for a day", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      yield* Effect.provide(Effect.void, NdjsonSink.layer({ directory }))
      assert.deepStrictEqual(readdirSync(directory).toSorted(), [".work", "conversations", "users"])
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
