/**
 * The sinks of a worker's jobs: each is opened when the first run needs it, shared by the runs that need it at the same time,
 * and closed after the last of them, so that a database that was down is tried again by the next.
 */
import { ConfigurationError } from "@effect-genesys/auth/ConfigurationError"
import type { SinkFailure } from "@effect-genesys/export/ExportError"
import * as NdjsonSink from "@effect-genesys/export/NdjsonSink"
import * as PostgresSink from "@effect-genesys/export/PostgresSink"
import * as PostgresUrl from "@effect-genesys/export/PostgresUrl"
import type * as ExportSink from "@effect-genesys/export/Sink"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { fromEnvironment, ofEnvironment } from "./Settings.ts"
import type { Sink } from "./SinkSettings.ts"

export class Sinks extends Context.Service<
  Sinks,
  {
    /** Held until the scope is closed. */
    readonly get: (
      sink: Sink
    ) => Effect.Effect<Context.Context<ExportSink.Sink>, SinkFailure | ConfigurationError, Scope.Scope>
    /** Fails if a setting that it names is missing or wrong, or if its database would not be safe. */
    readonly check: (sink: Sink) => Effect.Effect<void, ConfigurationError>
  }
>()("@effect-genesys/program/Sinks") {
  static readonly layer: Layer.Layer<Sinks, never, FileSystem.FileSystem | Path.Path> = Layer.effect(
    Sinks,
    Effect.suspend(() => make)
  )
}

/** A `.env` in a checkout must not say where people's data goes. */
const urlOf = (name: string) => Effect.map(fromEnvironment(name, "the URL of a PostgreSQL database"), Redacted.make)

/** What a client of the database is made with. */
const databaseOf = Effect.fnUntraced(function* ({ ca, postgres: setting = "" }: Sink) {
  const url = yield* urlOf(setting)
  return { url, setting, ca, defaultCa: Option.getOrUndefined(yield* ofEnvironment("PGSSLROOTCERT")) }
})

const make = Effect.gen(function* () {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const map = yield* LayerMap.make((sink: Sink) =>
    Layer.fresh(
      sink.ndjson === undefined
        ? Layer.unwrap(
            Effect.map(databaseOf(sink), (database) => PostgresSink.layerUrl({ ...database, schema: sink.schema }))
          )
        : NdjsonSink.layer({ directory: sink.ndjson, compression: sink.compression, access: sink.access })
    )
  ).pipe(Effect.provideContext(context))
  return Sinks.of({
    get: (sink) => map.contextEffect(sink),
    check: (sink) =>
      sink.postgres === undefined
        ? Effect.void
        : Effect.asVoid(Effect.flatMap(databaseOf(sink), PostgresUrl.parse)).pipe(
            // And no more: the settings are those of whoever asks.
            Effect.provideContext(Context.pick(FileSystem.FileSystem, Path.Path)(context))
          )
  })
})
