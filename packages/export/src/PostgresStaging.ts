/**
 * The place beside the tables of a `PostgresSink`, for whoever reads for its export and does not write it: it holds no lock, makes no
 * table, and trusts them no more than the sink does.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SinkError, type SinkFailure } from "./ExportError.ts"
import * as Client from "./internal/postgres/client.ts"
import * as Migrations from "./internal/postgres/migrations.ts"
import * as Tables from "./internal/postgres/tables.ts"
import { defaultSchema, type PostgresOptions, type UrlOptions } from "./PostgresSink.ts"
import { Staging } from "./Staging.ts"

const make = Effect.fnUntraced(function* ({ schema: given = defaultSchema }: PostgresOptions) {
  const { checkpoint, distrusted, fill, name, sink } = yield* Tables.make(given)
  if (!(yield* distrusted(Migrations.base))) {
    return yield* new SinkError({
      sink,
      message: `There is no export in the schema ${name} of ${sink}. Check the URL and the schema: they must be those of the sink.`
    })
  }
  return Staging.of({
    checkpoint,
    put: (reading) => Effect.map(fill(reading), (attempt) => ({ attempt }))
  })
})

/** Over a client of yours. */
export const layer = (options: PostgresOptions = {}): Layer.Layer<Staging, SinkFailure, PgClient.PgClient> =>
  Layer.effect(Staging, make(options))

/** With a pool of its own, of at most 4 connections, to a database that `PostgresUrl` finds safe. */
export const layerUrl = ({ schema, ...options }: UrlOptions): Layer.Layer<Staging, SinkFailure | ConfigurationError> =>
  Layer.provide(layer({ schema }), Client.layer(options, 4))
