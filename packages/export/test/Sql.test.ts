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

/** Columns with their types, in whichever order they came, and what the tables are known and found by. */
const shapeOf = (url: Redacted.Redacted, name: string) =>
  Effect.gen(function* () {
    const tables = layouts.flatMap(tablesOf).map((one) => `'${one.name}'`)
    const ours = `n.nspname = '${name}' AND c.relname IN (${tables.join(", ")})`
    const columns = yield* Database.query(
      url,
      `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE ${ours} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attname`
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

  effect(
    "tables of the first version get the columns and tables of this one, filled from the raw rows that are there",
    () =>
      Effect.gen(function* () {
        const url = Redacted.make(yield* (yield* Postgres).database)
        const say = (statement: string) => Database.query(url, statement)
        yield* say("CREATE SCHEMA genesys")
        yield* say(
          "CREATE TABLE genesys.export_migrations (migration_id int PRIMARY KEY, created_at timestamptz DEFAULT now(), name text)"
        )
        for (const name of ["1_initial", "2_exact_numbers", "3_attempts"]) {
          for (const statement of written(name)
            .split(";\n")
            .filter((one) => one.trim() !== ""))
            yield* say(statement)
          yield* say(
            `INSERT INTO genesys.export_migrations (migration_id, name) VALUES (${name[0]}, '${name.slice(2)}')`
          )
        }
        yield* say("RESET search_path")
        const sessions = [
          {
            flow: { flowId: "f", outcomes: [{ flowOutcomeId: "o" }] },
            mediaEndpointStats: [{ minMos: 4.25, codecs: ["audio/opus"] }],
            requestedRoutings: ["Standard"],
            segments: [{ groupId: "g", scoredAgents: [{ agentScore: 7 }] }]
          }
        ]
        const raw = JSON.stringify({
          conversationId: "a",
          selfServed: true,
          participants: [{ flaggedReason: "general", sessions }],
          surveys: [{ surveyPromoterScore: 9 }]
        })
        yield* say(
          `INSERT INTO genesys.conversations (conversation_id, day, as_of, raw) VALUES ('a', '2026-11-01', now(), '${raw}')`
        )
        yield* Effect.provide(Effect.void, PostgresSink.layerUrl({ url }))
        const [row] = yield* say(
          `SELECT c.self_served, p.flagged_reason, s.flow_id, s.requested_routings, o.flow_outcome_id, m.min_mos::text, m.codecs, g.group_id, a.agent_score::text, v.survey_promoter_score::text
         FROM genesys.conversations c JOIN genesys.participants p USING (conversation_id) JOIN genesys.sessions s USING (conversation_id, participant)
         JOIN genesys.session_flow_outcomes o USING (conversation_id, participant, session)
         JOIN genesys.media_endpoint_stats m USING (conversation_id, participant, session)
         JOIN genesys.segments g USING (conversation_id, participant, session)
         JOIN genesys.segment_scored_agents a USING (conversation_id, participant, session, segment)
         JOIN genesys.conversation_surveys v USING (conversation_id)`
        )
        assert.deepStrictEqual(row, {
          self_served: true,
          flagged_reason: "general",
          flow_id: "f",
          requested_routings: ["Standard"],
          flow_outcome_id: "o",
          min_mos: "4.25",
          codecs: ["audio/opus"],
          group_id: "g",
          agent_score: "7",
          survey_promoter_score: "9"
        })
        assert.deepStrictEqual((yield* shapeOf(url, "genesys")).columns.length > 150, true)
      })
  )
})
