/** A client of a database of the tests, as each worker of a fleet has one. */
import * as PostgresUrl from "@effect-genesys/export/PostgresUrl"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export const layerClient = (url: string) =>
  Layer.unwrap(Effect.map(PostgresUrl.parse({ url: Redacted.make(url) }), (config) => PgClient.layer(config))).pipe(
    Layer.provide(NodeServices.layer),
    Layer.orDie
  )
