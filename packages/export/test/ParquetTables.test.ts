/** What is in the tables of a Parquet sink: what those of the rows that an NDJSON sink has are, cell by cell, in typed columns. */
import { assert, describe, it, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import type { Entry } from "../src/Checkpoint.ts"
import * as Column from "../src/Column.ts"
import * as Kinds from "../src/Kinds.ts"
import { type Layout, tablesOf } from "../src/Layout.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as ParquetSink from "../src/ParquetSink.ts"
import * as Partition from "../src/Partition.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Tables from "../src/Tables.ts"
import * as Files from "./Files.ts"
import * as SimulatedDay from "./SimulatedDay.ts"
import * as Parquet from "./Parquet.ts"

const { layout } = Kinds.conversations
const day = Partition.ofDay(layout, "2026-11-01")
const asOf = Date.parse("2026-11-02T00:00:00Z")
const entry = (rows: number): Entry => ({ source: "job", asOf, rows, running: 0 })
const services = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provide(effect, NodeServices.layer)

const write = (rows: ReadonlyArray<Row>, partition: Partition.Partition = day) =>
  Sink.use((sink) =>
    sink.write({ partition, rows: Stream.fromIterable(rows), entry: Effect.succeed(entry(rows.length)) })
  )

const into = (directory: string) => Layer.fresh(ParquetSink.layer({ directory }))

const conversation = (key: string, more: Readonly<Record<string, unknown>> = {}): Row => ({
  key,
  asOf,
  value: { conversationId: key, conversationStart: "2026-11-01T10:00:00.123Z", ...more }
})

/** Cells as DuckDB gives them as JSON. */
const cell = (value: Column.Cell | undefined, type?: Column.Type): unknown => {
  if (value === undefined || value === null) return null
  if (type === "moment" && typeof value === "string")
    return value
      .replace("T", " ")
      .replace("Z", "+00")
      .replace(/\.000|(?<=\.\d)00|(?<=\.\d\d)0/, "")
  return value
}

const truth = (kind: Layout, rows: ReadonlyArray<Row>) => {
  const flatten = Tables.of(kind)
  const flat = rows.map(flatten)
  return Object.fromEntries(
    tablesOf(kind).map(({ columns, key, name, places }) => {
      const all =
        places.length === 0 ? flat.map(({ main }) => main) : flat.flatMap(({ children }) => children[name] ?? [])
      return [
        name,
        all.map((row) =>
          Object.fromEntries(
            [key, ...places, ...Object.keys(columns)].map((column) => [
              column,
              cell(row[column], columns[column]?.type)
            ])
          )
        )
      ]
    })
  )
}

const found = Effect.fnUntraced(function* (directory: string, kind: Layout) {
  yield* Parquet.query("SET TimeZone = 'UTC'")
  const tables: Record<string, ReadonlyArray<unknown>> = {}
  for (const { columns, key, name, places } of tablesOf(kind)) {
    const names = [key, ...places, ...Object.keys(columns)]
    tables[name] = yield* Parquet.query(
      `SELECT ${names.map((one) => (columns[one]?.type === "moment" ? `${one}::text AS ${one}` : one)).join(", ")}
       FROM ${Parquet.files(directory, name)} ORDER BY ${[key, ...places].join(", ")}`
    )
  }
  return tables
})

layer(
  Layer.merge(
    Simulator.layer({ conversationsPerHour: 20, rateLimit: "off", stories: { attributes: 0.8 } }),
    NodeServices.layer
  ),
  {
    excludeTestServices: true
  }
)("a day of the simulator", ({ effect }) => {
  effect("is in each table what it is in the lines of an NDJSON sink", () =>
    Effect.gen(function* () {
      const { day: today, rows } = yield* SimulatedDay.read(asOf)
      const partition = Partition.ofDay(layout, today)
      const [lines, tables] = [yield* Files.temporary, yield* Files.temporary]
      yield* Effect.provide(write(rows, partition), NdjsonSink.layer({ directory: lines }))
      yield* Effect.provide(write(rows, partition), into(tables))
      const kept = [...Files.rows(lines, layout)].map(([key, value]): Row => ({ key, asOf, value }))
      assert.isAbove(kept.length, 100)
      const expected = truth(layout, kept)
      const empty = Object.keys(expected).filter((name) => expected[name]?.length === 0)
      // What the simulator does not tell.
      assert.deepStrictEqual(empty.toSorted(), [
        "conversation_evaluations",
        "conversation_resolutions",
        "conversation_surveys",
        "segment_properties",
        "session_agent_groups",
        "session_proposed_agents"
      ])
      assert.deepStrictEqual(yield* found(tables, layout), expected)
    })
  )
})

describe("a file of Parquet", () => {
  it.live("has typed columns, for each kind, and none is in a table without rows either", () =>
    services(
      Effect.gen(function* () {
        const types = {
          text: "VARCHAR",
          moment: "TIMESTAMP WITH TIME ZONE",
          day: "DATE",
          number: "DOUBLE",
          flag: "BOOLEAN",
          texts: "VARCHAR[]"
        } satisfies Record<Column.Type, string>
        const directory = yield* Files.temporary
        const kinds: ReadonlyArray<Layout> = Kinds.layouts
        yield* Effect.forEach(kinds, (kind) =>
          write([], kind.by === "day" ? { kind, day: "2026-11-01" } : { kind })
        ).pipe(Effect.provide(into(directory)))
        for (const { columns, deletions, key, name, places } of kinds.flatMap(tablesOf)) {
          const described = yield* Parquet.query(`DESCRIBE SELECT * FROM ${Parquet.files(directory, name)}`)
          assert.deepStrictEqual(
            described.map(({ column_name, column_type }) => [column_name, column_type]),
            [
              [key, "VARCHAR"],
              ...places.map((place) => [place, "INTEGER"]),
              ...Object.entries(columns).map(([column, { type }]) => [column, types[type]]),
              ...(places.length === 0
                ? [
                    ["as_of", "TIMESTAMP WITH TIME ZONE"],
                    ["raw", "VARCHAR"]
                  ]
                : []),
              ...(deletions ? [["deleted_at", "TIMESTAMP WITH TIME ZONE"]] : [])
            ]
          )
        }
      })
    )
  )

  it.live("holds odd texts and numbers: the raw row has them as they came, a column as near as it can", () =>
    services(
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        const metrics = ExactNumber.parse(
          '[{"name":"a\\ud800b","value":12345678901234567890},{"name":"a\\u0000b","value":1E400},{"name":"","value":-0.1}]'
        )
        const participants = [{ sessions: [{ metrics }] }]
        yield* Effect.provide(write([conversation("'; DROP", { participants })]), into(directory))
        assert.deepStrictEqual(
          yield* Parquet.query(`SELECT name, value FROM ${Parquet.files(directory, "metrics")} ORDER BY metric`),
          [
            { name: "a\uFFFDb", value: 12345678901234567000 },
            { name: "a\0b", value: null },
            { name: "", value: -0.1 }
          ]
        )
        const [one] = yield* Parquet.query(`SELECT raw FROM ${Parquet.files(directory, "conversations")}`)
        assert.include(one?.["raw"], '"a\\ud800b","value":12345678901234567890},{"name":"a\\u0000b","value":1E400}')
        // What is merged again is what it was.
        yield* Effect.provide(write([conversation("z")]), into(directory))
        const [again] = yield* Parquet.query(`SELECT raw FROM ${Parquet.files(directory, "conversations")} ORDER BY 1`)
        assert.strictEqual(again?.["raw"], one?.["raw"])
      })
    )
  )

  it.live("that is damaged is an error that names it, and stays", () =>
    services(
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        yield* Effect.provide(write([conversation("a")]), into(directory))
        const file = `${directory}/conversations/2026-11-01.parquet`
        const whole = readFileSync(file)
        for (const damaged of [
          Buffer.from("PAR1"),
          whole.subarray(0, whole.length - 9),
          Buffer.from("x".repeat(900))
        ]) {
          writeFileSync(file, damaged)
          const error = yield* Effect.flip(Effect.provide(write([conversation("b")]), into(directory)))
          assert.match(error.message, /2026-11-01\.parquet is damaged\. Move the file away/)
          assert.deepStrictEqual(readFileSync(file), damaged)
        }
        assert.deepStrictEqual(readdirSync(`${directory}/.work`), [])
      })
    )
  )

  it.live("of a layout of before is made anew from its raw rows, and of the same one it is not touched", () =>
    services(
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        const before = { name: "suite_grown", by: "whole", key: "id", one: "suite_grown_one", fields: {} } as const
        const small: Layout = { ...before, table: { key: "id", columns: { label: Column.text("label") } } }
        const grown: Layout = {
          ...before,
          table: {
            key: "id",
            columns: { label: Column.text("label"), size: Column.number("size") },
            children: [{ name: "suite_grown_parts", from: "parts", place: "part", columns: { x: Column.text("x") } }]
          }
        }
        const row: Row = { key: "a", asOf, value: { id: "a", label: "A", size: 3, parts: [{ x: "1" }, { x: "2" }] } }
        yield* Effect.provide(write([row], { kind: small }), into(directory))
        yield* Effect.provide(write([], { kind: grown }), into(directory))
        assert.deepStrictEqual(
          yield* Parquet.query(
            `SELECT id, label, size, part, x FROM ${Parquet.files(directory, "suite_grown")} m
             JOIN ${Parquet.files(directory, "suite_grown_parts")} p USING (id) ORDER BY part`
          ),
          [
            { id: "a", label: "A", size: 3, part: 0, x: "1" },
            { id: "a", label: "A", size: 3, part: 1, x: "2" }
          ]
        )
        const [file, other] = ["suite_grown/suite_grown", "suite_others/suite_others"].map(
          (at) => `${directory}/${at}.parquet`
        )
        const made = statSync(file!).ino
        const others: Layout = { ...before, name: "suite_others", one: "suite_other", table: small.table }
        yield* Effect.provide(write([], { kind: others }), into(directory))
        yield* Effect.provide(
          Effect.andThen(write([], { kind: others }), Effect.flip(write([], { kind: { ...grown, key: "x y" } }))),
          into(directory)
        )
        assert.strictEqual(statSync(file!).ino, made)
        assert.isTrue(existsSync(other!))
      })
    )
  )

  it.live("and lines are not mixed in a directory", () =>
    services(
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        yield* Effect.provide(write([conversation("a")]), into(directory))
        const error = yield* Effect.flip(
          Effect.provide(write([conversation("b")]), Layer.fresh(NdjsonSink.layer({ directory })))
        )
        assert.match(error.message, /conversations are of the format parquet, and ndjson is asked for\./)
      })
    )
  )
})
