/** The tables of the cluster in the database of a fleet, and roles that may not make any. */
import { assert, layer } from "@effect/vitest"
import { Sharding } from "effect/cluster/Sharding"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Database from "../../export/test/Database.ts"
import { Postgres } from "../../export/test/Postgres.ts"
import * as Cluster from "../src/Cluster.ts"
import * as FleetDatabase from "../src/FleetDatabase.ts"
import { freePort } from "../../../scripts/test/FreePort.ts"

/** Joins the fleet of a database, and leaves it. */
const join = (url: string) =>
  Effect.flatMap(freePort, (port) =>
    Effect.provide(
      Sharding.use(({ isShutdown }) => isShutdown),
      Cluster.layer({ host: "127.0.0.1", port }).pipe(
        Layer.provide(FleetDatabase.layer({ url: Redacted.make(url) })),
        Layer.provide(NodeServices.layer)
      )
    )
  )

/** A database, and a role in it that may do what is granted to it. */
const place = Effect.gen(function* () {
  const owner = yield* (yield* Postgres).database
  const { name: role, url } = yield* Database.role(Redacted.make(owner), "role")
  const say = (...statements: ReadonlyArray<string>) =>
    Effect.forEach(statements, (statement) => Database.query(Redacted.make(owner), statement), { discard: true })
  return { owner, role, say, url: Redacted.value(url) }
})

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("the tables of a cluster", ({ effect }) => {
  effect("are used by a role that may only read and write them, once another one has made them", () =>
    Effect.gen(function* () {
      const { owner, role, say, url } = yield* place
      yield* join(owner)
      yield* say(
        `GRANT USAGE ON SCHEMA genesys_fleet TO ${role}`,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA genesys_fleet TO ${role}`,
        `GRANT USAGE ON ALL SEQUENCES IN SCHEMA genesys_fleet TO ${role}`
      )
      assert.isFalse(yield* join(url))
    })
  )

  effect("that are not there and may not be made are an error that says what to do", () =>
    Effect.gen(function* () {
      const { owner, role, say, url } = yield* place
      yield* join(owner)
      yield* say(
        "DROP TABLE genesys_fleet.cluster_migrations, genesys_fleet.cluster_messages, genesys_fleet.cluster_replies CASCADE",
        `GRANT USAGE ON SCHEMA genesys_fleet TO ${role}`,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA genesys_fleet TO ${role}`
      )
      const error = yield* Effect.flip(join(url))
      assert.match(error.message, /cannot be made in its database: .*permission.*Let a role that may make tables/)
      assert.notInclude(error.message, "secret")
    })
  )
})
