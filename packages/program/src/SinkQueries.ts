/** What a sink holds, opened to be asked in SQL. It is apart from `SinkSettings`, so that whoever never asks does not have what it takes. */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type { CopyQuery, QueryOptions } from "@effect-genesys/export/CopyQuery"
import type { SinkFailure } from "@effect-genesys/export/ExportError"
import type { QueryError } from "@effect-genesys/export/QueryError"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import type * as Scope from "effect/Scope"
import { databaseOf } from "./internal/sinks/postgres.ts"
import type { Sink } from "./SinkSettings.ts"

/** What a query may take, wherever the sink is. `memory` matters to files only. */
export interface AskOptions extends QueryOptions {
  /** How much memory a query over files may take, such as `2GB`. */
  readonly memory?: string | undefined
}

type Opened = Effect.Effect<
  CopyQuery,
  QueryError | SinkFailure | ConfigurationError,
  FileSystem.FileSystem | Path.Path | Scope.Scope
>

type Openers = { readonly [S in Sink as S["_tag"]]: (sink: S, options: AskOptions) => Opened }

const openers: Openers = {
  ndjson: ({ place }, options) =>
    Effect.flatMap(
      Effect.promise(() => import("@effect-genesys/export/FilesQuery")),
      ({ open }) => open({ ...options, directory: place })
    ),
  postgres: Effect.fnUntraced(function* (given, { timeLimit, timeZone }) {
    const database = yield* databaseOf(given)
    const { open } = yield* Effect.promise(() => import("@effect-genesys/export/PostgresQuery"))
    return yield* open({ ...database, schema: given.schema, timeLimit, timeZone })
  })
}

/** For as long as the scope is. It writes nothing. */
export const open = (sink: Sink, options: AskOptions): Opened =>
  sink._tag === "ndjson" ? openers.ndjson(sink, options) : openers.postgres(sink, options)
