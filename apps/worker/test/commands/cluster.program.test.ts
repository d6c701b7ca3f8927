/** `genesys-worker cluster status`, where there is no fleet to look at: it makes nothing, and waits for nothing. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Database from "../../../../packages/export/test/Database.ts"
import { Postgres } from "../../../../packages/export/test/Postgres.ts"
import { freePort } from "../support/Fleet.ts"
import * as InProcess from "../support/InProcess.ts"

const status = (url: string) => InProcess.run(["cluster", "status"], { GENESYS_WORKER_CLUSTER_URL: url })

it.live("says that no worker has run there, and leaves the database as it is", () =>
  Effect.gen(function* () {
    const url = yield* (yield* Postgres).database
    const { code, error, stdout } = yield* status(url)
    assert.deepStrictEqual([code, stdout], [1, ""])
    assert.match(error ?? "", /There is no fleet in PostgreSQL at 127\.0\.0\.1.*Check the URL/)
    const found = yield* Database.query(
      Redacted.make(url),
      "SELECT 1 FROM pg_namespace WHERE nspname = 'genesys_fleet'"
    )
    assert.deepStrictEqual(found, [])
  }).pipe(Effect.provide(Postgres.layer))
)

it.live("says that the database cannot be reached, without its password", () =>
  Effect.gen(function* () {
    const { code, error, stderr } = yield* status(`postgres://worker:canary@127.0.0.1:${yield* freePort}/fleet`)
    assert.strictEqual(code, 1)
    assert.match(error ?? "", /PostgreSQL at 127\.0\.0\.1:\d+\/fleet cannot be used/)
    assert.notInclude(`${error}${stderr}`, "canary")
  })
)
