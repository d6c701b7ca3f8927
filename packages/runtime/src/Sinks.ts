/**
 * The sinks of a worker's jobs: each is opened when the first run needs it, shared by the runs that need it at the same time,
 * and closed after the last of them, so that a database that was down is tried again by the next.
 */
import { ConfigurationError } from "@effect-genesys/auth/ConfigurationError"
import * as Setting from "@effect-genesys/auth/Setting"
import type { SinkFailure } from "@effect-genesys/export/ExportError"
import * as NdjsonSink from "@effect-genesys/export/NdjsonSink"
import * as PostgresSink from "@effect-genesys/export/PostgresSink"
import type * as ExportSink from "@effect-genesys/export/Sink"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { Sink } from "./WorkerSettings.ts"

export class Sinks extends Context.Service<
  Sinks,
  {
    /** Held until the scope is closed. */
    readonly get: (
      sink: Sink
    ) => Effect.Effect<Context.Context<ExportSink.Sink>, SinkFailure | ConfigurationError, Scope.Scope>
    /** Fails if a setting that it names is missing. */
    readonly check: (sink: Sink) => Effect.Effect<void, ConfigurationError>
  }
>()("@effect-genesys/runtime/Sinks") {
  static readonly layer: Layer.Layer<Sinks, never, FileSystem.FileSystem | Path.Path> = Layer.effect(
    Sinks,
    Effect.suspend(() => make)
  )
}

const urlOf = Effect.fnUntraced(function* (name: string) {
  const text = yield* Setting.optional(name)
  if (Option.isNone(text)) return yield* Setting.missing(name, "the URL of a PostgreSQL database")
  if (/^postgres(ql)?:\/\/[^/]/.test(text.value) && URL.canParse(text.value)) return Redacted.make(text.value)
  return yield* new ConfigurationError({
    setting: name,
    message: `${name} is not valid: it must be a URL such as postgres://user:password@host:5432/database.`
  })
})

const make = Effect.gen(function* () {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const map = yield* LayerMap.make((sink: Sink) =>
    Layer.fresh(
      sink.ndjson === undefined
        ? Layer.unwrap(
            Effect.map(urlOf(sink.postgres ?? ""), (url) => PostgresSink.layerUrl({ url, schema: sink.schema }))
          )
        : NdjsonSink.layer({ directory: sink.ndjson, compression: sink.compression, access: sink.access })
    )
  ).pipe(Effect.provideContext(context))
  return Sinks.of({
    get: (sink) => map.contextEffect(sink),
    check: ({ postgres }) => (postgres === undefined ? Effect.void : Effect.asVoid(urlOf(postgres)))
  })
})
