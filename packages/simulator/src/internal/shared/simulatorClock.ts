/**
 * The one clock of a simulator: the `Clock` of whoever asks, plus an offset that the control API moves forward. All that the
 * simulator knows of the time it knows from here; only delays that a caller shall feel go by `Clock` itself.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"

export class SimulatorClock extends Context.Service<
  SimulatorClock,
  {
    /** Milliseconds since 1970. */
    readonly now: Effect.Effect<number>
    /** How far it is ahead of `Clock`, in milliseconds. */
    readonly offset: () => number
    /** Moves it forward by so many seconds, which wakes whoever waits for a moment that has come by that. */
    readonly advance: (seconds: number) => Effect.Effect<void>
    /** Waits for a moment, in milliseconds since 1970. */
    readonly sleepUntil: (moment: number) => Effect.Effect<void>
  }
>()("@effect-genesys/simulator/internal/SimulatorClock") {
  static readonly layer = Layer.sync(SimulatorClock, () => {
    let offset = 0
    const moved = Latch.makeUnsafe(false)
    const now = Effect.map(Clock.currentTimeMillis, (millis) => millis + offset)
    return SimulatorClock.of({
      now,
      offset: () => offset,
      advance: (seconds) =>
        Effect.suspend(() => {
          offset += seconds * 1000
          return moved.release
        }),
      sleepUntil: Effect.fnUntraced(function* (moment) {
        let left = moment - (yield* now)
        while (left > 0) {
          yield* Effect.raceFirst(Effect.sleep(left), moved.await)
          left = moment - (yield* now)
        }
      })
    })
  })
}
