/**
 * A Parquet sink whose disk dies at each step of a commit, one after the other: whoever opens it next finds all of a day, in all tables
 * and the checkpoint, as it was before or as it was to be.
 */
import { assert, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { existsSync, readdirSync } from "node:fs"
import * as Kinds from "../src/Kinds.ts"
import { tablesOf } from "../src/Layout.ts"
import * as ParquetSink from "../src/ParquetSink.ts"
import * as Partition from "../src/Partition.ts"
import { Sink } from "../src/Sink.ts"
import * as Files from "./Files.ts"
import * as Parquet from "./Parquet.ts"

const { layout } = Kinds.conversations
const partition = Partition.ofDay(layout, "2026-11-01")

/** A day as it is in that version: one more of everything. */
const write = (version: number) => {
  const one = { name: `v${version}` }
  const session = { metrics: [one], segments: [{ segmentType: `v${version}` }], mediaType: `v${version}` }
  const participant = { purpose: `v${version}`, sessions: [session] }
  const value = { conversationId: "a", conversationStart: "2026-11-01T10:00:00Z", externalTag: `v${version}` }
  return Sink.use((sink) =>
    sink.write({
      partition,
      rows: Stream.make({ key: "a", asOf: version, value: { ...value, participants: [participant] } }),
      entry: Effect.succeed({ source: "job", asOf: version, rows: version, running: 0 })
    })
  )
}

const columns = {
  conversations: "external_tag",
  participants: "purpose",
  sessions: "media_type",
  segments: "segment_type",
  metrics: "name"
}

/** What each table has, and the checkpoint: one version, if all is well. */
const versions = Effect.fnUntraced(function* (directory: string) {
  const found = new Set<string>()
  for (const { name } of tablesOf(layout)) {
    const column = Object.entries(columns).find(([table]) => table === name)?.[1] ?? "NULL"
    for (const row of yield* Parquet.query(`SELECT ${column} AS version FROM ${Parquet.files(directory, name)}`))
      found.add(row["version"])
  }
  const checkpoint = yield* Sink.use((sink) => sink.checkpoint)
  found.add(`v${checkpoint["conversations/2026-11-01"]?.rows}`)
  return [...found]
})

/** Whatever changes something is done so many times, and then no more. */
const dying = (steps: number) => {
  let [left, isDead] = [steps, false]
  const layer = Layer.effect(
    FileSystem.FileSystem,
    FileSystem.FileSystem.use((fs) => {
      const step =
        <Arguments extends ReadonlyArray<any>, A, E>(run: (...all: Arguments) => Effect.Effect<A, E>) =>
        (...all: Arguments) =>
          Effect.suspend(() => {
            // The lock of a process that was killed is another test's: this one lives.
            if (all.some((one) => String(one).includes("exporter.lock")) || left-- > 0) return run(...all)
            isDead = true
            return Effect.die("the disk is dead")
          })
      return Effect.succeed({
        ...fs,
        rename: step(fs.rename),
        remove: step(fs.remove),
        makeDirectory: step(fs.makeDirectory),
        link: step(fs.link)
      })
    })
  ).pipe(Layer.provideMerge(NodeServices.layer))
  return { layer, isDead: () => isDead }
}

it.live(
  "a commit that is cut off at any step is done by the next one, or was not begun",
  () =>
    Effect.gen(function* () {
      const ends = new Map<string, number>()
      // Every other one; `PROVE=1`: each.
      for (let steps = 0; ; steps += process.env["PROVE"] === undefined ? 2 : 1) {
        const directory = yield* Files.temporary
        const healthy = Layer.fresh(ParquetSink.layer({ directory }))
        yield* Effect.provide(write(1), healthy)
        const disk = dying(steps)
        yield* Effect.exit(
          Effect.provide(write(2), Layer.fresh(Layer.provide(ParquetSink.layer({ directory }), disk.layer)))
        )
        const [end, ...others] = yield* Effect.provide(
          versions(directory),
          Layer.fresh(ParquetSink.layer({ directory }))
        )
        assert.deepStrictEqual(others, [], `after ${steps} steps`)
        ends.set(end!, (ends.get(end!) ?? 0) + 1)
        assert.isFalse(existsSync(`${directory}/.commit`))
        assert.isFalse(readdirSync(`${directory}/.work`).some((name) => /^\d+$/.test(name)))
        if (!disk.isDead()) break
      }
      // Both happen, and each more than once.
      assert.isAbove(ends.get("v1") ?? 0, 2)
      assert.isAbove(ends.get("v2") ?? 0, 2)
    }).pipe(Effect.provide(NodeServices.layer)),
  120_000
)
