/**
 * What each sink must do, of one in PostgreSQL. `PROVE=1`: all of it, with many rows, too, of which `PostgresGrowth.test.ts` has some; else
 * what PostgreSQL does for it otherwise than files do.
 */
import { assert, layer } from "@effect/vitest"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Layout } from "../src/Layout.ts"
import * as SinkSuite from "../src/testing/SinkSuite.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import * as PostgresStaging from "../src/PostgresStaging.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"

const isProof = process.env["PROVE"] !== undefined
const isShort = (name: string) =>
  /^(?:it is empty at first|a later version replaces|an interruption changes|a second exporter is refused|what others have put beside|an older listing|a row that comes back|of a whole listing|days that are taken away)/.test(
    name
  )

const place = Effect.gen(function* () {
  const { database } = yield* Postgres
  const url = Redacted.make(yield* database)
  return {
    url,
    layer: PostgresSink.layerUrl({ url }),
    staging: PostgresStaging.layerUrl({ url }),
    rows: (kind: Layout) => Database.rows(url, kind),
    deleted: (kind: Layout) => Database.deleted(url, kind),
    corrupt: Effect.asVoid(Database.query(url, `UPDATE genesys.export_checkpoint SET entry = '{"asOf": 5}'`)),
    mend: Effect.asVoid(Database.query(url, `DELETE FROM genesys.export_checkpoint`))
  }
})

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("PostgreSQL", (it) => {
  for (const { name, run } of [
    ...SinkSuite.lastingCases(place),
    ...SinkSuite.sharedCases(place),
    ...SinkSuite.removingCases(place)
  ])
    it.effect.skipIf(!isShort(name) && !isProof)(name, () => run, 60_000)

  it.effect(
    "text that its JSON cannot have is replaced, and keeps nothing else from being exported",
    () =>
      Effect.gen(function* () {
        const { layer: sink, rows } = yield* place
        const value = {
          conversationId: "a",
          conversationStart: "2026-11-01T00:00:00Z",
          note: "a\0b\ud800c \\u0000 \u{1f600}"
        }
        const row: Row = { key: "a", asOf: 0, value }
        const write = Sink.use(({ write: put }) =>
          put({
            partition: Partition.ofDay(Kinds.conversations.layout, "2026-11-01"),
            rows: Stream.make(row),
            entry: Effect.succeed({ source: "job", asOf: 0, rows: 1, running: 0 })
          })
        )
        yield* Effect.provide(write, sink)
        const note = "a\ufffdb\ufffdc \\u0000 \u{1f600}"
        assert.deepStrictEqual((yield* rows(Kinds.conversations.layout)).get("a"), { ...value, note })
      }),
    60_000
  )

  it.effect(
    "numbers are kept in the raw rows and in columns, and one that PostgreSQL cannot have is text, and null in a column",
    () =>
      Effect.gen(function* () {
        const { layer: sink, url } = yield* place
        const numbers = ["12", "0.30000000000000004", "9007199254740993", "1E400", "1E200000", "-1e-20000"]
        const metrics = numbers.map((value) => `{"name":"tTalk","value":${value}}`).join(",")
        const value = ExactNumber.parse(
          `{"conversationId":"a","n":[${numbers.join(",")}],"e\\u0000":"x","participants":[{"sessions":[{"metrics":[${metrics}]}]}]}`
        )
        const rows = Stream.make({ key: "a", asOf: 0, value: Object(value) })
        const entry = { source: "job", asOf: 0, rows: 1, running: 0 } as const
        const user = Object(ExactNumber.parse(`{"id":"u","version":12345678901234567890}`))
        yield* Sink.use(({ write }) =>
          Effect.andThen(
            write({
              partition: Partition.ofDay(Kinds.conversations.layout, "2026-11-01"),
              rows,
              entry: Effect.succeed(entry)
            }),
            write({
              partition: Partition.whole(Kinds.users.layout),
              rows: Stream.make({ key: "u", asOf: 0, value: user }),
              entry: Effect.succeed({ ...entry, source: "list" })
            })
          )
        ).pipe(Effect.provide(sink))
        const [raw] = yield* Database.query(
          url,
          "SELECT raw->>'n' AS n, raw ? 'e\ufffd' AS key FROM genesys.conversations"
        )
        const large = `1${"0".repeat(400)}`
        assert.deepStrictEqual(raw, {
          n: `[12, 0.30000000000000004, 9007199254740993, ${large}, "1E200000", "-1e-20000"]`,
          key: true
        })
        const cells = yield* Database.query(url, "SELECT value::text FROM genesys.metrics ORDER BY metric")
        assert.deepStrictEqual(
          cells.map((cell) => cell["value"]),
          ["12", "0.30000000000000004", "9007199254740993", large, null, null]
        )
        const users = yield* Database.query(url, "SELECT version::text, raw->>'version' AS raw FROM genesys.users")
        assert.deepStrictEqual(users, [{ version: "12345678901234567890", raw: "12345678901234567890" }])
      }),
    60_000
  )

  it.effect("where nothing listens, the error says where that is, and why, without the password", () =>
    Effect.gen(function* () {
      const url = Redacted.make("postgres://me:canary@127.0.0.1:1/contacts")
      const { _tag, message } = yield* Effect.flip(Effect.scoped(Layer.build(PostgresSink.layerUrl({ url }))))
      assert.strictEqual(_tag, "SinkError")
      assert.match(message, /^PostgreSQL at 127\.0\.0\.1:1\/contacts cannot be read or written: [^\n]*ECONNREFUSED/)
      assert.notInclude(message, "canary")
    })
  )
})
