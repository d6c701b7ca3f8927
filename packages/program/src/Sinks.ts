/**
 * The sinks of a worker's jobs: each is opened when the first run needs it, shared by the runs that need it at the same time,
 * and closed after the last of them, so that a database that was down is tried again by the next.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type { SinkFailure } from "@effect-genesys/export/ExportError"
import type * as ExportSink from "@effect-genesys/export/Sink"
import type { Staging } from "@effect-genesys/export/Staging"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import type * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as Scope from "effect/Scope"
import type { Sink } from "./SinkSettings.ts"
import * as SinkSettings from "./SinkSettings.ts"

export class Sinks extends Context.Service<
  Sinks,
  {
    /** Held until the scope is closed. */
    readonly get: (
      sink: Sink
    ) => Effect.Effect<Context.Context<ExportSink.Sink>, SinkFailure | ConfigurationError, Scope.Scope>
    /** The place beside a sink, for whoever reads for another process that has it; none if it has no such place. */
    readonly staging: (
      sink: Sink
    ) => Effect.Effect<Option.Option<Context.Context<Staging>>, SinkFailure | ConfigurationError, Scope.Scope>
    /** Fails if a setting that it names is missing or wrong, or if its database would not be safe. */
    readonly check: (sink: Sink) => Effect.Effect<void, ConfigurationError>
  }
>()("@effect-genesys/program/Sinks") {
  static readonly layer: Layer.Layer<Sinks, never, FileSystem.FileSystem | Path.Path> = Layer.effect(
    Sinks,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const map = yield* LayerMap.make((sink: Sink) => Layer.fresh(SinkSettings.of(sink).layer)).pipe(
    Effect.provideContext(context)
  )
  const stagings = yield* LayerMap.make((sink: Sink) =>
    Layer.fresh(SinkSettings.of(sink).staging ?? Layer.effectContext(Effect.die(`no place beside ${sink._tag}`)))
  ).pipe(Effect.provideContext(context))
  return Sinks.of({
    get: (sink) => map.contextEffect(sink),
    staging: (sink) =>
      SinkSettings.of(sink).staging === undefined ? Effect.succeedNone : Effect.asSome(stagings.contextEffect(sink)),
    check: (sink) =>
      // And no more: the settings are those of whoever asks.
      Effect.provideContext(SinkSettings.of(sink).check, Context.pick(FileSystem.FileSystem, Path.Path)(context))
  })
})
