/** The rows of a reading among those that were there: more than are held at once, and none. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as Kinds from "../src/Kinds.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Partition from "../src/Partition.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Files from "./Files.ts"

const day = "2026-11-01"
const idOf = (number: number) => `id-${String(number).padStart(4, "0")}`
const rowsOf = (from: number, to: number, asOf: number): ReadonlyArray<Row> =>
  Array.from({ length: to - from }, (_, index) => {
    const key = idOf(from + index)
    return { key, asOf, value: { conversationId: key, version: asOf } }
  })

/** Writes one reading after the other; gives the lines of the file then. */
const written = (...readings: ReadonlyArray<ReadonlyArray<Row>>) =>
  Effect.gen(function* () {
    const directory = yield* Files.temporary
    yield* Effect.gen(function* () {
      const sink = yield* Sink
      for (const rows of readings) {
        const entry = { source: "job", asOf: 1, rows: rows.length, running: 0 } as const
        const partition = Partition.ofDay(Kinds.conversations.layout, day)
        yield* sink.write({ partition, rows: Stream.fromIterable(rows), entry: Effect.succeed(entry) })
      }
    }).pipe(Effect.provide(NdjsonSink.layer({ directory, compression: "none" })))
    const text = readFileSync(join(directory, "conversations", `${day}.ndjson`), "utf8")
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line): readonly [string, number] => {
        const row: { conversationId: string; version: number } = JSON.parse(line)
        return [row.conversationId, row.version]
      })
  }).pipe(Effect.provide(NodeServices.layer))

describe("a file of a day", () => {
  it.live("has each of many rows once, in order, in its latest version", () =>
    Effect.gen(function* () {
      const lines = yield* written(rowsOf(0, 700, 10), rowsOf(500, 1_200, 20), rowsOf(100, 900, 15))
      const versionOf = (number: number) => (number >= 500 ? 20 : number >= 100 ? 15 : 10)
      assert.deepStrictEqual(
        lines,
        Array.from({ length: 1_200 }, (_, number) => [idOf(number), versionOf(number)])
      )
    })
  )

  it.live("that was empty has the rows that come then, and keeps them when none come", () =>
    Effect.gen(function* () {
      const lines = yield* written([], rowsOf(0, 2, 10), [])
      assert.deepStrictEqual(lines, [
        [idOf(0), 10],
        [idOf(1), 10]
      ])
    })
  )
})
