/** Roles that may do no more than they need, with the grants that the README names; and what is said to one that may not. `PROVE=1`: with each grant; else with the one that makes the tables. */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { readFileSync } from "node:fs"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import { Sink } from "../src/Sink.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"

const isProof = process.env["PROVE"] !== undefined
const value = { conversationId: "a", participants: [{ sessions: [{ metrics: [{ name: "tTalk", value: 1 }] }] }] }

const write = Sink.use((sink) =>
  sink.write({
    partition: Partition.ofDay(Kinds.conversations.layout, "2026-11-01"),
    rows: Stream.make({ key: "a", asOf: 0, value }),
    entry: Effect.succeed({ source: "job", asOf: 0, rows: 1, running: 0 })
  })
)

/** The statements of the README's example of this name. */
const grants = (name: string, database: string, role: string) => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
  const [, statements = ""] = new RegExp(`-- ${name}\\n([^\`]*?)(?:\\n\\n|\`\`\`)`).exec(readme) ?? []
  const found = statements.split(";").map((text) => text.replaceAll(/--.*/g, "").trim())
  return found
    .filter((text) => text !== "")
    .map((text) =>
      text.replaceAll(/\bDATABASE contacts\b/g, `DATABASE ${database}`).replaceAll(/\b(?:loader|reader)\b/g, role)
    )
}

/** A database in which nobody may do anything, a role without rights, and what its superuser says there. */
const place = Effect.gen(function* () {
  const text = yield* (yield* Postgres).database
  const database = new URL(text).pathname.slice(1)
  const url = Redacted.make(text)
  const say = (...statements: ReadonlyArray<string>) =>
    Effect.forEach(statements, (statement) => Database.query(url, statement), { discard: true })
  yield* say(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`)
  const { name: role, url: own } = yield* Database.role(url, "role")
  const as = (change: (copy: URL) => void) => {
    const copy = new URL(text)
    change(copy)
    return Redacted.make(copy.href)
  }
  const exported = (with_: Redacted.Redacted = own) => Effect.provide(write, PostgresSink.layerUrl({ url: with_ }))
  return { as, database, exported, own, role, say, url }
})

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("a role", ({ effect }) => {
  effect(
    "that may create in the schema, and nothing else in the database, makes the tables and fills them, again and again",
    () =>
      Effect.gen(function* () {
        const { database, exported, role, say, url } = yield* place
        yield* say(...grants("A loader that makes the tables", database, role))
        yield* exported()
        yield* exported()
        const rows = yield* Database.query(url, "SELECT count(*)::int AS count FROM genesys.metrics")
        assert.deepStrictEqual(rows, [{ count: 1 }])
      })
  )

  effect.skipIf(!isProof)("that may only read and write the rows fills tables that somebody else has made", () =>
    Effect.gen(function* () {
      const { database, exported, role, say, url } = yield* place
      yield* exported(url)
      yield* say("DELETE FROM genesys.conversations")
      yield* say(...grants("A loader of tables that are there", database, role))
      yield* exported()
      const rows = yield* Database.query(url, "SELECT count(*)::int AS count FROM genesys.conversations")
      assert.deepStrictEqual(rows, [{ count: 1 }])
    })
  )

  effect.skipIf(!isProof)("that only reads sees all tables, also those of later versions, and can change none", () =>
    Effect.gen(function* () {
      const { database, exported, own, role, say, url } = yield* place
      yield* exported(url)
      yield* say(...grants("A reader", database, role))
      const [found] = yield* Database.query(own, "SELECT count(*)::int AS count FROM genesys.metrics")
      assert.deepStrictEqual(found, { count: 1 })
      yield* say("CREATE TABLE genesys.later (a int)")
      yield* Database.query(own, "SELECT * FROM genesys.later")
      const refused = yield* Effect.exit(Database.query(own, "DELETE FROM genesys.metrics"))
      assert.strictEqual(refused._tag, "Failure")
    })
  )

  const lasting = /Nothing is lost, but the export does not go on until somebody has mended that\.$/
  effect("that may not is told what to do, and not that the export goes on", () =>
    Effect.gen(function* () {
      const { as, database, exported, own, role, say, url } = yield* place
      const refusals: Array<readonly [with_: Redacted.Redacted, says: RegExp]> = [
        [own, /permission denied for database .*\. Grant it: the README/],
        [as((copy) => (copy.password = "wrong")), /password authentication failed.*\. Check the user and the password/],
        [
          as((copy) => (copy.pathname = "/nowhere")),
          /database "nowhere" does not exist\. Check the name of the database/
        ]
      ]
      const check = Effect.fnUntraced(function* (with_: Redacted.Redacted, says: RegExp) {
        const error = yield* Effect.flip(exported(with_))
        assert.deepInclude(error, { _tag: "SinkError", lasting: true })
        assert.match(error.message, says)
        assert.match(error.message, lasting)
        assert.notInclude(error.message, "secret")
      })
      for (const [with_, says] of refusals) yield* check(with_, says)
      yield* say(`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${role}`)
      yield* check(own, /permission denied for database/)
      yield* exported(url)
      yield* check(own, /permission denied for schema genesys\. Grant it/)
      yield* say(`GRANT USAGE ON SCHEMA genesys TO ${role}`)
      yield* check(own, /permission denied for table export_migrations\. Grant it/)
      yield* say("DROP TABLE genesys.conversations CASCADE")
      yield* check(url, /"genesys\.conversations" does not exist\. Somebody has changed the tables/)
    })
  )
})
