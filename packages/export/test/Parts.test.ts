/** A day of files that grows a little at a time: how many files there are, and how much is written for it. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Parts from "../src/internal/ndjson/parts.ts"
import * as Partition from "../src/Partition.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Files from "./Files.ts"

const kind = { ...Files.conversations, by: "day" } as const
const day = Partition.ofDay(kind, "2026-11-01")
const conversationStart = "2026-11-01T10:00:00.000Z"
const row = (lot: number, place: number): Row => ({
  key: `${(lot * 7_919) % 10_007}-${place}`,
  asOf: lot,
  value: { conversationId: `${(lot * 7_919) % 10_007}-${place}`, conversationStart, filler: "x".repeat(200) }
})

const write = (rows: ReadonlyArray<Row>, more: boolean, asOf = 1) =>
  Sink.use((sink) =>
    sink.write({
      partition: day,
      rows: Stream.fromIterable(rows),
      entry: Effect.succeed({ source: "events" as const, asOf, rows: 1, running: 0 }),
      more
    })
  )

describe("a day that grows", () => {
  it.live("has few files at any moment, and none of its rows is written often; at the end it is one", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      const folder = `${directory}/conversations`
      const size = (name: string) => Fs.statSync(`${folder}/${name}`).size
      let [most, written] = [0, 0]
      yield* Effect.gen(function* () {
        for (let lot = 1; lot <= 130; lot++) {
          const before = new Set(Fs.readdirSync(folder))
          yield* write([row(lot, 0), row(lot, 1)], true, lot)
          const names = Fs.readdirSync(folder)
          written += names.filter((name) => !before.has(name)).reduce((sum, name) => sum + size(name), 0)
          most = Math.max(most, names.length)
          if (lot % 40 === 0) assert.strictEqual(Files.rows(directory, kind).size, 2 * lot)
        }
        assert.isAtMost(most, 8)
        const all = Fs.readdirSync(folder).reduce((sum, name) => sum + size(name), 0)
        assert.isAtMost(written, 8 * all)
        yield* write([row(131, 0)], false)
      }).pipe(Effect.provide(NdjsonSink.layer({ directory })))
      assert.deepStrictEqual(Fs.readdirSync(folder), ["2026-11-01.ndjson"])
      assert.strictEqual(Files.rows(directory, kind).size, 261)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("is whole again after it was cut off between two files, in whichever compression", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      const folder = `${directory}/conversations`
      const lots = (compression: "none" | "gzip", from: number, to: number) =>
        Effect.gen(function* () {
          for (let lot = from; lot <= to; lot++) yield* write([row(lot, 0)], true)
        }).pipe(Effect.provide(NdjsonSink.layer({ directory, compression })))
      yield* lots("none", 1, 3)
      // As if the part that took them in were there already, and they were not gone yet.
      const kept = Fs.readdirSync(folder).map((name) => [name, Fs.readFileSync(`${folder}/${name}`)] as const)
      yield* lots("gzip", 4, 5)
      for (const [name, bytes] of kept) Fs.writeFileSync(`${folder}/${name}`, bytes)
      assert.isAbove(Fs.readdirSync(folder).length, 3)
      yield* Effect.provide(write([row(6, 0)], false), NdjsonSink.layer({ directory, compression: "gzip" }))
      assert.deepStrictEqual(Fs.readdirSync(folder), ["2026-11-01.ndjson.gz"])
      assert.strictEqual(Files.rows(directory, kind).size, 6)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("refuses a link in the place of a part", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      Fs.mkdirSync(`${directory}/conversations`, { mode: 0o700 })
      Fs.writeFileSync(`${directory}/elsewhere`, "")
      Fs.symlinkSync(`${directory}/elsewhere`, `${directory}/conversations/2026-11-01.1.ndjson`)
      const error = yield* Effect.flip(Effect.provide(write([row(1, 0)], false), NdjsonSink.layer({ directory })))
      assert.match(error.message, /2026-11-01\.1\.ndjson/)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it("counts in binary digits", () => {
    const part = (number: number): Parts.Part => ({ file: String(number), kind: "none", number })
    let parts: ReadonlyArray<Parts.Part> = [part(0)]
    for (let count = 1; count <= 13; count++) {
      const { number, takes } = Parts.added(parts)
      parts = [...parts.filter((one) => !takes.includes(one)), part(number)]
    }
    assert.deepStrictEqual(
      parts.map(({ number }) => number),
      [0, 8, 12, 13]
    )
  })
})
