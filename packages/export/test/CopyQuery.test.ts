/** A copy that is asked: in lines, Parquet and PostgreSQL the answers are the same, and the query can do no more than read it. */
import { assert, describe, it, layer } from "@effect/vitest"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Fs from "node:fs"
import { join } from "node:path"
import * as Column from "../src/Column.ts"
import * as FilesQuery from "../src/FilesQuery.ts"
import * as Kinds from "../src/Kinds.ts"
import { type Layout, tablesOf } from "../src/Layout.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as ParquetSink from "../src/ParquetSink.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresQuery from "../src/PostgresQuery.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import { asked, copies, opened, write } from "./AskedCopies.ts"
import * as Database from "./Database.ts"
import * as Files from "./Files.ts"
import { Postgres } from "./Postgres.ts"
import * as SimulatedDay from "./SimulatedDay.ts"

const { layout } = Kinds.conversations
const queues = Kinds.lists.queues.layout

const conversation = (key: string, day: string, more: Readonly<Record<string, unknown>> = {}): Row => ({
  key,
  asOf: Date.parse("2026-11-03T12:00:00.120Z"),
  value: { conversationId: key, conversationStart: `${day}T10:00:00.5Z`, ...more }
})

/** Whatever makes a difference somewhere. */
const odd = conversation('it\'s "odd"; --', "2026-11-02", {
  conversationEnd: "no date",
  externalTag: "a\ud800\udc00 \ud800, \\ud800 \u0000 \u0001|\t\n{}",
  divisionIds: ["x", "a,b", "[]"],
  participants: [
    { purpose: 5, userId: null },
    "none",
    {
      sessions: [
        {
          metrics: ExactNumber.parse(
            '[{"name":"tTalk","value":12345678901234567890},{"value":1E400},{"value":-0.25},{"value":"7"}]'
          ),
          segments: [{ conference: "true", segmentStart: "2026-11-02T10:00:00.120Z" }, { conference: false }]
        }
      ]
    }
  ]
})

const always = new Set(["conversations", "participants", "sessions", "segments", "metrics", "media_endpoint_stats"])

const parts = [
  { kind: layout, day: "2026-11-01", rows: [conversation("a", "2026-11-01"), conversation("b", "2026-11-01")] },
  { kind: layout, day: "2026-11-02", rows: [odd] },
  { kind: queues, rows: [{ key: "q", asOf: 0, value: { id: "q", name: "Sales" } }] }
]

const services = Layer.merge(Postgres.layer, NodeServices.layer)

