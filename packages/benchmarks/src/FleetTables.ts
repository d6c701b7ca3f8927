/** The database of a fleet that is measured: a PostgreSQL of its own, and what its tables and its counters say. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

/** PostgreSQL in a process of its own, which is asked one thing after the other. */
export const database = Effect.gen(function* () {
  const script = fileURLToPath(new URL("../../fleet/test/DatabaseProcess.ts", import.meta.url))
  const child: ChildProcess = yield* Effect.acquireRelease(
    Effect.promise(async () => {
      const server = fork(script, { execArgv: ["--conditions=@effect-genesys/source"] })
      await once(server, "message")
      return server
    }),
    (server) =>
      Effect.promise(async () => {
        server.disconnect()
        await once(server, "exit")
      })
  )
  const ask = <A>(
    what: "database" | { readonly url: string; readonly sql: string },
    schema: Schema.Codec<A, unknown>
  ) =>
    Effect.promise(async () => {
      const answer = once(child, "message")
      child.send(what)
      return (await answer)[0] as unknown
    }).pipe(Effect.flatMap(Schema.decodeUnknownEffect(schema)), Effect.orDie)
  return { ask, make: ask("database", Schema.String) }
})
export type Database = Effect.Success<typeof database>

const Fleet = Schema.NonEmptyArray(
  Schema.Struct({
    runners: Schema.Int,
    placed: Schema.Int,
    /** When a job has come to a place, and when one has begun or ended, by PostgreSQL's clock, which is this machine's. */
    changed: Schema.NullOr(Schema.Finite),
    worked: Schema.NullOr(Schema.Finite),
    now: Schema.Finite
  })
)
const Counted = Schema.NonEmptyArray(Schema.Struct({ transactions: Schema.Finite, connections: Schema.Int }))
const Owners = Schema.Array(Schema.Struct({ runner: Schema.String, jobs: Schema.Int }))

export const look = (of: Database, url: string) => {
  const asked = <A>(sql: string, schema: Schema.Codec<A, unknown>) => of.ask({ url, sql }, schema)
  return {
    fleet: Effect.map(
      asked(
        `SELECT (SELECT count(*)::int FROM genesys_fleet.cluster_runners) AS runners,
           count(*) FILTER (WHERE runner IS NOT NULL)::int AS placed, (extract(epoch FROM max(since)) * 1000)::float8 AS changed,
           (extract(epoch FROM greatest(max(began_at), max(ended_at))) * 1000)::float8 AS worked, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now
         FROM genesys_fleet.job`,
        Fleet
      ),
      ([found]) => found
    ),
    /** Without this connection and what it does. */
    counted: Effect.map(
      asked(
        `SELECT (xact_commit + xact_rollback)::float8 AS transactions,
           (SELECT count(*)::int - 1 FROM pg_stat_activity WHERE datname = current_database()) AS connections
         FROM pg_stat_database WHERE datname = current_database()`,
        Counted
      ),
      ([found]) => found
    ),
    owners: asked(
      "SELECT runner, count(*)::int AS jobs FROM genesys_fleet.job WHERE runner IS NOT NULL GROUP BY 1 ORDER BY 2 DESC",
      Owners
    ),
    isThere: Effect.map(
      asked("SELECT 1 WHERE to_regclass('genesys_fleet.cluster_runners') IS NOT NULL", Schema.Array(Schema.Unknown)),
      (rows) => rows.length > 0
    )
  }
}
export type Look = ReturnType<typeof look>
