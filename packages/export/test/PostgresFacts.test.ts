/** Every kind of facts in PostgreSQL: what is there of some days, row by row, after they were read several times and have changed meanwhile. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import { tablesOf } from "../src/Layout.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import * as Tables from "../src/Tables.ts"
import * as Database from "./Database.ts"
import * as FactsTruth from "./FactsTruth.ts"
import * as Fingerprints from "./Fingerprints.ts"
import * as OverHttp from "./OverHttp.ts"
import { Postgres } from "./Postgres.ts"

const decodeRow = Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.Unknown))

const simulator = Simulator.layer({
  rateLimit: { limit: 1_000_000 },
  users: 40,
  conversationsPerHour: 12,
  evaluations: 0.1,
  jobQueueTime: 0.02,
  jobRunTime: 0.05
})

layer(Layer.mergeAll(Postgres.layer, NodeServices.layer, simulator), { excludeTestServices: true, timeout: 120_000 })(
  "facts in PostgreSQL",
  ({ effect }) => {
    effect(
      "are in their tables as Genesys has them",
      () =>
        Effect.gen(function* () {
          const service = yield* Simulator
          const url = Redacted.make(yield* (yield* Postgres).database)
          const until = Day.of(yield* service.now)
          const since = Day.before(Day.before(until))
          const runAll = Effect.forEach(Kinds.factNames, (name) =>
            Effect.map(Exporter.run(Kinds.facts[name], { since, until, again: "30 days" }), ({ failed }) =>
              assert.deepStrictEqual(failed, [], name)
            )
          )
          yield* Effect.gen(function* () {
            yield* runAll
            for (const days of process.env["PROVE"] === undefined ? [4, 40] : [1, 3, 40]) {
              yield* service.advanceClock(days * 86_400)
              yield* runAll
            }
          }).pipe(Effect.provide(PostgresSink.layerUrl({ url })), Effect.provide(OverHttp.layer(service)))
          for (const name of Kinds.factNames) {
            const { layout } = Kinds.facts[name]
            const facts = yield* FactsTruth.ofDays(name, Day.range(since, until))
            const wanted = new Map(facts.map((row) => [String(row[layout.key]), row]))
            const [main, ...children] = tablesOf(layout)
            const found = yield* Database.query(url, `SELECT * FROM genesys.${main.name}`)
            assert.isAbove(found.length, 20, name)
            assert.deepStrictEqual(
              Fingerprints.differences(
                new Map(
                  found.map((row) => [
                    String(row[main.key]),
                    Fingerprints.of(FactsTruth.comparable(decodeRow(row["raw"])))
                  ])
                ),
                new Map([...wanted].map(([key, row]) => [key, Fingerprints.of(FactsTruth.comparable(row))]))
              ),
              { rows: wanted.size, lost: 0, foreign: 0, stale: 0 },
              name
            )
            const flat = [...wanted].map(([key, value]) => Tables.of(layout)({ key, asOf: 0, value }))
            for (const { columns, key, name: table, places } of children) {
              const rows = flat.flatMap((row) => row.children[table] ?? [])
              const named = [key, ...places, ...Object.keys(columns)]
              const there = yield* Database.query(url, `SELECT to_jsonb(t) AS row FROM genesys.${table} t`)
              assert.strictEqual(there.length, rows.length, table)
              if (table !== "audit_entity_changes") assert.isAbove(rows.length, 0, table)
              for (const { row } of there.slice(0, 5)) assert.hasAllKeys(row, named)
            }
          }
        }),
      120_000
    )
  }
)
