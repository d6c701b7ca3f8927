/**
 * The sinks of a worker's jobs: each is opened when the first run needs it, shared by the runs that need it at the same time,
 * and closed after the last of them, so that a database that was down is tried again by the next.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type { SinkFailure } from "@effect-genesys/export/ExportError"
import * as ExportSink from "@effect-genesys/export/Sink"
import type { Staging } from "@effect-genesys/export/Staging"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import type * as Option from "effect/Option"
import * as Order from "effect/Order"
import * as Path from "effect/Path"
import type * as Scope from "effect/Scope"
import type { Sink, Target } from "./SinkSettings.ts"
import * as SinkSettings from "./SinkSettings.ts"

/** Opens the sinks that jobs name, each once for all that use it at a time. */
export class Sinks extends Context.Service<
  Sinks,
  {
    /** Held until the scope is closed; several as one. */
    readonly get: (
      target: Target
    ) => Effect.Effect<Context.Context<ExportSink.Sink>, SinkFailure | ConfigurationError, Scope.Scope>
    /** The place beside a sink, for whoever reads for another process that has it; none if it has no such place, or they are several. */
    readonly staging: (
      target: Target
    ) => Effect.Effect<Option.Option<Context.Context<Staging>>, SinkFailure | ConfigurationError, Scope.Scope>
    /** Fails if a setting that it names is missing or wrong, or if its database would not be safe. */
    readonly check: (target: Target) => Effect.Effect<void, ConfigurationError>
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
  const several = Effect.fnUntraced(function* (sinks: ReadonlyArray<Sink>) {
    // In one order everywhere: of two processes that want the same ones, one gets all.
    const ordered = Arr.sortWith(sinks, (sink) => SinkSettings.of(sink).identity, Order.String)
    const opened = yield* Effect.forEach(ordered, (sink) => map.contextEffect(sink))
    const SeveralSinks = yield* Effect.promise(() => import("@effect-genesys/export/SeveralSinks"))
    const services = opened.map((one) => Context.get(one, ExportSink.Sink))
    return Context.make(ExportSink.Sink, SeveralSinks.make(services))
  })
  return Sinks.of({
    get: (target) => {
      const [sink, ...others] = SinkSettings.sinksOf(target)
      return sink !== undefined && others.length === 0 ? map.contextEffect(sink) : several(SinkSettings.sinksOf(target))
    },
    staging: (target) => {
      const [sink, ...others] = SinkSettings.sinksOf(target)
      return sink === undefined || others.length > 0 || SinkSettings.of(sink).staging === undefined
        ? Effect.succeedNone
        : Effect.asSome(stagings.contextEffect(sink))
    },
    check: (target) =>
      Effect.forEach(SinkSettings.sinksOf(target), (sink) => SinkSettings.of(sink).check, { discard: true }).pipe(
        // And no more: the settings are those of whoever asks.
        Effect.provideContext(Context.pick(FileSystem.FileSystem, Path.Path)(context))
      )
  })
})
