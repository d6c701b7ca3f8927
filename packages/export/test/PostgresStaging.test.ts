/** Rows beside the tables of the sink: who may put them there, and what becomes of those that are not taken over. */
import { assert, layer } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { randomBytes } from "node:crypto"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import * as PostgresStaging from "../src/PostgresStaging.ts"
import type { Row } from "../src/Row.ts"
import { Sink, type Write } from "../src/Sink.ts"
import { Staging } from "../src/Staging.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"

const day = Partition.ofDay(Kinds.conversations.layout, "2026-11-01")
const row = (key: string): Row => ({
  key,
  asOf: 1_000,
  value: { conversationId: key, conversationStart: "2026-11-01T00:00:00Z" }
})

const reading = <E, R>(rows: Stream.Stream<Row, E, R>): Write<E, R> => ({
  partition: day,
  rows,
  entry: Effect.succeed({ source: "job", asOf: 1_000, rows: 600, running: 0 })
})

const database = Effect.flatMap(Postgres, (postgres) => Effect.map(postgres.database, (text) => Redacted.make(text)))
const waiting = (url: Redacted.Redacted) =>
  Effect.map(Database.query(url, "SELECT count(*)::int AS count FROM genesys.export_staging"), ([found]) =>
    Number(found?.["count"])
  )
const opening = (url: Redacted.Redacted) =>
  Effect.scoped(Layer.build(Layer.fresh(PostgresStaging.layerUrl({ url })))).pipe(Effect.flip)

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("rows beside the tables", ({ effect }) => {
  effect("are taken away when others of their reading fail, or it is broken off", () =>
    Effect.gen(function* () {
      const url = yield* database
      yield* Effect.gen(function* () {
        const staging = yield* Staging
        const many = Stream.fromIterable(Array.from({ length: 600 }, (_, index) => row(String(index))))
        yield* staging.put(reading(many))
        const error = yield* Effect.flip(staging.put(reading(Stream.concat(many, Stream.fail("broken")))))
        assert.strictEqual(error, "broken")
        assert.strictEqual(yield* waiting(url), 600)
        const came = yield* Deferred.make<void>()
        const stuck = Stream.fromEffect(Effect.andThen(Deferred.succeed(came, undefined), Effect.never))
        const fiber = yield* Effect.forkChild(staging.put(reading(Stream.concat(many, stuck))))
        yield* Deferred.await(came)
        assert.isAbove(yield* waiting(url), 600)
        yield* Fiber.interrupt(fiber)
        assert.strictEqual(yield* waiting(url), 600)
      }).pipe(Effect.provide(PostgresStaging.layerUrl({ url })), Effect.provide(PostgresSink.layerUrl({ url })))
    })
  )

  effect("that are lost before they are written are read again, and never taken for none", () =>
    Effect.gen(function* () {
      const url = yield* database
      // As a crash of the server does with a table that is not logged.
      const lost = Stream.concat(
        Stream.fromIterable(Array.from({ length: 300 }, (_, index) => row(String(index)))),
        Stream.fromEffect(Effect.as(Database.query(url, "DELETE FROM genesys.export_staging"), row("last")))
      )
      const write = Sink.use((sink) =>
        sink.write({
          partition: day,
          rows: lost,
          entry: Effect.succeed({ source: "job", asOf: 1_000, rows: 301, running: 0 })
        })
      )
      const error = yield* Effect.flip(Effect.provide(write, PostgresSink.layerUrl({ url })))
      assert.deepInclude(error, { _tag: "SinkError" })
      assert.match(error.message, /^What was read of conversations\/2026-11-01 is not in PostgreSQL at .* any more/)
      assert.notProperty(error, "lasting")
      assert.isEmpty(yield* Database.query(url, "SELECT 1 FROM genesys.export_checkpoint"))
    })
  )

  effect("of which some are lost while they wait are not taken over", () =>
    Effect.gen(function* () {
      const url = yield* database
      yield* Effect.gen(function* () {
        const rows = Stream.fromIterable([row("a"), row("b")])
        const { attempt } = yield* Staging.use((staging) => staging.put(reading(rows)))
        yield* Database.query(url, "DELETE FROM genesys.export_staging WHERE key = 'a'")
        const sink = yield* Sink
        assert.isTrue(Option.isNone(yield* sink.takeOver!({ partition: day, attempt, org: Option.none() })))
        assert.isEmpty(yield* Database.query(url, "SELECT 1 FROM genesys.conversations"))
        assert.isEmpty(yield* sink.checkpoint)
      }).pipe(Effect.provide(PostgresStaging.layerUrl({ url })), Effect.provide(PostgresSink.layerUrl({ url })))
    })
  )

  effect("give their room back to the disk when none waits any more", () =>
    Effect.gen(function* () {
      const url = yield* database
      const size = Effect.map(
        Database.query(url, "SELECT pg_total_relation_size('genesys.export_staging')::int AS size"),
        ([found]) => Number(found?.["size"])
      )
      // Random, so that it cannot be made smaller.
      const large = Array.from({ length: 400 }, (_, index) => ({
        ...row(String(index)),
        value: { ...row(String(index)).value, note: randomBytes(32_768).toString("hex") }
      }))
      yield* Effect.gen(function* () {
        const sink = yield* Sink
        const { attempt } = yield* Staging.use((staging) => staging.put(reading(Stream.make(row("a")))))
        const other = Partition.ofDay(Kinds.conversations.layout, "2026-11-02")
        yield* sink.write({ ...reading(Stream.fromIterable(large)), partition: other })
        assert.isAbove(yield* size, 20_000_000)
        assert.strictEqual(yield* waiting(url), 1)
        assert.isTrue(Option.isSome(yield* sink.takeOver!({ partition: day, attempt, org: Option.none() })))
        assert.isBelow(yield* size, 100_000)
      }).pipe(Effect.provide(PostgresStaging.layerUrl({ url })), Effect.provide(PostgresSink.layerUrl({ url })))
      assert.strictEqual((yield* Database.query(url, "SELECT 1 FROM genesys.conversations")).length, 401)
    })
  )

  effect("wait where an export is, and nowhere else", () =>
    Effect.gen(function* () {
      const url = yield* database
      assert.match(
        String(yield* opening(url)),
        /There is no export in the schema genesys of PostgreSQL at .*Check the URL/
      )
      assert.isEmpty(yield* Database.query(url, "SELECT 1 FROM pg_namespace WHERE nspname = 'genesys'"))
      yield* Effect.provide(Effect.void, PostgresSink.layerUrl({ url }))
      const { name: somebody } = yield* Database.role(url, "owner")
      yield* Database.query(url, `ALTER TABLE genesys.export_staging OWNER TO ${somebody}`)
      const asLoader = yield* loader(url)
      assert.match(String(yield* opening(asLoader)), /The table export_staging in .* belongs to the role owner_of_test/)
    })
  )
})

/** Who may write the rows, and is not a superuser. */
const loader = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const { name: role, url: own } = yield* Database.role(url, "reader")
  yield* Database.query(url, `GRANT USAGE ON SCHEMA genesys TO ${role}`)
  yield* Database.query(url, `GRANT SELECT, INSERT, DELETE ON ALL TABLES IN SCHEMA genesys TO ${role}`)
  return own
})
