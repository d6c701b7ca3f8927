/** A kind that nobody here knows: nothing but what it says of itself, and it is exported like any other. */
import { assert, describe, it, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Column from "../src/Column.ts"
import * as Exporter from "../src/Exporter.ts"
import * as JsonSchemas from "../src/JsonSchemas.ts"
import type { Kind } from "../src/Kind.ts"
import type { Layout } from "../src/Layout.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import type { Measure } from "../src/Source.ts"
import * as Database from "./Database.ts"
import * as Files from "./Files.ts"
import { Postgres } from "./Postgres.ts"

const things = {
  name: "things",
  by: "day",
  key: "thingId",
  one: "thing",
  fields: { thingId: Schema.String, weight: Schema.optionalKey(Schema.Finite) },
  table: {
    key: "thing_id",
    columns: {
      day: Column.day("madeAt"),
      made_at: Column.moment("madeAt"),
      weight: Column.number("weight", "In the owner's kilograms"),
      owner_name: Column.text(["owner", "name"])
    },
    indexes: [["made_at"]],
    children: [
      {
        name: "parts",
        from: "parts",
        place: "part",
        indexes: [["label"]],
        columns: { label: Column.text("label"), spare: Column.flag("spare") },
        children: [{ name: "screws", from: "screws", place: "screw", columns: { sizes: Column.texts("sizes") } }]
      }
    ]
  }
} as const satisfies Layout

/** Such as queues: all of them at once, in one table. */
const places = {
  name: "places",
  by: "whole",
  key: "id",
  one: "place",
  fields: { id: Schema.String },
  table: { key: "id", columns: { name: Column.text("name") } }
} as const satisfies Layout

interface Options {
  readonly partitions: ReadonlyArray<Partition.Partition>
  readonly rows: ReadonlyArray<Row>
}
const asOf = Date.parse("2026-11-05T00:00:00Z")

const kind = (layout: Layout): Kind<Options> => {
  const measure = (): Measure => ({
    kind: layout,
    lag: (checkpoint, available) =>
      available -
      Math.max(
        0,
        ...Object.entries(checkpoint).map(([name, entry]) =>
          Partition.ofName(layout, name) === undefined ? 0 : entry.asOf
        )
      )
  })
  return {
    layout,
    measure,
    settings: () => ({}),
    source: ({ partitions, rows }) =>
      Effect.succeed({
        ...measure(),
        org: Effect.succeed(Option.none()),
        plan: () =>
          Effect.succeed({
            available: asOf + 60_000,
            units: partitions.map((partition) => ({
              partition,
              read: Effect.map(Ref.make(0), (count) => ({
                rows: Stream.tap(Stream.fromArray(rows), () => Ref.update(count, (before) => before + 1)),
                entry: Effect.map(Ref.get(count), (read) => ({ source: "list" as const, asOf, rows: read, running: 0 }))
              }))
            }))
          })
      })
  }
}

const thing = {
  thingId: "t1",
  madeAt: "2026-11-01T10:00:00.5Z",
  weight: 2.5,
  owner: { name: "Ada" },
  parts: [{ label: "lid" }, { label: "box", spare: true, screws: [{ sizes: ["m3", "m4"] }, {}] }]
}
const rowsOf = (...values: ReadonlyArray<Record<string, unknown>>) =>
  values.map((value): Row => ({ key: String(value["thingId"] ?? value["id"]), asOf, value }))
const days = ["2026-11-01", "2026-11-02"].map((day) => Partition.ofDay(things, day))

/** One run of each, and what the checkpoint says then. */
const runs = Effect.gen(function* () {
  const first = yield* Exporter.run(kind(things), { partitions: days, rows: rowsOf(thing) })
  const second = yield* Exporter.run(kind(places), {
    partitions: [Partition.whole(places)],
    rows: rowsOf({ id: "p1", name: "Rome" }, { id: "p2", name: 5 })
  })
  assert.deepStrictEqual([first.failed, second.failed], [[], []])
  assert.deepStrictEqual([first.rows, second.rows, first.kind.name], [2, 2, "things"])
  return Object.keys(yield* Sink.use(({ checkpoint }) => checkpoint)).toSorted()
})
const names = ["places", "things/2026-11-01", "things/2026-11-02"]

describe("a kind of one's own", () => {
  it("has partitions that are named, and told by their names", () => {
    for (const partition of [...days, Partition.whole(places)])
      assert.deepStrictEqual(Partition.ofName(partition.kind, Partition.nameOf(partition)), partition)
    for (const name of ["conversations/2026-11-01", "things", "things/2026-11-31", "things/", "things2026-11-01"])
      assert.isUndefined(Partition.ofName(things, name))
    assert.isUndefined(Partition.ofName(places, "places/2026-11-01"))
  })

  it("has a JSON Schema of its lines, and of each of its tables", () => {
    const schemas = JsonSchemas.of(things)
    assert.deepStrictEqual(Object.keys(schemas), ["thing.line", "things", "parts", "screws"])
    assert.strictEqual(schemas["thing.line"]?.["title"], "A line of things/*.ndjson")
    assert.strictEqual(JsonSchemas.of(places)["place.line"]?.["title"], "A line of places/places.ndjson")
    assert.deepStrictEqual(schemas["screws"]?.["required"], ["thing_id", "part", "screw", "sizes"])
  })

  it.live("is exported into files", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      yield* Effect.gen(function* () {
        assert.isFalse(existsSync(join(directory, "things")))
        assert.deepStrictEqual(yield* runs, names)
      }).pipe(Effect.provide(NdjsonSink.layer({ directory })))
      for (const day of days) {
        const [line = ""] = Files.lines(join(directory, `things/${day.day}.ndjson`))
        assert.match(line, /^\{"thingId":"t1","_asOf":"2026-11-05T00:00:00\.000Z",/)
        const { _asOf, ...row } = JSON.parse(line)
        assert.deepStrictEqual(row, thing)
      }
      assert.lengthOf(Files.lines(join(directory, "places/places.ndjson")), 2)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("cannot take the place of another one, or have a name that is none", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      const write = (layout: Layout) =>
        Effect.flip(Exporter.run(kind(layout), { partitions: [{ kind: layout }], rows: [] })).pipe(Effect.flip)
      yield* Effect.gen(function* () {
        for (const [layout, why] of [
          [
            { ...places, name: "users" },
            /^The kind users cannot be written to .*: users is a name of another kind there/
          ],
          [
            {
              ...places,
              table: { ...places.table, children: [{ name: "sessions", from: "s", place: "s", columns: {} }] }
            },
            /: sessions is a name/
          ],
          [{ ...places, name: "export_staging" }, /: export_staging is no name/],
          [{ ...places, name: "../places" }, /: \.\.\/places is no name/],
          [{ ...places, table: { key: "raw", columns: {} } }, /: raw is no name for it, or comes twice/]
        ] satisfies ReadonlyArray<readonly [Layout, RegExp]>) {
          const { failed } = yield* write(layout)
          assert.match(failed[0]?.error.message ?? "", why)
        }
        // One that says the same is the same.
        for (const layout of [places, { ...places }]) assert.lengthOf((yield* write(layout)).failed, 0)
      }).pipe(Effect.provide(NdjsonSink.layer({ directory })))
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

layer(Layer.merge(Postgres.layer, NodeServices.layer), { excludeTestServices: true, timeout: 60_000 })(
  "a kind of one's own in PostgreSQL",
  ({ effect }) => {
    effect("has tables, and follows a change", () =>
      Effect.gen(function* () {
        const url = Redacted.make(yield* (yield* Postgres).database)
        const sink = PostgresSink.layerUrl({ url })
        assert.deepStrictEqual(yield* Effect.provide(runs, sink), names)
        const rows = (table: string) =>
          Effect.map(Database.query(url, `SELECT to_jsonb(t) AS row FROM genesys.${table} t ORDER BY 1`), (found) =>
            found.map(({ row }) => row)
          )
        assert.deepStrictEqual(yield* rows("things"), [
          {
            thing_id: "t1",
            day: "2026-11-01",
            made_at: "2026-11-01T10:00:00.5+00:00",
            weight: 2.5,
            owner_name: "Ada",
            as_of: "2026-11-05T00:00:00+00:00",
            raw: thing
          }
        ])
        assert.deepStrictEqual(yield* rows("parts"), [
          { thing_id: "t1", part: 0, label: "lid", spare: null },
          { thing_id: "t1", part: 1, label: "box", spare: true }
        ])
        assert.deepStrictEqual(yield* rows("screws"), [
          { thing_id: "t1", part: 1, screw: 0, sizes: ["m3", "m4"] },
          { thing_id: "t1", part: 1, screw: 1, sizes: null }
        ])
        assert.deepStrictEqual(
          yield* Database.query(url, "SELECT migration_id::int AS id, name FROM genesys.export_migrations_things"),
          [{ id: 1, name: "initial" }]
        )
        assert.deepStrictEqual(
          yield* Database.query(
            url,
            "SELECT indexdef FROM pg_indexes WHERE tablename IN ('things', 'parts') AND indexdef ~ 'made_at|label' ORDER BY 1"
          ),
          [
            { indexdef: "CREATE INDEX parts_label_idx ON genesys.parts USING btree (label)" },
            { indexdef: "CREATE INDEX things_made_at_idx ON genesys.things USING btree (made_at)" }
          ]
        )
        assert.deepStrictEqual(
          yield* Database.query(url, "SELECT col_description('genesys.things'::regclass, 4) AS doc"),
          [{ doc: "In the owner's kilograms" }]
        )
        // In a later run, that has fewer parts.
        const changed = rowsOf({ ...thing, parts: [{ label: "all" }] })
        yield* Effect.provide(Exporter.run(kind(things), { partitions: days.slice(1), rows: changed }), sink)
        assert.deepStrictEqual(yield* rows("parts"), [{ thing_id: "t1", part: 0, label: "all", spare: null }])
        assert.deepStrictEqual(yield* rows("screws"), [])
      })
    )
  }
)
