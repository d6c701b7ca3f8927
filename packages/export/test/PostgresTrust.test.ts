/** Other users of the database: what they put there before, or beside the tables, neither gets rows nor runs as the exporter. `PROVE=1`: nor is it a hindrance, nor met by a name. */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresQuery from "../src/PostgresQuery.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import { Sink } from "../src/Sink.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"

const isProof = process.env["PROVE"] !== undefined

const row = {
  key: "a",
  asOf: 0,
  value: {
    conversationId: "a",
    conversationStart: "2026-11-01T00:00:00Z",
    participants: [{ participantId: "p", sessions: [{ sessionId: "s", segments: [{ segmentType: "interact" }] }] }]
  }
}

const write = Sink.use((sink) =>
  sink.write({
    partition: Partition.ofDay(Kinds.conversations.layout, "2026-11-01"),
    rows: Stream.make(row),
    entry: Effect.succeed({ source: "job", asOf: 0, rows: 1, running: 0 })
  })
)

/** A database of its own, what its superuser says there, and an export into it. */
const place = Effect.gen(function* () {
  const url = Redacted.make(yield* (yield* Postgres).database)
  const say = (...statements: ReadonlyArray<string>) =>
    Effect.forEach(statements, (statement) => Database.query(url, statement), { discard: true })
  const role = (what: string) => Database.role(url, what)
  const exported = (schema?: string, as = url) => Effect.provide(write, PostgresSink.layerUrl({ url: as, schema }))
  const rows = (statement: string) => Database.query(url, statement)
  return { exported, role, rows, say, url }
})

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("another user of the database", ({ effect }) => {
  effect("whose functions and operators fit better than those of PostgreSQL does not have them called", () =>
    Effect.gen(function* () {
      const { exported, role, rows, say } = yield* place
      yield* exported()
      const analyst = yield* role("analyst")
      yield* say(
        `GRANT CREATE ON SCHEMA public TO ${analyst.name}`,
        `GRANT USAGE ON SCHEMA genesys TO ${analyst.name}`,
        "CREATE TABLE public.stolen (who text, what text)",
        "GRANT INSERT ON public.stolen TO PUBLIC"
      )
      const steal = "INSERT INTO public.stolen VALUES (current_user, $2::text)"
      const planted = [
        `CREATE FUNCTION public.jsonb_populate_record(genesys.conversations, jsonb) RETURNS genesys.conversations LANGUAGE sql
         AS '${steal}; SELECT pg_catalog.jsonb_populate_record($1, $2)'`,
        ...["participants", "sessions", "segments", "metrics", "participant_attributes"].map(
          (table) =>
            `CREATE FUNCTION public.jsonb_populate_recordset(genesys.${table}, jsonb) RETURNS SETOF genesys.${table}
             LANGUAGE sql AS '${steal}; SELECT * FROM pg_catalog.jsonb_populate_recordset($1, $2)'`
        )
      ]
      const operator = [
        `CREATE FUNCTION public.look(jsonb, jsonb) RETURNS jsonb LANGUAGE sql AS '${steal}; SELECT $1'`,
        "CREATE OPERATOR public.-> (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = public.look)"
      ]
      for (const statements of [planted, operator]) {
        yield* Effect.forEach(statements, (statement) => Database.query(analyst.url, statement))
        yield* say("UPDATE genesys.conversations SET as_of = '1960-01-01', raw = '{}'", "DELETE FROM genesys.segments")
        yield* exported()
        assert.deepStrictEqual(yield* rows("SELECT * FROM public.stolen"), [])
        const [found] = yield* rows(
          "SELECT raw, (SELECT count(*) FROM genesys.segments)::int AS segments FROM genesys.conversations"
        )
        assert.deepStrictEqual(found, { raw: row.value, segments: 1 })
      }
    })
  )

  effect("who owns the schema, or a table in it, gets nothing; nor who may create one there", () =>
    Effect.gen(function* () {
      const { exported, role, rows, say } = yield* place
      const mallory = yield* role("mallory")
      yield* say(`CREATE SCHEMA genesys AUTHORIZATION ${mallory.name}`)
      const owned = yield* Effect.flip(exported())
      assert.strictEqual(owned._tag, "SinkError")
      assert.match(
        owned.message,
        /^The schema genesys in PostgreSQL at [^ ]+ belongs to the role mallory_of_test\d+, .*: ALTER SCHEMA genesys OWNER TO CURRENT_USER$/
      )
      yield* say("ALTER SCHEMA genesys OWNER TO CURRENT_USER", "GRANT CREATE, USAGE ON SCHEMA genesys TO PUBLIC")
      const open = yield* Effect.flip(exported())
      assert.match(open.message, /^Everybody may create .*: REVOKE CREATE ON SCHEMA genesys FROM PUBLIC$/)

      yield* Database.query(
        mallory.url,
        "CREATE TABLE genesys.export_migrations (migration_id int, name text, created_at timestamptz)"
      )
      yield* say("REVOKE CREATE ON SCHEMA genesys FROM PUBLIC")
      const table = yield* Effect.flip(exported())
      assert.match(
        table.message,
        /^The table export_migrations in .* belongs to the role mallory_of_test\d+, .*: ALTER TABLE genesys\.export_migrations OWNER TO CURRENT_USER$/
      )
      assert.deepStrictEqual(
        yield* rows(`SELECT 1 FROM pg_tables WHERE schemaname = 'genesys' AND tableowner <> '${mallory.name}'`),
        []
      )
      yield* say("DROP TABLE genesys.export_migrations")
      yield* exported()
    })
  )

  effect(
    "cannot have a query run what they have put in its way, and who keeps the copy is asked no more than by a reader",
    () =>
      Effect.gen(function* () {
        const { exported, role, say, url } = yield* place
        const [loader, mallory, reader] = [yield* role("loader"), yield* role("mallory"), yield* role("reader")]
        const name = new URL(Redacted.value(url)).pathname.slice(1)
        yield* say(
          "CREATE SCHEMA genesys",
          `GRANT CREATE, USAGE ON SCHEMA genesys TO ${loader.name}, ${mallory.name}`,
          `GRANT TEMP ON DATABASE ${name} TO ${loader.name}`,
          `GRANT USAGE ON SCHEMA genesys TO ${reader.name}`
        )
        yield* exported("genesys", loader.url)
        yield* say(`GRANT SELECT ON ALL TABLES IN SCHEMA genesys TO ${reader.name}`)
        const asked = (as: Redacted.Redacted) =>
          Effect.scoped(
            Effect.flatMap(PostgresQuery.open({ url: as }), ({ rows }) =>
              Stream.runCollect(rows("SELECT date_trunc('day', day) IS NULL AS is_none FROM conversations"))
            )
          )
        const refused = (as: Redacted.Redacted) => Effect.flip(asked(as))
        for (const as of [reader.url, loader.url]) assert.deepStrictEqual(yield* asked(as), [{ is_none: false }])
        // A superuser has more rights than those of whoever could use them.
        const strong = yield* refused(url)
        assert.strictEqual(strong._tag === "QueryError" && strong.reason, "NoCopy")
        assert.match(
          strong.message,
          /^The (?:table|view) \w+ in the schema genesys of .* belongs to the role loader_of_\w+, who could use the rights of postgres/
        )

        // And so has one that may take on the rights of a superuser.
        const admin = yield* role("admin")
        yield* say(`GRANT USAGE ON SCHEMA genesys TO ${admin.name}`, `GRANT postgres TO ${admin.name}`)
        const { message } = yield* refused(admin.url)
        assert.match(message, /belongs to the role loader_of_\w+, who could use the rights of admin_of_\w+/)
        yield* say(`REVOKE postgres FROM ${admin.name}`)

        const planted = [
          [
            "FUNCTION",
            "date_trunc(text, date)",
            "date_trunc(text, date) RETURNS date LANGUAGE sql AS 'SELECT NULL::date'"
          ],
          ["OPERATOR", "+ (text, text)", "+ (LEFTARG = text, RIGHTARG = text, FUNCTION = textcat)"],
          ["VIEW", "queues", "queues AS SELECT 'x' AS id"],
          ["TABLE", "list_of_theirs", "list_of_theirs (id text)"]
        ] as const
        for (const [kind, thing, definition] of planted) {
          yield* Database.query(mallory.url, `CREATE ${kind} genesys.${definition}`)
          for (const as of [reader.url, loader.url])
            assert.match(
              (yield* refused(as)).message,
              new RegExp(`^The ${kind.toLowerCase()} .* belongs to the role mallory_of_`)
            )
          yield* say(`DROP ${kind} genesys.${thing}`)
        }
        yield* Database.query(mallory.url, "CREATE TABLE genesys.notes (id text)")
        assert.deepStrictEqual(yield* asked(reader.url), [{ is_none: false }])
        yield* say("GRANT CREATE ON SCHEMA genesys TO PUBLIC")
        assert.match((yield* refused(reader.url)).message, /: REVOKE CREATE ON SCHEMA genesys FROM PUBLIC$/)
      })
  )

  effect.skipIf(!isProof)(
    "is no hindrance: a schema that the administrator made, and tables of others beside those of the export",
    () =>
      Effect.gen(function* () {
        const { exported, role, rows, say, url } = yield* place
        const database = new URL(Redacted.value(url)).pathname.slice(1)
        const [writer, neighbour] = [yield* role("writer"), yield* role("neighbour")]
        yield* say(
          "CREATE SCHEMA shared",
          `GRANT CREATE, USAGE ON SCHEMA shared TO ${writer.name}, ${neighbour.name}`,
          `REVOKE CREATE, TEMP ON DATABASE ${database} FROM PUBLIC`,
          `GRANT TEMP ON DATABASE ${database} TO ${writer.name}`
        )
        yield* Database.query(neighbour.url, "CREATE TABLE shared.own (id int)")
        yield* exported("shared", writer.url)
        const [found] = yield* rows("SELECT tableowner::text AS owner FROM pg_tables WHERE tablename = 'conversations'")
        assert.deepStrictEqual(found, { owner: writer.name })
      })
  )

  effect.skipIf(!isProof)("cannot be met in the name of a schema: it is a name, whatever the word means to SQL", () =>
    Effect.gen(function* () {
      const { exported, rows } = yield* place
      yield* exported("user")
      assert.deepStrictEqual(yield* rows(`SELECT conversation_id FROM "user".conversations`), [
        { conversation_id: "a" }
      ])
      for (const name of [`a"; DROP SCHEMA "user" CASCADE; --`, "a.b", "A", "", "ä", "a".repeat(64)]) {
        const error = yield* Effect.flip(exported(name))
        assert.match(error.message, /is no schema: use small letters, digits and _/)
      }
    })
  )
})
