/** A layout that has grown since its tables were made: they follow, and the rows that are there are filled as if it had always been so. `PROVE=1`: where that cannot be, too; else with a column of another type alone. */
import { assert, layer } from "@effect/vitest"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Column from "../src/Column.ts"
import * as Kinds from "../src/Kinds.ts"
import { type Layout, tablesOf } from "../src/Layout.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import { Sink } from "../src/Sink.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"

const isProof = process.env["PROVE"] !== undefined

const early = {
  name: "things",
  by: "whole",
  key: "id",
  one: "thing",
  fields: { id: Schema.String },
  table: {
    key: "id",
    columns: { name: Column.text("name") },
    children: [{ name: "parts", from: "parts", place: "part", columns: { label: Column.text("label") } }]
  }
} as const satisfies Layout

const screws = { name: "screws", from: "screws", place: "screw", columns: { sizes: Column.texts("sizes") } }
const late = {
  ...early,
  table: {
    key: "id",
    columns: {
      name: Column.text("name"),
      day: Column.day("madeAt"),
      weight: Column.number("weight", "In kilograms"),
      owner_name: Column.text(["owner", "name"])
    },
    indexes: [["day"], ["owner_name", "day"]],
    children: [
      {
        name: "parts",
        from: "parts",
        place: "part",
        columns: { label: Column.text("label"), spare: Column.flag("spare") },
        children: [screws]
      }
    ]
  }
} as const satisfies Layout

/** More than go into one statement. */
const things = Array.from({ length: 600 }, (_, place) =>
  ExactNumber.parse(
    `{"id":"t${place}","name":"thing ${place}","madeAt":"2026-11-0${1 + (place % 9)}T10:00:00Z","weight":9007199254740993.${place},` +
      `"owner":{"name":"Ada"},"parts":[{"label":"lid"},{"label":"l${place}","spare":true,"screws":[{"sizes":["m3"]},{}]}]}`
  )
)
/** Of them, where it does not matter how many there are. */
const few = 20
const rows = things.map((value, place) => ({
  key: `t${place}`,
  asOf: 0,
  value: Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.Unknown))(value)
}))

const write = (layout: Layout & { readonly by: "whole" }, from = 0, to = rows.length) =>
  Sink.use((sink) =>
    sink.write({
      partition: Partition.whole(layout),
      rows: Stream.fromIterable(rows.slice(from, to)),
      entry: Effect.succeed({ source: "list", asOf: 0, rows: to - from, running: 0 })
    })
  )

