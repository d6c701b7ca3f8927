import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Partition from "../src/Partition.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"
import { type Place, suite } from "./SinkSuite.ts"

const place = Effect.gen(function* () {
  const { database } = yield* Postgres
  const url = Redacted.make(yield* database)
  return {
    url,
    layer: PostgresSink.layerUrl({ url }),
    conversations: Database.rows(url, "conversations"),
    users: Database.rows(url, "users"),
    corrupt: Effect.asVoid(Database.query(url, `UPDATE genesys.export_checkpoint SET entry = '{"asOf": 5}'`)),
    mend: Effect.asVoid(Database.query(url, `DELETE FROM genesys.export_checkpoint`))
  } satisfies Place & { readonly url: Redacted.Redacted }
})

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("PostgreSQL", (it) => {
  suite((name, body) => it.effect(name, () => Effect.flatMap(place, body), 60_000))

  it.effect(
    "text that its JSON cannot have is replaced, and keeps nothing else from being exported",
    () =>
      Effect.gen(function* () {
        const { conversations, layer: sink } = yield* place
        const value = {
          conversationId: "a",
          conversationStart: "2026-11-01T00:00:00Z",
          note: "a\0b\ud800c \\u0000 \u{1f600}"
        }
        const row: Row = { key: "a", asOf: 0, value }
        const write = Sink.use(({ write: put }) =>
          put({
            partition: Partition.conversations("2026-11-01"),
            rows: Stream.make(row),
            entry: Effect.succeed({ source: "job", asOf: 0, rows: 1, running: 0 })
          })
        )
        yield* Effect.provide(write, sink)
        const note = "a\ufffdb\ufffdc \\u0000 \u{1f600}"
        assert.deepStrictEqual((yield* conversations).get("a"), { ...value, note })
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
