/** Every list that has a name, in PostgreSQL: its tables, what comes and goes in weeks, and the questions that the README asks. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import { tablesOf } from "../src/Layout.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import * as Database from "./Database.ts"
import * as OverHttp from "./OverHttp.ts"
import { Postgres } from "./Postgres.ts"

const isProof = process.env["PROVE"] !== undefined
/** `PROVE=1`: all of them; else those with tables within, with members, and of each way of paging. */
const some: ReadonlyArray<Kinds.ListName> = [
  "queues",
  "queue_members",
  "wrap_up_codes",
  "roles",
  "groups",
  "teams",
  "external_organizations",
  "presence_definitions",
  "business_units"
]
const names = isProof ? Kinds.listNames : some
const simulator = Simulator.layer({ rateLimit: { limit: 1_000_000 }, users: 12, conversationsPerHour: 2 })

layer(Layer.mergeAll(Postgres.layer, NodeServices.layer, simulator), { excludeTestServices: true, timeout: 120_000 })(
  "lists in PostgreSQL",
  ({ effect }) => {
    effect(
      "have their tables, keep what is gone with a mark, and answer questions",
      () =>
        Effect.gen(function* () {
          const service = yield* Simulator
          const url = Redacted.make(yield* (yield* Postgres).database)
          const count = (table: string, where = "deleted_at IS NULL") =>
            Effect.map(Database.query(url, `SELECT count(*)::int AS n FROM genesys.${table} WHERE ${where}`), ([row]) =>
              Number(row?.["n"])
            )
          const counts = Effect.forEach(names, (name) => count(name))
          const runAll = Effect.forEach(
            names,
            (name) =>
              Effect.map(Exporter.run(Kinds.lists[name], {}), ({ done, failed }) => {
                assert.deepStrictEqual(failed, [], name)
                return done[0]?.entry.rows
              }),
            { concurrency: 4 }
          )
          const program = Effect.gen(function* () {
            const read = yield* runAll
            assert.deepStrictEqual(yield* counts, read)
            yield* service.advanceClock(7 * 86_400)
            const again = yield* runAll
            assert.deepStrictEqual(yield* counts, again)
            assert.isAbove(yield* count("wrap_up_codes", "deleted_at IS NOT NULL"), 0)
            const any = yield* Exporter.run(Kinds.list, { operation: "getRoutingSkills", into: "words" })
            assert.strictEqual(any.rows, (yield* service.list("skills")).length)
            assert.strictEqual(yield* count("list_words"), any.rows)
            const since = new Date((yield* service.now) - 86_400_000).toISOString().slice(0, 10)
            yield* Exporter.conversations({ since })
          })
          yield* program.pipe(
            Effect.provide(PostgresSink.layerUrl({ url })),
            Effect.provide(OverHttp.layer(service)),
            Effect.provide(Catalogue.layer)
          )
          for (const name of names) {
            const [main, ...children] = tablesOf(Kinds.lists[name].layout)
            for (const { name: table } of children) assert.isAtLeast(yield* count(table, "true"), 0, table)
            const [row] = yield* Database.query(url, `SELECT to_jsonb(t) AS row FROM genesys.${main.name} t LIMIT 1`)
            assert.containsAllKeys(row?.["row"], [main.key, "as_of", "raw", "deleted_at", ...Object.keys(main.columns)])
          }
          assert.isAbove(yield* count("role_policies", "domain = 'routing'"), 20)
          // As the README asks them.
          const [, shown = ""] =
            /## Lists[^]*?```sql\n([^]*?)```/.exec(readFileSync(new URL("../README.md", import.meta.url), "utf8")) ?? []
          const questions = shown.split(";").filter((text) => text.includes("SELECT"))
          assert.lengthOf(questions, 2)
          for (const question of questions) assert.isAbove((yield* Database.query(url, question)).length, 0, question)
        }),
      120_000
    )
  }
)
