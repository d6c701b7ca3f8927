/** What is in the tables of a PostgreSQL sink. */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import type { Layout } from "../src/Layout.ts"
import * as Fingerprints from "./Fingerprints.ts"

interface Connection {
  readonly scope: Scope.Closeable
  readonly client: Effect.Effect<PgClient.PgClient>
}

/** By its URL. To connect costs the server more than most of what it is asked: who asks again does so by the same connection. */
const connections = new Map<string, Connection>()

const connected = (url: Redacted.Redacted): Connection => {
  const scope = Scope.makeUnsafe()
  const built = Effect.map(Layer.buildWithScope(PgClient.layer({ url, maxConnections: 1 }), scope), (context) =>
    Context.get(context, PgClient.PgClient)
  )
  const client = built.pipe(
    Effect.orDie,
    Effect.onExit((exit) => Effect.sync(() => Exit.isFailure(exit) && connections.delete(Redacted.value(url))))
  )
  return { scope, client: Effect.runSync(Effect.cached(client)) }
}

export const query = (url: Redacted.Redacted, statement: string) =>
  Effect.suspend(() => {
    const connection = connections.get(Redacted.value(url)) ?? connected(url)
    connections.set(Redacted.value(url), connection)
    return Effect.flatMap(connection.client, (sql) => sql.unsafe<Record<string, unknown>>(statement))
  }).pipe(Effect.orDie)

/** A role that may log in, and its URL. Roles are those of all databases of a server: its name tells in which it is used. */
export const role = Effect.fnUntraced(function* (url: Redacted.Redacted, what: string) {
  const own = new URL(Redacted.value(url))
  const name = `${what}_of_${own.pathname.slice(1)}`
  yield* query(url, `CREATE ROLE ${name} LOGIN PASSWORD 'secret'`)
  Object.assign(own, { username: name, password: "secret" })
  return { name, url: Redacted.make(own.href) }
})

/** Ends the connections to the server on that port, before it does. */
export const disconnect = (port: number) =>
  Effect.suspend(() => {
    const found = [...connections].filter(([url]) => new URL(url).port === String(port))
    for (const [url] of found) connections.delete(url)
    return Effect.forEach(found, ([, { scope }]) => Scope.close(scope, Exit.void), { discard: true })
  })

/** The raw rows by their key. */
export const rows = (url: Redacted.Redacted, { name, table }: Layout) =>
  Effect.map(
    query(url, `SELECT ${table.key} AS key, raw FROM genesys.${name}`),
    (found) => new Map(found.map(({ key, raw }) => [String(key), raw]))
  )

/** When those rows were marked that are, by their key. */
export const deleted = (url: Redacted.Redacted, { name, table }: Layout) =>
  Effect.map(
    query(
      url,
      `SELECT ${table.key} AS key, (extract(epoch FROM deleted_at) * 1000)::float8 AS at FROM genesys.${name} WHERE deleted_at IS NOT NULL`
    ),
    (found) => new Map(found.map(({ at, key }) => [String(key), Number(at)]))
  )

/** Of every conversation, by its id; read a day at a time. */
export const fingerprints = Effect.fnUntraced(function* (url: Redacted.Redacted) {
  const found = new Map<string, string>()
  for (const { day } of yield* query(url, "SELECT DISTINCT day::text AS day FROM genesys.conversations")) {
    const select = `SELECT conversation_id AS key, raw FROM genesys.conversations WHERE day = '${String(day)}'`
    for (const { key, raw } of yield* query(url, select)) found.set(String(key), Fingerprints.of(raw))
  }
  return found
})