const place = Effect.gen(function* () {
  const url = Redacted.make(yield* (yield* Postgres).database)
  const query = (statement: string) => Database.query(url, statement)
  /** All that is in the tables, whatever the order of their columns. */
  const content = (layout: Layout, schema = "genesys") =>
    Effect.forEach(tablesOf(layout), ({ name }) =>
      Effect.map(query(`SELECT to_jsonb(t)::text AS row FROM ${schema}.${name} t ORDER BY 1`), (found) => ({
        name,
        rows: found.map(({ row }) => row)
      }))
    )
  const into = <A, E>(effect: Effect.Effect<A, E, Sink>, schema = "genesys", as = url) =>
    Effect.provide(effect, PostgresSink.layerUrl({ url: as, schema }))
  return { url, query, content, into }
})

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })(
  "tables of a layout that has grown",
  ({ effect }) => {
    effect("have what it has, in the rows that were there before, too", () =>
      Effect.gen(function* () {
        const { content, into, query } = yield* place
        yield* into(write(early))
        // Nothing of these rows has changed but what is made of them.
        yield* into(write(late, 590))
        yield* into(write(late), "anew")
        const found = yield* content(late)
        assert.deepStrictEqual(
          found.map((one) => one.rows.length),
          [600, 1200, 1200]
        )
        assert.deepStrictEqual(found, yield* content(late, "anew"))
        const shape = (schema: string) =>
          Effect.all([
            query(
              `SELECT table_name, column_name, data_type, is_nullable, col_description((table_schema || '.' || table_name)::regclass, ordinal_position) AS doc
             FROM information_schema.columns WHERE table_schema = '${schema}' AND table_name IN ('things', 'parts', 'screws') ORDER BY 1, 2`
            ),
            query(
              `SELECT replace(indexdef, '${schema}.', '') AS index FROM pg_indexes
             WHERE schemaname = '${schema}' AND tablename IN ('things', 'parts', 'screws') ORDER BY 1`
            )
          ])
        const [columns, indexes] = yield* shape("genesys")
        assert.isAbove(columns.length, 12)
        assert.lengthOf(indexes, 5)
        assert.deepStrictEqual([columns, indexes], yield* shape("anew"))
      })
    )

    effect.skipIf(!isProof)("are left as they were when they cannot be filled, and are filled the next time", () =>
      Effect.gen(function* () {
        const { content, into, query } = yield* place
        yield* into(write(early, 0, few))
        const before = yield* content(early)
        yield* query(`ALTER TABLE genesys.parts ADD CONSTRAINT odd CHECK (label <> 'l${few - 1}') NOT VALID`)
        const error = yield* Effect.flip(into(write(late, 0, 1)))
        assert.match(error.message, /violates check constraint "odd"/)
        assert.deepStrictEqual(yield* content(early), before)
        yield* query("ALTER TABLE genesys.parts DROP CONSTRAINT odd")
        yield* into(write(late, 0, 1))
        assert.lengthOf((yield* content(late))[2]!.rows, 2 * few)
      })
    )

    effect("with a column of another type are refused, with what to do; doing it is enough", () =>
      Effect.gen(function* () {
        const { content, into, query } = yield* place
        yield* into(write(late, 0, few))
        const before = yield* content(late)
        yield* query("ALTER TABLE genesys.things ALTER weight TYPE text")
        const error = yield* Effect.flip(into(write(late, 0, few)))
        assert.match(
          error.message,
          /^The column weight of genesys\.things in PostgreSQL at .* is text, and numeric is needed\./
        )
        const [, remedy = ""] = /say (ALTER .*?), and it is made anew/.exec(error.message) ?? []
        yield* query(remedy)
        yield* into(write(late, 0, 1))
        assert.deepStrictEqual(yield* content(late), before)

        yield* query("ALTER TABLE genesys.parts DROP COLUMN part CASCADE")
        const lost = yield* Effect.flip(into(write(late, 0, few)))
        const [, drop = ""] =
          /has no part, by which its rows are known\. Say (DROP .*?), and it is/.exec(lost.message) ?? []
        yield* query(drop)
        yield* into(write(late, 0, 1))
        assert.deepStrictEqual(yield* content(late), before)
      })
    )

    effect.skipIf(!isProof)("need the right to change them, and only then", () =>
      Effect.gen(function* () {
        const { content, into, query, url } = yield* place
        yield* into(write(early, 0, few))
        const { name: role, url: loader } = yield* Database.role(url, "loader")
        yield* query(`GRANT USAGE ON SCHEMA genesys TO ${role}`)
        yield* query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA genesys TO ${role}`)
        yield* into(write(early, 0, few), "genesys", loader)
        const error = yield* Effect.flip(into(write(late, 0, few), "genesys", loader))
        assert.match(error.message, /must be owner of table things\. Grant it: the README/)
        assert.lengthOf((yield* content(early))[0].rows, few)
      })
    )

    effect.skipIf(!isProof)("of the kinds of this package follow when the sink is opened", () =>
      Effect.gen(function* () {
        const { content, into, query } = yield* place
        const layout = Kinds.conversations.layout
        const value = {
          conversationId: "c",
          externalTag: "tag",
          participants: [{ sessions: [{ segments: [{ subject: "hello" }], metrics: [{ name: "tTalk", value: 1 }] }] }]
        }
        const one = Sink.use((sink) =>
          sink.write({
            partition: Partition.ofDay(layout, "2026-11-01"),
            rows: Stream.make({ key: "c", asOf: 0, value }),
            entry: Effect.succeed({ source: "job", asOf: 0, rows: 1, running: 0 })
          })
        )
        yield* into(one)
        const before = yield* content(layout)
        yield* query("ALTER TABLE genesys.segments DROP COLUMN subject")
        yield* query("ALTER TABLE genesys.conversations DROP COLUMN external_tag, DROP COLUMN day CASCADE")
        yield* query("DROP TABLE genesys.metrics CASCADE")
        yield* into(Effect.void)
        assert.deepStrictEqual(yield* content(layout), before)
        // Rows that are gone are not made up.
        yield* query("DROP TABLE genesys.conversations CASCADE")
        assert.match((yield* Effect.flip(into(one))).message, /Somebody has changed the tables/)
      })
    )
  }
)
