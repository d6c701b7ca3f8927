/**
 * How far an export is behind Genesys, at any moment: computed from what its sink holds and from what time it is, whether or not it
 * runs, succeeds or reaches Genesys. Between two answers of Genesys, time is taken to pass there as it does here.
 */
import * as PresentGauge from "@effect-genesys/core/PresentGauge"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type { Checkpoint, Entry } from "./Checkpoint.ts"
import * as Metrics from "./Metrics.ts"
import type { Source } from "./Source.ts"

export interface Lag {
  /** None before the checkpoint was read for the first time. */
  readonly current: Effect.Effect<Option.Option<Duration.Duration>>
  /** What the sink holds was read: from now on `current` and the metric tell of it. */
  readonly held: (source: Pick<Source, "kind" | "lag">, checkpoint: Checkpoint) => Effect.Effect<void>
  /** Genesys has said that it knows everything of what was before this moment, in milliseconds since 1970. */
  readonly told: (available: number) => Effect.Effect<void>
  /** A partition was committed. */
  readonly committed: (partition: string, entry: Entry) => Effect.Effect<void>
  /** Ends the metric, when there is no such export any more. */
  readonly remove: Effect.Effect<void>
}

interface Known {
  readonly source: Pick<Source, "kind" | "lag">
  readonly checkpoint: Checkpoint
}

/** @param labels of the metric, beside `kind` */
export const make = Effect.fnUntraced(function* (labels: Metrics.Labels = {}): Effect.fn.Return<Lag> {
  const clock = yield* Clock.Clock
  let known: Known | undefined
  /** As Genesys said, and when that was here. */
  let availability: { readonly available: number; readonly at: number } | undefined
  let registration: Metric.Registration | undefined

  const millis = ({ checkpoint, source }: Known) => {
    const now = clock.currentTimeMillisUnsafe()
    const available = availability === undefined ? now : availability.available + Math.max(0, now - availability.at)
    return source.lag(checkpoint, available)
  }
  const seconds = () => (known === undefined ? 0 : millis(known) / 1000)

  return {
    current: Effect.sync(() => (known === undefined ? Option.none() : Option.some(Duration.millis(millis(known))))),
    held: (source, checkpoint) =>
      Effect.contextWith((context) =>
        Effect.sync(() => {
          known = { source, checkpoint }
          registration ??= PresentGauge.register(
            Metric.withAttributes(Metrics.exportLag, { ...labels, kind: source.kind }),
            context,
            seconds
          )
        })
      ),
    told: (available) => Effect.sync(() => void (availability = { available, at: clock.currentTimeMillisUnsafe() })),
    committed: (partition, entry) =>
      Effect.sync(() => {
        if (known !== undefined) known = { ...known, checkpoint: { ...known.checkpoint, [partition]: entry } }
      }),
    remove: Effect.sync(() => registration?.remove())
  }
})
