/** Views in PostgreSQL: when they are made, who reads them, and that no export fails because of them. */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Kinds from "../src/Kinds.ts"
import type { Layout } from "../src/Layout.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresQuery from "../src/PostgresQuery.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import { Sink } from "../src/Sink.ts"
import * as Views from "../src/Views.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"

const { conversations, users } = Kinds.first

const conversation = (key: string) => ({
  conversationId: key,
  conversationStart: "2026-11-01T10:00:00Z",
  participants: [
    {
      purpose: "agent",
      userId: "u",
      sessions: [
        {
          mediaType: "voice",
          segments: [
            {
              segmentStart: "2026-11-01T10:00:00.5Z",
              segmentEnd: "2026-11-01T10:00:02Z",
              queueId: "q",
              wrapUpCode: "w"
            }
          ],
          metrics: [{ name: "tTalk", value: 1500, emitDate: "2026-11-01T10:00:02Z" }]
        }
      ]
    }
  ]
})

const put = (partition: Partition.Partition, values: ReadonlyArray<Readonly<Record<string, unknown>>>, asOf = 0) =>
  Sink.use((sink) =>
    sink.write({
      partition,
      rows: Stream.fromIterable(values.map((value) => ({ key: String(value[partition.kind.key]), asOf, value }))),
      entry: Effect.succeed({ source: "list", asOf, rows: values.length, running: 0, whole: true })
    })
  )
const facts = put(Partition.ofDay(conversations.layout, "2026-11-01"), [conversation("a")])
const list = (
  kind: { readonly layout: Layout & { readonly by: "whole" } },
  values: Parameters<typeof put>[1],
  asOf = 0
) => put(Partition.whole(kind.layout), values, asOf)
const { queues, wrap_up_codes: codes } = Kinds.lists

const statusOf = put(
  Partition.ofDay(Kinds.userStatus.layout, "2026-11-01"),
  [
    {
      _key: "u:2026-11-01",
      day: "2026-11-01",
      userId: "u",
      primaryPresence: [
        { systemPresence: "ON_QUEUE", startTime: "2026-11-01T17:00:00Z", endTime: "2026-11-01T19:00:00.250Z" },
        { systemPresence: "LUNAR", startTime: "2026-11-01T19:00:00.250Z" }
      ],
      routingStatus: [{ routingStatus: "IDLE", startTime: "2026-11-01T17:00:00Z", endTime: "2026-11-01T19:00:00Z" }]
    }
  ],
  Date.parse("2026-11-01T20:00:00Z")
)

const place = Effect.gen(function* () {
  const url = Redacted.make(yield* (yield* Postgres).database)
  const say = (...statements: ReadonlyArray<string>) =>
    Effect.forEach(statements, (statement) => Database.query(url, statement), { discard: true })
  const rows = (statement: string, as = url) => Database.query(as, statement)
  const warnings: Array<string> = []
  const logger = Logger.make((line) => {
    const text = JSON.stringify(Logger.formatStructured.log(line))
    if (text.includes("export.views")) warnings.push(text)
  })
  const into = <A, E>(effect: Effect.Effect<A, E, Sink>, as = url, timeZone?: string) =>
    effect.pipe(
      Effect.provide(Layer.fresh(PostgresSink.layerUrl({ url: as, timeZone }))),
      Effect.provide(Logger.layer([logger]))
    )
  return { into, rows, say, url, warnings }
})

