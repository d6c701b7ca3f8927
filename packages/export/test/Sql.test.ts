/** What the layouts of the kinds become in SQL is what was written by hand before: `sql/*.sql`, which are never made anew. */
import { assert, describe, it, layer } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import * as Definition from "../src/internal/postgres/definition.ts"
import * as Migrations from "../src/internal/postgres/migrations.ts"
import * as Staging from "../src/internal/postgres/staging.ts"
import * as Trust from "../src/PostgresTrust.ts"
import * as Kinds from "../src/Kinds.ts"
import { tablesOf } from "../src/Layout.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"

const written = (name: string) => readFileSync(new URL(`sql/${name}.sql`, import.meta.url), "utf8")
const text = (statements: ReadonlyArray<string> = []) => statements.map((one) => `${one};\n`).join("\n")
const schema = '"genesys"'
const layouts = Object.values(Kinds.first).map(({ layout: one }) => one)

describe("SQL", () => {
  it("of the tables that were there first", () => {
    const steps = Migrations.base.steps(schema)
    assert.deepStrictEqual(Object.keys(steps), ["1_initial", "2_exact_numbers", "3_attempts"])
    for (const [name, statements] of Object.entries(steps)) assert.strictEqual(text(statements), written(name))
  })

  for (const one of layouts)
    it(`that takes over ${one.name}`, () => {
      assert.strictEqual(text(Staging.takeOver(schema, one, false)), written(`take_over_${one.name}`))
    })

  it("that takes over a list that came whole, and marks what it lacks", () => {
    const { layout } = Kinds.lists.queues
    assert.strictEqual(text(Staging.takeOver(schema, layout, true)), written("take_over_queues_whole"))
    assert.notInclude(text(Staging.takeOver(schema, layout, false)), "COALESCE")
  })

  it("that asks whether the tables are ours", () => {
    assert.strictEqual(text([Trust.queryOf([...Migrations.base.tables, Migrations.base.journal])]), written("trust"))
  })
})

/** Columns with their types, and what the tables are known and found by. */
const shapeOf = (url: Redacted.Redacted, name: string) =>
  Effect.gen(function* () {
    const tables = layouts.flatMap(tablesOf).map((one) => `'${one.name}'`)
    const ours = `n.nspname = '${name}' AND c.relname IN (${tables.join(", ")})`
    const columns = yield* Database.query(
      url,
      `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE ${ours} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum`
    )
    const indexes = yield* Database.query(
      url,
      `SELECT replace(pg_get_indexdef(i.indexrelid), '${name}.', '') AS index
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE ${ours} ORDER BY 1`
    )
    return { columns, indexes }
  })

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("in PostgreSQL", ({ effect }) => {
  effect("the tables that came to be step by step are those that the layouts say", () =>
    Effect.gen(function* () {
      const url = Redacted.make(yield* (yield* Postgres).database)
      yield* Effect.provide(Effect.void, PostgresSink.layerUrl({ url }))
      yield* Effect.gen(function* () {
        const sql = yield* PgClient.PgClient
        yield* sql.unsafe("CREATE SCHEMA anew")
        for (const one of layouts) {
          for (const statement of Definition.create("anew", one)) yield* sql.unsafe(statement)
        }
      }).pipe(Effect.provide(PgClient.layer({ url })))
      const found = yield* shapeOf(url, "genesys")
      assert.isAbove(found.columns.length, 50)
      assert.isAbove(found.indexes.length, 6)
      assert.deepStrictEqual(found, yield* shapeOf(url, "anew"))
    })
  )
})
