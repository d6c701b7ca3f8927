/**
 * How far an export is behind Genesys, at any moment: computed from what its sink holds and from what time it is, whether or not it
 * runs, succeeds or reaches Genesys. Between two answers of Genesys, time is taken to pass there as it does here.
 */
import * as PresentGauge from "@effect-genesys/core/PresentGauge"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Checkpoint from "./Checkpoint.ts"
import * as Metrics from "./Metrics.ts"
import type { Measure } from "./Source.ts"

/** How far an export is behind, which a source and a sink tell it and others ask. */
export interface Lag {
  /** None before it was said what the sink holds, or assumed. */
  readonly current: Effect.Effect<Option.Option<Duration.Duration>>
  /** What the sink holds was read: from now on `current` and the metric tell of it. */
  readonly held: (source: Measure, checkpoint: Checkpoint.Checkpoint) => Effect.Effect<void>
  /** The sink cannot be read: until it was, it is taken to be empty. */
  readonly assumed: (source: Measure) => Effect.Effect<void>
  /** Whether what the sink holds was read. */
  readonly isHeld: Effect.Effect<boolean>
  /** How far a checkpoint is behind a moment at which Genesys knows everything. */
  readonly behind: (
    source: Measure,
    checkpoint: Checkpoint.Checkpoint,
    available: number
  ) => Effect.Effect<Duration.Duration>
  /** Genesys has said that it knows everything of what was before this moment, in milliseconds since 1970. */
  readonly told: (available: number) => Effect.Effect<void>
  /** A partition was committed. */
  readonly committed: (partition: string, entry: Checkpoint.Entry) => Effect.Effect<void>
  /** Ends the metric, when there is no such export any more, or as long as nothing is told of it. */
  readonly remove: Effect.Effect<void>
}

interface Known {
  readonly source: Measure
  readonly checkpoint: Checkpoint.Checkpoint
}

/**
 * A lag of which nothing is known yet.
 *
 * @param labels of the metric, beside `kind`
 */
export const make = Effect.fnUntraced(function* (labels: Metrics.Labels = {}): Effect.fn.Return<Lag> {
  const clock = yield* Clock.Clock
  const since = clock.currentTimeMillisUnsafe()
  let known: Known | undefined
  let isHeld = false
  /** As Genesys said, and when that was here. */
  let availability: { readonly available: number; readonly at: number } | undefined
  let registration: Metric.Registration | undefined

  const behind = (source: Measure, checkpoint: Checkpoint.Checkpoint, available: number) =>
    source.lag(checkpoint, available, available - Math.max(0, clock.currentTimeMillisUnsafe() - since))
  const millis = ({ checkpoint, source }: Known) => {
    const now = clock.currentTimeMillisUnsafe()
    const available = availability === undefined ? now : availability.available + Math.max(0, now - availability.at)
    return behind(source, checkpoint, available)
  }
  const seconds = () => (known === undefined ? 0 : millis(known) / 1000)

  const tell = (source: Measure, checkpoint: Checkpoint.Checkpoint) =>
    Effect.contextWith((context: Context.Context<never>) =>
      Effect.sync(() => {
        known = { source, checkpoint }
        registration ??= PresentGauge.register(
          Metric.withAttributes(Metrics.exportLag, { ...labels, kind: source.kind.name }),
          context,
          seconds
        )
      })
    )

  return {
    current: Effect.sync(() => (known === undefined ? Option.none() : Option.some(Duration.millis(millis(known))))),
    held: (source, checkpoint) =>
      Effect.andThen(
        Effect.sync(() => void (isHeld = true)),
        tell(source, checkpoint)
      ),
    assumed: (source) => Effect.suspend(() => (isHeld ? Effect.void : tell(source, Checkpoint.empty))),
    isHeld: Effect.sync(() => isHeld),
    behind: (source, checkpoint, available) =>
      Effect.sync(() => Duration.millis(behind(source, checkpoint, available))),
    told: (available) => Effect.sync(() => void (availability = { available, at: clock.currentTimeMillisUnsafe() })),
    committed: (partition, entry) =>
      Effect.sync(() => {
        if (known !== undefined) known = { ...known, checkpoint: { ...known.checkpoint, [partition]: entry } }
      }),
    remove: Effect.sync(() => {
      registration?.remove()
      registration = undefined
      known = undefined
    })
  }
})