const names = "SELECT user_name, queue_name, wrap_up_code_name, duration_ms::int AS ms FROM genesys.segments_named"

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("views in PostgreSQL", ({ effect }) => {
  effect("have names as soon as a list is there, keep those of what is gone, and are made no second time", () =>
    Effect.gen(function* () {
      const { into, rows, say, warnings } = yield* place
      yield* into(
        Effect.gen(function* () {
          yield* facts
          assert.deepStrictEqual(yield* rows(names), [
            { user_name: null, queue_name: null, wrap_up_code_name: null, ms: 1500 }
          ])
          yield* list(users, [{ id: "u", name: "Ada" }])
          yield* list(queues, [{ id: "q", name: "Sales" }])
          yield* list(codes, [{ id: "w", name: "Sold" }])
          yield* list(queues, [{ id: "r", name: "Other" }], 1000)
        })
      )
      const known = [{ user_name: "Ada", queue_name: "Sales", wrap_up_code_name: "Sold", ms: 1500 }]
      assert.deepStrictEqual(yield* rows(names), known)
      assert.lengthOf(yield* rows("SELECT id FROM genesys.queues WHERE deleted_at IS NOT NULL"), 1)
      assert.deepStrictEqual(yield* rows("SELECT queue_name, value::int AS value FROM genesys.metrics_named"), [
        { queue_name: "Sales", value: 1500 }
      ])

      const versions = rows(
        "SELECT c.relname::text AS name, c.xmin::text AS version FROM pg_class c WHERE relkind = 'v' AND relnamespace = 'genesys'::regnamespace ORDER BY 1"
      )
      const before = yield* versions
      assert.deepStrictEqual(
        before.map(({ name }) => name),
        Views.names.toSorted()
      )
      yield* into(facts)
      assert.deepStrictEqual(yield* versions, before)
      yield* say("DROP VIEW genesys.segments_named CASCADE")
      yield* into(facts)
      assert.deepStrictEqual(yield* rows(names), known)
      const [told] = yield* rows(
        "SELECT col_description('genesys.segments_named'::regclass, attnum) AS doc FROM pg_attribute WHERE attrelid = 'genesys.segments_named'::regclass AND attname = 'duration_ms'"
      )
      assert.match(String(told?.["doc"]), /^Milliseconds/)
      assert.deepStrictEqual(warnings, [])
    })
  )

  effect("show a reader what its tables show it, and no more", () =>
    Effect.gen(function* () {
      const { into, rows, say, url } = yield* place
      const { name: reader, url: own } = yield* Database.role(url, "reader")
      yield* into(facts)
      yield* say(
        `GRANT USAGE ON SCHEMA genesys TO ${reader}`,
        `GRANT SELECT ON ALL TABLES IN SCHEMA genesys TO ${reader}`
      )
      assert.lengthOf(yield* rows(names, own), 1)
      yield* say("ALTER TABLE genesys.conversations ENABLE ROW LEVEL SECURITY")
      assert.deepStrictEqual(yield* rows(names, own), [])
      yield* say(
        "ALTER TABLE genesys.conversations DISABLE ROW LEVEL SECURITY",
        `REVOKE SELECT ON genesys.participants FROM ${reader}`
      )
      assert.strictEqual((yield* Effect.exit(rows(names, own)))._tag, "Failure")
    })
  )

  effect("call none of the functions and operators of others", () =>
    Effect.gen(function* () {
      const { into, rows, say } = yield* place
      yield* say(
        "CREATE SCHEMA genesys",
        // It fits better: PostgreSQL has none of these very types.
        "CREATE FUNCTION genesys.times(int, numeric) RETURNS numeric LANGUAGE sql AS $$ SELECT 7::numeric $$",
        "CREATE OPERATOR genesys.* (LEFTARG = int, RIGHTARG = numeric, FUNCTION = genesys.times)",
        `ALTER DATABASE ${String((yield* rows("SELECT current_database()::text AS name"))[0]?.["name"])} SET search_path = genesys`
      )
      yield* into(facts)
      assert.deepStrictEqual(
        (yield* rows(names)).map(({ ms }) => ms),
        [1500]
      )
    })
  )

  effect("that may not be made are told of once, and the export goes on", () =>
    Effect.gen(function* () {
      const { into, rows, say, url, warnings } = yield* place
      const { name: loader, url: own } = yield* Database.role(url, "loader")
      yield* into(Effect.andThen(facts, list(queues, [])))
      yield* say(
        `DROP VIEW genesys.${Views.names.join(", genesys.")}`,
        "DELETE FROM genesys.conversations",
        `GRANT USAGE ON SCHEMA genesys TO ${loader}`,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA genesys TO ${loader}`
      )
      yield* into(Effect.andThen(facts, list(queues, [{ id: "q", name: "Sales" }])), own)
      assert.lengthOf(yield* rows("SELECT 1 FROM genesys.conversations"), 1)
      assert.lengthOf(warnings, 1)
      assert.match(warnings[0]!, /permission denied for schema genesys/)
    })
  )

  effect("are not put in place of what somebody has there; what is of another role is refused", () =>
    Effect.gen(function* () {
      const { into, rows, say, url, warnings } = yield* place
      yield* say("CREATE SCHEMA genesys", "CREATE VIEW genesys.segments_named AS SELECT 1 AS own")
      yield* into(facts)
      assert.deepStrictEqual(yield* rows("SELECT * FROM genesys.segments_named"), [{ own: 1 }])
      assert.lengthOf(yield* rows("SELECT 1 FROM genesys.metrics_named"), 1)
      assert.lengthOf(warnings, 1)
      assert.match(warnings[0]!, /segments_named was there before/)

      const mallory = yield* Database.role(url, "mallory")
      yield* say(`ALTER VIEW genesys.segments_named OWNER TO ${mallory.name}`)
      const error = yield* Effect.flip(into(facts))
      assert.match(error.message, /^segments_named in the schema genesys of .* belongs to the role mallory_of_test\d+/)
      const [, remedy = ""] = /: (ALTER TABLE .*)$/.exec(error.message) ?? []
      yield* say(remedy)
      yield* into(facts)
      assert.lengthOf(yield* rows(names), 1)
    })
  )

  effect("have the days of a time zone, which stays until another is named, and which a session may set", () =>
    Effect.gen(function* () {
      const { into, rows, url, warnings } = yield* place
      const days = Effect.map(
        rows(
          "SELECT local_day::text AS day, presence_on_queue_ms::int AS ms, presence_other_ms::int AS other FROM genesys.agent_status_days ORDER BY 1"
        ),
        (found) => found.map(({ day, ms, other }) => [day, ms, other])
      )
      yield* into(facts)
      assert.deepStrictEqual(yield* days, [])
      yield* into(statusOf)
      // What goes on counts up to the moment of which the row tells, and what nobody knows counts, too.
      assert.deepStrictEqual(yield* days, [["2026-11-01", 7_200_250, 3_599_750]])
      const inKolkata = [
        ["2026-11-01", 5_400_000, 0],
        ["2026-11-02", 1_800_250, 3_599_750]
      ]
      yield* into(facts, url, "Asia/Kolkata")
      assert.deepStrictEqual(yield* days, inKolkata)
      yield* into(facts)
      assert.deepStrictEqual(yield* days, inKolkata)
      const [told] = yield* rows(
        "SELECT obj_description('genesys.agent_status_days'::regclass, 'pg_class') AS doc, obj_description('genesys.agent_status_half_hours'::regclass, 'pg_class') AS half"
      )
      assert.match(String(told?.["doc"]), /on each day, in the time zone Asia\/Kolkata\. /)
      assert.notInclude(String(told?.["half"]), "time zone")
      const query = yield* Effect.scoped(
        Effect.flatMap(PostgresQuery.open({ url, timeZone: "Asia/Kathmandu" }), ({ rows: ask }) =>
          Stream.runCollect(ask("SELECT local_day, presence_on_queue_ms AS ms FROM agent_status_days ORDER BY 1"))
        )
      )
      assert.deepStrictEqual<unknown>(query, [
        { local_day: "2026-11-01", ms: 4_500_000 },
        { local_day: "2026-11-02", ms: 2_700_250 }
      ])
      yield* into(facts, url, "UTC")
      assert.deepStrictEqual(yield* days, [["2026-11-01", 7_200_250, 3_599_750]])
      assert.deepStrictEqual(warnings, [])
      const error = yield* Effect.flip(into(facts, url, "Europe/Berlln"))
      assert.match(error.message, /^"Europe\/Berlln" is no time zone\./)
    })
  )

  effect("have their names to themselves", () =>
    Effect.gen(function* () {
      const { into } = yield* place
      const taken = { ...codes.layout, name: "segments_named" }
      const error = yield* Effect.flip(into(list({ layout: taken }, [])))
      assert.match(error.message, /segments_named is the name of a view there\. Choose other names/)
    })
  )
})
