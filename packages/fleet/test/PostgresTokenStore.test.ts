/**
 * The behaviour suite of token stores on PostgreSQL, and what is PostgreSQL's own: who else may be there, and what is in the table. `PROVE=1`:
 * all of it; else what stores of one machine cannot show, and one of the strangers.
 */
import { assert, layer } from "@effect/vitest"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import * as TokenStoreSuite from "@effect-genesys/auth/testing/TokenStoreSuite"
import { NodeCrypto } from "@effect/platform-node"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Postgres } from "../../export/test/Postgres.ts"
import * as PostgresTokenStore from "../src/PostgresTokenStore.ts"
import * as Database from "./Database.ts"

const isProof = process.env["PROVE"] !== undefined
const isShort = (name: string) =>
  /^(?:gives back what was stored|lets one change at a time happen, whichever)/.test(name)

const storeAt = (url: string) =>
  PostgresTokenStore.layer().pipe(Layer.provide(NodeCrypto.layer), Layer.provideMerge(Database.layerClient(url)))

/** In a database of its own. */
const store = Layer.unwrap(
  Effect.map(
    Effect.flatMap(Postgres, ({ database }) => database),
    storeAt
  )
)

layer(Postgres.layer, { timeout: "2 minutes", excludeTestServices: true })("PostgresTokenStore", (it) => {
  const names = TokenStoreSuite.cases(() => Layer.empty).map(({ name }) => name)
  for (const [index, name] of names.entries()) {
    it.effect.skipIf(!isShort(name) && !isProof)(name, () =>
      Effect.gen(function* () {
        const { database } = yield* Postgres
        // Another store in the same database is another process.
        const url = yield* database
        const found = TokenStoreSuite.cases(() => storeAt(url))[index]
        assert.strictEqual(found?.name, name)
        yield* found?.run ?? Effect.die("no such case")
      })
    )
  }

  it.effect("keeps no token that could be read, and no secret", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      yield* TokenStoreSuite.put(TokenStoreSuite.owner(), "the-very-token")
      const rows = yield* sql.unsafe("SELECT t::text AS row FROM genesys_fleet.token t")
      assert.lengthOf(rows, 1)
      assert.notInclude(JSON.stringify(rows), "the-very-token")
      assert.notInclude(JSON.stringify(rows), "secret")
    }).pipe(Effect.provide(store))
  )

  it.effect("ignores an entry that somebody has put in place of another", () =>
    Effect.gen(function* () {
      const sql = yield* PgClient.PgClient
      yield* TokenStoreSuite.put(TokenStoreSuite.owner(), "one")
      yield* TokenStoreSuite.put(TokenStoreSuite.owner("another-secret"), "two")
      yield* sql.unsafe("UPDATE genesys_fleet.token SET entry = (SELECT max(entry) FROM genesys_fleet.token)")
      const found = [
        yield* TokenStoreSuite.read(TokenStoreSuite.owner()),
        yield* TokenStoreSuite.read(TokenStoreSuite.owner("another-secret"))
      ]
      assert.lengthOf(
        found.filter((token) => token === undefined),
        1
      )
    }).pipe(Effect.provide(store))
  )

  const byOthers: ReadonlyArray<readonly [string, ReadonlyArray<string>, RegExp]> = [
    [
      "a schema of another role",
      ["CREATE SCHEMA genesys_fleet AUTHORIZATION mallory_of_tokens"],
      /The schema genesys_fleet .* belongs to the role mallory_of_tokens.*ALTER SCHEMA genesys_fleet OWNER TO CURRENT_USER/
    ],
    [
      "a table of another role",
      [
        "CREATE SCHEMA genesys_fleet",
        "CREATE TABLE genesys_fleet.token (name text)",
        "ALTER TABLE genesys_fleet.token OWNER TO mallory_of_tokens"
      ],
      /The table token .* belongs to the role mallory_of_tokens/
    ],
    [
      "a schema in which everybody may make something",
      ["CREATE SCHEMA genesys_fleet", "GRANT CREATE ON SCHEMA genesys_fleet TO PUBLIC"],
      /Everybody may create tables.*REVOKE CREATE/
    ]
  ]
  for (const [place, [what, statements, expected]] of byOthers.entries()) {
    it.effect.skipIf(place > 0 && !isProof)(`writes nothing into ${what}, and says so`, () =>
      Effect.gen(function* () {
        const { database } = yield* Postgres
        const url = yield* database
        const prepared = Effect.gen(function* () {
          const sql = yield* PgClient.PgClient
          // The superuser of the tests trusts itself alone.
          yield* Effect.ignore(sql.unsafe("CREATE ROLE mallory_of_tokens"))
          for (const statement of statements) yield* sql.unsafe(statement)
        })
        yield* Effect.provide(prepared, Database.layerClient(url))
        yield* Effect.gen(function* () {
          const tokens = yield* TokenStore
          yield* TokenStoreSuite.put(TokenStoreSuite.owner(), "one")
          assert.isUndefined(yield* TokenStoreSuite.read(TokenStoreSuite.owner()))
          assert.match(tokens.problem?.() ?? "", expected)
        }).pipe(Effect.provide(storeAt(url)))
      })
    )
  }
})
