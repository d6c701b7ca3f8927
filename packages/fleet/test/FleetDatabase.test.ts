/** How many connections a fleet's database is asked for: all of its clients share what it allows. */
import { assert, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Database from "../../export/test/Database.ts"
import { Postgres } from "../../export/test/Postgres.ts"
import * as FleetDatabase from "../src/FleetDatabase.ts"

it.live("are no more than it may have, and none before they are needed", () =>
  Effect.gen(function* () {
    const url = Redacted.make(yield* (yield* Postgres).database)
    const open = Effect.map(
      Database.query(
        url,
        `SELECT count(*)::int AS open FROM pg_stat_activity
         WHERE application_name = 'effect-genesys fleet' AND datname = current_database()`
      ),
      ([row]) => Number(row?.["open"])
    )
    const busy = Effect.gen(function* () {
      const client = yield* PgClient.PgClient
      const before = yield* open
      yield* Effect.all(
        Array.from({ length: 20 }, () => client.unsafe("SELECT pg_sleep(0.02)")),
        { concurrency: "unbounded" }
      )
      return [before, yield* open]
    })
    const found = yield* Effect.provide(
      busy,
      Layer.provide(FleetDatabase.layer({ url, connections: 3 }), NodeServices.layer)
    )
    assert.deepStrictEqual(found, [0, 3])
  }).pipe(Effect.provide(Postgres.layer))
)
