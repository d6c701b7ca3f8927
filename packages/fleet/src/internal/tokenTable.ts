/** The table of tokens, as the backend of a `TokenStore`. */
import { type Encoded, TokenStoreError } from "@effect-genesys/auth/TokenStore"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type DatabaseFailure, schema } from "./fleetSchema.ts"
import type { Sessions } from "./session.ts"

/** Of the notifications, each with the name of a token. */
export const channel = "genesys_fleet_token"

const Entries = Schema.Array(Schema.Struct({ entry: Schema.String }))
const Versions = Schema.Array(Schema.Struct({ name: Schema.String, version: Schema.String }))
const decodeEntries = Schema.decodeUnknownEffect(Entries)
const decodeVersions = Schema.decodeUnknownEffect(Versions)

const asStoreError = ({ message }: DatabaseFailure) => new TokenStoreError({ message })

/** Without what tells of changes. */
export const make = ({ place, query, withLock }: Sessions): Encoded => {
  const inStore = (statement: string, parameters: ReadonlyArray<unknown>) =>
    Effect.mapError(query(statement, parameters), asStoreError)
  const change = (statement: string, name: string, ...others: ReadonlyArray<string>) =>
    Effect.andThen(
      inStore(statement, [name, ...others]),
      inStore("SELECT pg_catalog.pg_notify($1::text, $2::text)", [channel, name])
    )

  return {
    get: (name) =>
      Effect.flatMap(inStore(`SELECT entry FROM ${schema}.token WHERE name = $1::text`, [name]), (rows) =>
        Effect.map(Effect.orDie(decodeEntries(rows)), ([found]) => Option.fromUndefinedOr(found?.entry))
      ),
    set: (name, text) =>
      change(
        `INSERT INTO ${schema}.token (name, entry) VALUES ($1::text, $2::text)
         ON CONFLICT (name) DO UPDATE SET entry = excluded.entry, changed_at = pg_catalog.clock_timestamp()`,
        name,
        text
      ),
    remove: (name) => change(`DELETE FROM ${schema}.token WHERE name = $1::text`, name),
    withLock: (name, use) => Effect.mapError(withLock(name, use), asStoreError),
    where: () => place
  }
}

/** What there is, and when it was changed, as a text that can only be compared. */
export const versions = ({ query }: Sessions) =>
  Effect.flatMap(query(`SELECT name, changed_at::text AS version FROM ${schema}.token`), (rows) =>
    Effect.orDie(decodeVersions(rows))
  ).pipe(Effect.withTracerEnabled(false))