layer(services, { excludeTestServices: true, timeout: 60_000 })("a copy", ({ effect }) => {
  effect("of a day of the simulator is one and the same in lines, Parquet and PostgreSQL", () =>
    Effect.gen(function* () {
      const { day: today, rows } = yield* SimulatedDay.read(0)
      const all = yield* opened([{ kind: layout, day: today, rows }])
      for (const { columns, key, name, places } of tablesOf(layout)) {
        const names = [key, ...places, ...Object.keys(columns)].join(", ")
        const sql = `SELECT ${names} FROM ${name} ORDER BY ${[key, ...places].join(", ")}`
        const [first, ...others] = yield* Effect.forEach(all, ([, query]) => asked(query, sql))
        // Of what is not always there, the simulator tells a little, or nothing.
        if (always.has(name)) assert.isAbove(first!.length, 50, name)
        for (const other of others) assert.deepStrictEqual(other, first)
      }
    }).pipe(
      Effect.provide(Simulator.layer({ conversationsPerHour: 10, rateLimit: "off", stories: { attributes: 0.8 } }))
    )
  )

  effect("with odd texts, numbers and types is the same in all of them, and holds what it does as near as it can", () =>
    Effect.gen(function* () {
      const all = yield* opened(parts)
      for (const [name, query] of all) {
        const isTable = name === "PostgreSQL"
        assert.deepStrictEqual(
          yield* asked(
            query,
            "SELECT conversation_id, day, conversation_start, conversation_end, division_ids FROM genesys.conversations ORDER BY 1 DESC LIMIT 1 -- the last"
          ),
          [
            {
              conversation_id: odd.key,
              day: "2026-11-02",
              conversation_start: "2026-11-02T10:00:00.5+00:00",
              conversation_end: null,
              division_ids: ["x", "a,b", "[]"]
            }
          ],
          name
        )
        const [tag] = yield* asked(query, "SELECT external_tag FROM conversations WHERE external_tag IS NOT NULL;")
        const nul = isTable ? "\uFFFD" : "\0"
        assert.strictEqual(tag?.["external_tag"], `a\ud800\udc00 \uFFFD, \\ud800 ${nul} \u0001|\t\n{}`, name)
        assert.deepStrictEqual(
          yield* asked(query, "SELECT participant, purpose, user_id FROM participants ORDER BY participant"),
          [0, 1, 2].map((participant) => ({ participant, purpose: null, user_id: null }))
        )
        assert.deepStrictEqual(
          yield* asked(query, "SELECT segment, conference, segment_start FROM segments ORDER BY segment"),
          [
            { segment: 0, conference: null, segment_start: "2026-11-02T10:00:00.12+00:00" },
            { segment: 1, conference: false, segment_start: null }
          ]
        )
        const metrics = yield* asked(query, "SELECT value FROM metrics ORDER BY metric")
        assert.deepStrictEqual(metrics.slice(2), [{ value: -0.25 }, { value: null }])
        assert.deepStrictEqual(
          JSON.stringify(metrics[0]),
          isTable ? '{"value":12345678901234567890}' : '{"value":12345678901234567000}'
        )
        assert.deepStrictEqual(yield* asked(query, "SELECT id, name, deleted_at FROM queues"), [
          { id: "q", name: "Sales", deleted_at: null }
        ])
        assert.deepStrictEqual(yield* asked(query, "SELECT as_of FROM conversations WHERE conversation_id = 'a'"), [
          { as_of: "2026-11-03T12:00:00.12+00:00" }
        ])
        // Exact where they are made: a sum of whole numbers that JavaScript would change.
        assert.strictEqual(
          JSON.stringify(
            yield* asked(query, "SELECT CAST(9007199254740993 AS bigint) AS n, CAST(1.10 AS decimal(5, 2)) AS d")
          ),
          '[{"n":9007199254740993,"d":1.1}]'
        )
        assert.isNotEmpty(yield* asked(query, "EXPLAIN SELECT 1"))
        if (isTable) continue
        const nested = yield* asked(
          query,
          "SELECT [TIMESTAMPTZ '2026-11-01 00:00:00Z', NULL] AS l, {a: 9007199254740993} AS s, '{\"a\": [1]}'::JSON AS j"
        )
        assert.strictEqual(
          JSON.stringify(nested),
          '[{"l":["2026-11-01T00:00:00+00:00",null],"s":{"a":9007199254740993},"j":{"a":[1]}}]'
        )
      }
    })
  )

  effect("has each column of a query, also of those with one name", () =>
    Effect.gen(function* () {
      for (const [name, query] of yield* opened(parts)) {
        const sql = `SELECT count(*) AS n, count(conversation_end) AS n, 'x' AS "a ""b""" FROM conversations`
        assert.deepStrictEqual(yield* asked(query, sql), [{ n: 3, "n:1": 0, 'a "b"': "x" }], name)
      }
    })
  )

  effect("in PostgreSQL is only read, within a time, in one statement, with PostgreSQL's own functions", () =>
    Effect.gen(function* () {
      const { url } = yield* copies(parts)
      yield* Database.query(url, "CREATE FUNCTION genesys.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'mine' $$")
      const query = yield* PostgresQuery.open({ url, timeLimit: "1500 millis" })
      for (const [sql, message] of [
        ["DELETE FROM conversations", /syntax error/],
        ["WITH gone AS (DELETE FROM conversations RETURNING 1) SELECT * FROM gone", /top level/],
        ["SELECT 1; DELETE FROM conversations", /syntax error/],
        ["SELECT 1) q; COMMIT; DELETE FROM conversations; SELECT (SELECT 1", /cannot insert multiple commands/],
        ["EXPLAIN ANALYZE DELETE FROM conversations", /read-only transaction/],
        ["SELECT nextval('genesys.export_staging_place_seq')", /read-only transaction/],
        ["SELECT pg_sleep(5)", /canceling statement due to statement timeout|took longer than the 1s 500ms/],
        ["SELECT nothing FROM conversations", /column "nothing" does not exist/]
      ] as const) {
        const error = yield* Effect.flip(asked(query, sql))
        assert.match(error.message, message, sql)
        assert.strictEqual(error.reason, sql.includes("pg_sleep") ? "Limit" : "Sql", sql)
      }
      assert.deepStrictEqual(yield* asked(query, "SELECT lower('A') AS a, count(*) AS n FROM conversations"), [
        { a: "a", n: 3 }
      ])
    })
  )
})

