/**
 * A `TokenStore` in a table of PostgreSQL: all workers of a fleet hold one token for each OAuth client, one of them renews it, and the
 * others take the new one over at once. Each entry is sealed with the client's secret, as in a file: who can read the table has nothing.
 */
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import * as PgClient from "@effect/sql-pg/PgClient"
import type * as Aead from "effect/crypto/Aead"
import type * as Digest from "effect/crypto/Digest"
import type * as Kdf from "effect/crypto/Kdf"
import type * as SecureRandom from "effect/crypto/SecureRandom"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Session from "./internal/session.ts"
import * as TokenChanges from "./internal/tokenChanges.ts"
import * as TokenTable from "./internal/tokenTable.ts"

/** How the table is followed. */
export interface PostgresTokenStoreOptions {
  /** How often the table is looked at, beside being told of changes. @default 5 seconds */
  readonly poll?: Duration.Input | undefined
}

/**
 * Over a client of yours: see `export/PostgresUrl` for one that is safe. It keeps one connection of its pool to be told of changes, and
 * uses one more for each renewal. While the database is down, each manager goes on with the token it has, says so once, and asks for one of its own
 * only when that one is about to expire.
 */
export const layer = (
  options: PostgresTokenStoreOptions = {}
): Layer.Layer<never, never, PgClient.PgClient | Digest.Digest | Kdf.Kdf | Aead.Aead | SecureRandom.SecureRandom> =>
  Layer.effect(
    TokenStore,
    Effect.gen(function* () {
      const sessions = Session.make(yield* PgClient.PgClient)
      const poll = Duration.fromInputUnsafe(options.poll ?? "5 seconds")
      const changes = yield* TokenChanges.make({ sessions, poll })
      return yield* TokenStore.makeEncoded({ ...TokenTable.make(sessions), changes })
    })
  )
