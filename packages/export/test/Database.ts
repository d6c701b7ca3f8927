/** What is in the tables of a PostgreSQL sink. */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Layout } from "../src/Layout.ts"
import * as Fingerprints from "./Fingerprints.ts"

export const query = (url: Redacted.Redacted, statement: string) =>
  Effect.flatMap(PgClient.PgClient, (sql) => sql.unsafe<Record<string, unknown>>(statement)).pipe(
    Effect.provide(PgClient.layer({ url })),
    Effect.orDie
  )

/** The raw rows by their key. */
export const rows = (url: Redacted.Redacted, { name, table }: Layout) =>
  Effect.map(
    query(url, `SELECT ${table.key} AS key, raw FROM genesys.${name}`),
    (found) => new Map(found.map(({ key, raw }) => [String(key), raw]))
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