const files = <A, E>(
  body: Effect.Effect<A, E, Layer.Success<typeof NodeServices.layer> | import("effect/Scope").Scope>
) => Effect.scoped(Effect.provide(body, NodeServices.layer))

describe("a copy in files", () => {
  it.live("of a day that grows is all that came, each row once, in its latest version", () =>
    files(
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        const lot = (minute: number) =>
          Sink.use((sink) =>
            sink.write({
              partition: Partition.ofDay(layout, "2026-11-01"),
              rows: Stream.fromIterable(
                [`k${minute}`, "again"].map((key) => {
                  const row = conversation(key, "2026-11-01", { externalTag: `${minute}` })
                  return Object.assign({}, row, { asOf: row.asOf + minute * 60_000 })
                })
              ),
              entry: Effect.succeed({ source: "job", asOf: 0, rows: minute, running: 0 }),
              more: minute > 1
            })
          )
        yield* Effect.forEach([1, 2, 3, 4, 5], lot).pipe(Effect.provide(Layer.fresh(NdjsonSink.layer({ directory }))))
        assert.isAbove(Fs.readdirSync(join(directory, "conversations")).length, 1)
        const query = yield* FilesQuery.open({ directory })
        const rows = yield* asked(
          query,
          "SELECT conversation_id AS id, external_tag AS tag FROM conversations ORDER BY 1"
        )
        assert.deepStrictEqual(rows, [
          { id: "again", tag: "5" },
          ...[1, 2, 3, 4, 5].map((minute) => ({ id: `k${minute}`, tag: `${minute}` }))
        ])
      })
    )
  )

  it.live(
    "in Parquet that an earlier version has made is read with what it lacks as NULL, also beside newer files",
    () =>
      files(
        Effect.gen(function* () {
          const directory = yield* Files.temporary
          const { columns, children, ...table } = layout.table
          const { external_tag: _, ...fewer } = columns
          const early: Layout = {
            ...layout,
            name: "early",
            table: {
              ...table,
              columns: Object.assign({}, fewer, {
                division_ids: Column.text("divisionIds"),
                gone: Column.text("externalTag")
              }),
              children: children.map((child) => Object.assign({}, child, { name: `early_${child.name}`, children: [] }))
            }
          }
          const value = (key: string) =>
            conversation(key, "2026-11-01", { externalTag: key, participants: [{ purpose: "agent" }] })
          yield* Effect.provide(
            write([{ kind: early, day: "2026-11-01", rows: [value("a")] }]),
            Layer.fresh(ParquetSink.layer({ directory }))
          )
          for (const [from, to] of [
            ["early", "conversations"],
            ["early_participants", "participants"]
          ] as const)
            Fs.renameSync(join(directory, from), join(directory, to))
          for (const more of [false, true]) {
            if (more) {
              const newer = yield* Files.temporary
              yield* Effect.provide(
                write([{ kind: layout, day: "2026-11-02", rows: [value("b")] }]),
                Layer.fresh(ParquetSink.layer({ directory: newer }))
              )
              for (const folder of ["conversations", "participants"])
                Fs.copyFileSync(
                  join(newer, folder, "2026-11-02.parquet"),
                  join(directory, folder, "2026-11-02.parquet")
                )
            }
            const query = yield* FilesQuery.open({ directory })
            const found = yield* asked(
              query,
              "SELECT conversation_id AS id, external_tag, division_ids, gone, purpose FROM conversations JOIN participants USING (conversation_id) ORDER BY 1"
            )
            assert.deepStrictEqual(found, [
              { id: "a", external_tag: null, division_ids: null, gone: "a", purpose: "agent" },
              ...(more ? [{ id: "b", external_tag: "b", division_ids: null, gone: null, purpose: "agent" }] : [])
            ])
            assert.isEmpty(yield* asked(query, "SELECT queue_name FROM segments_named"))
          }
        })
      )
  )

  it.live("has lines as long as its memory allows, and says how much a longer one takes", () =>
    files(
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        const long = conversation("long", "2026-11-01", { externalTag: "x".repeat(33_000_000) })
        yield* Effect.provide(
          write([{ kind: layout, day: "2026-11-01", rows: [conversation("a", "2026-11-01"), long] }]),
          Layer.fresh(NdjsonSink.layer({ directory }))
        )
        const sql = "SELECT max(length(external_tag)) AS n FROM conversations"
        const error = yield* Effect.flip(asked(yield* FilesQuery.open({ directory }), sql))
        assert.strictEqual(error.reason, "Limit")
        assert.match(
          error.message,
          /A line of the copy is longer than the 29 MB that are read of one with 1GB of memory/
        )
        assert.deepStrictEqual(yield* asked(yield* FilesQuery.open({ directory, memory: "2GB" }), sql), [
          { n: 33_000_000 }
        ])
      })
    )
  )

  it.live("says the same whatever the folders are called that it lies in", () =>
    files(
      Effect.gen(function* () {
        const directory = join(yield* Files.temporary, "day=2020-01-01", "org=theirs", "copy")
        yield* Effect.provide(write(parts), Layer.fresh(ParquetSink.layer({ directory })))
        const query = yield* FilesQuery.open({ directory })
        assert.deepStrictEqual(yield* asked(query, "SELECT DISTINCT day FROM conversations ORDER BY 1"), [
          { day: "2026-11-01" },
          { day: "2026-11-02" }
        ])
        const [row] = yield* asked(query, "SELECT * FROM conversations LIMIT 1")
        assert.notProperty(row, "org")
      })
    )
  )

  it.live("is all that a query reads, and is only read", () =>
    files(
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        const secret = join(yield* Files.temporary, "secret.csv")
        Fs.writeFileSync(secret, "secret\n1\n")
        yield* Effect.provide(write(parts), Layer.fresh(ParquetSink.layer({ directory })))
        const query = yield* FilesQuery.open({ directory })
        const file = join(directory, "conversations/2026-11-01.parquet")
        const before = Fs.readFileSync(file)
        for (const sql of [
          `SELECT * FROM read_csv('${secret}')`,
          `SELECT * FROM read_text('${secret}')`,
          `SELECT * FROM read_blob('/etc/hostname')`,
          `SELECT * FROM '${secret}'`,
          `SELECT * FROM glob('${secret}')`,
          `SELECT * FROM glob('/etc/*')`,
          `SELECT * FROM read_text('${directory}/checkpoint.json')`,
          "SELECT * FROM read_parquet('http://127.0.0.1:1/a.parquet')",
          "SELECT * FROM read_parquet('s3://a/b.parquet')",
          "SELECT * FROM query('SELECT 1; DROP VIEW conversations')",
          `COPY (SELECT 1) TO '${file}'`,
          `COPY (SELECT 1) TO '${directory}/x.parquet'`,
          `ATTACH '${directory}/x.db'`,
          "INSTALL httpfs",
          "LOAD httpfs",
          "SET enable_external_access = true",
          "RESET lock_configuration",
          "SET VARIABLE a = 1",
          "CREATE TABLE x (a int)",
          "DROP VIEW conversations",
          "CREATE OR REPLACE VIEW conversations AS SELECT 1",
          "CALL pragma_version()",
          "EXPORT DATABASE 'x'",
          "SELECT 1; SELECT 2",
          "",
          "SELEC"
        ]) {
          const found = yield* Effect.result(asked(query, sql))
          assert.isTrue(found._tag === "Failure" || found.success.length === 0, sql)
          assert.notInclude(JSON.stringify(found), '"secret"')
        }
        assert.deepStrictEqual(Fs.readFileSync(file), before)
        assert.deepStrictEqual(yield* asked(query, "SELECT count(*) AS n FROM conversations"), [{ n: 3 }])
        assert.isEmpty(Fs.readdirSync(directory).filter((name) => name.startsWith("x")))
      })
    )
  )

  it.live("with a name that could be a pattern or a string, a link or another format in it is refused", () =>
    files(
      Effect.gen(function* () {
        const parent = yield* Files.temporary
        const made = Effect.fnUntraced(function* (name: string) {
          const directory = join(parent, name)
          yield* Effect.provide(write(parts), Layer.fresh(ParquetSink.layer({ directory })))
          return directory
        })
        const refused = (directory: string) =>
          Effect.map(Effect.flip(FilesQuery.open({ directory })), ({ message }) => message)
        assert.match(yield* refused(yield* made("a*")), /has one of the characters \* \? \[ \] \{ \}/)
        const quoted = yield* FilesQuery.open({ directory: yield* made("it's; DROP --") })
        assert.lengthOf(yield* asked(quoted, "SELECT * FROM conversations"), 3)

        const linked = yield* made("linked")
        Fs.symlinkSync("/etc/hostname", join(linked, "conversations/2026-11-05.parquet"))
        assert.match(yield* refused(linked), /2026-11-05\.parquet is a symbolic link, which is never followed/)
        Fs.rmSync(join(linked, "conversations/2026-11-05.parquet"))
        Fs.symlinkSync("/etc", join(linked, "others"))
        assert.match(yield* refused(linked), /others is a symbolic link/)
        Fs.rmSync(join(linked, "others"))
        // What no sink has named is not read.
        Fs.writeFileSync(join(linked, "conversations/it's odd.parquet"), "no parquet")
        assert.lengthOf(yield* asked(yield* FilesQuery.open({ directory: linked }), "FROM conversations"), 3)
        Fs.chmodSync(linked, 0o777)
        assert.match(yield* refused(linked), /chmod go-w/)

        const mixed = yield* made("mixed")
        Fs.writeFileSync(join(mixed, "conversations/2026-11-05.ndjson"), "")
        Fs.mkdirSync(join(mixed, "users2"))
        Fs.writeFileSync(join(mixed, "queues/queues.ndjson"), "")
        assert.match(yield* refused(mixed), /has files of two formats/)
        assert.match(yield* refused(join(parent, "none")), /none cannot be read as a copy/)
        Fs.mkdirSync(join(parent, "empty"))
        assert.match(yield* refused(join(parent, "empty")), /There is no copy in .*empty: name a directory/)
      })
    )
  )

  it.live("is asked within a time and a memory", () =>
    files(
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        yield* Effect.provide(write(parts), Layer.fresh(ParquetSink.layer({ directory })))
        const query = yield* FilesQuery.open({ directory, timeLimit: "200 millis", memory: "64MB" })
        const endless = "SELECT count(*) FROM range(1000000000) a, range(1000000) b WHERE hash(a.range * b.range) = 7"
        const late = yield* Effect.flip(asked(query, endless))
        assert.strictEqual(late.reason, "Limit")
        assert.match(late.message, /took longer than the 200ms that it may/)
        const large = yield* FilesQuery.open({ directory, memory: "64MB" })
        const out = yield* Effect.flip(asked(large, "SELECT len(list(i)) FROM range(100000000) t(i)"))
        assert.strictEqual(out.reason, "Limit", out.message)
      })
    )
  )
})
