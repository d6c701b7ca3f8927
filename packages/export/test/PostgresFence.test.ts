/** Of two exporters the one that has lost the lock writes nothing any more, wherever it was when that happened. */
import { assert, layer } from "@effect/vitest"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresStaging from "../src/PostgresStaging.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import { Staging } from "../src/Staging.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"

const family = 1_734_700_659
const conversations = Kinds.conversations.layout
const day = Partition.ofDay(conversations, "2026-11-01")
const row = (key: string): Row => ({
  key,
  asOf: 1_000,
  value: { conversationId: key, conversationStart: "2026-11-01T00:00:00Z" }
})
const entry = { source: "job", asOf: 1_000, rows: 1, running: 0 } as const

/** An exporter of its own, and how it ends. */
const exporter = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const scope = yield* Scope.make()
  const context = yield* Layer.buildWithScope(Layer.fresh(PostgresSink.layerUrl({ url })), scope)
  return { sink: Context.get(context, Sink), close: Scope.close(scope, Exit.void) }
})

/** As PostgreSQL ends it, of which nothing is heard any more. */
const endLock = (url: Redacted.Redacted) =>
  Database.query(
    url,
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = ${family} AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
  )

const checkpoint = (url: Redacted.Redacted) =>
  Database.query(url, "SELECT partition, entry FROM genesys.export_checkpoint")

/** Each has a database of its own, and waits for seconds. */
const options = { excludeTestServices: true, timeout: 60_000, concurrent: true }

layer(Postgres.layer, options)("an exporter that has lost its lock", (it) => {
  it.effect(
    "while its rows came writes nothing when another one has it, whose rows stay",
    () =>
      Effect.gen(function* () {
        const { database } = yield* Postgres
        const url = Redacted.make(yield* database)
        const first = yield* exporter(url)
        const [begun, goOn] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        const rows = Stream.concat(
          Stream.fromEffect(Effect.as(Deferred.succeed(begun, undefined), row("old"))),
          Stream.fromEffect(Effect.as(Deferred.await(goOn), row("late")))
        )
        const writing = yield* Effect.forkChild(
          first.sink.write({ partition: day, rows, entry: Effect.succeed(entry) })
        )
        yield* Deferred.await(begun)
        yield* endLock(url)
        const second = yield* exporter(url)
        yield* second.sink.write({
          partition: day,
          rows: Stream.make(row("new")),
          entry: Effect.succeed({ ...entry, asOf: 2_000 })
        })
        yield* Deferred.succeed(goOn, undefined)
        const exit = yield* Fiber.await(writing)
        assert.isTrue(Exit.isFailure(exit))
        assert.include(JSON.stringify(exit), "Another exporter is at work")
        assert.deepStrictEqual([...(yield* Database.rows(url, conversations)).keys()], ["new"])
        const [found] = yield* checkpoint(url)
        assert.include(JSON.stringify(found), "00:00:02")
        yield* second.close
        yield* first.close
      }),
    60_000
  )

  it.effect(
    "takes nothing away of what others have read for who has it",
    () =>
      Effect.gen(function* () {
        const { database } = yield* Postgres
        const url = Redacted.make(yield* database)
        const first = yield* exporter(url)
        yield* endLock(url)
        const second = yield* exporter(url)
        const read = Staging.use((staging) =>
          staging.put({ partition: day, rows: Stream.make(row("read")), entry: Effect.succeed(entry) })
        )
        const { attempt } = yield* Effect.provide(read, PostgresStaging.layerUrl({ url }))
        const exit = yield* Effect.exit(
          first.sink.write({ partition: day, rows: Stream.make(row("old")), entry: Effect.succeed(entry) })
        )
        assert.include(JSON.stringify(exit), "Another exporter is at work")
        const taken = yield* second.sink.takeOver!({ partition: day, attempt, org: Option.none() })
        assert.deepStrictEqual(taken, Option.some(entry))
        assert.deepStrictEqual([...(yield* Database.rows(url, conversations)).keys()], ["read"])
        yield* second.close
        yield* first.close
      }),
    60_000
  )

  it.effect(
    "takes it again if nobody else has it, and goes on",
    () =>
      Effect.gen(function* () {
        const { database } = yield* Postgres
        const url = Redacted.make(yield* database)
        const only = yield* exporter(url)
        yield* endLock(url)
        yield* only.sink.write({ partition: day, rows: Stream.make(row("one")), entry: Effect.succeed(entry) })
        assert.lengthOf([...(yield* Database.rows(url, conversations)).keys()], 1)
        yield* only.close
      }),
    60_000
  )

  it.effect(
    "is waited for while it still writes, so that what it writes comes before",
    () =>
      Effect.gen(function* () {
        const { database } = yield* Postgres
        const url = Redacted.make(yield* database)
        yield* Effect.flatMap(exporter(url), ({ close }) => close)
        const [begun, end] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        // As a writer that was stopped between its fence and its commit.
        const transaction = yield* Effect.forkChild(
          Effect.gen(function* () {
            const sql = yield* PgClient.PgClient
            yield* sql.unsafe(`SELECT pg_advisory_xact_lock(${family + 1}, hashtext('genesys'))`)
            yield* Deferred.succeed(begun, undefined)
            yield* Deferred.await(end)
          }).pipe(
            (effect) => Effect.flatMap(PgClient.PgClient, (sql) => sql.withTransaction(effect)),
            Effect.provide(PgClient.layer({ url }))
          )
        )
        yield* Deferred.await(begun)
        const next = yield* Effect.forkChild(exporter(url))
        yield* Effect.sleep("500 millis")
        assert.isUndefined(next.pollUnsafe())
        yield* Deferred.succeed(end, undefined)
        yield* Fiber.join(transaction)
        const { close } = yield* Fiber.join(next)
        yield* close
      }).pipe(Effect.scoped),
    60_000
  )
})
