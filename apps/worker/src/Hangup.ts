/** SIGHUP as services know it: read the settings again. One that came before the service was ready counts when it is. */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as Signals from "@effect-genesys/program/Signals"

/** One element for each signal, or for several that come while one is dealt with. For a program that is a service. */
export const hangups: Stream.Stream<void> = Stream.unwrap(
  Effect.gen(function* () {
    const signals = yield* Queue.dropping<void>(1)
    yield* Effect.acquireRelease(
      Effect.sync(() => Signals.handleHangups(() => void Queue.offerUnsafe(signals, undefined))),
      () => Effect.sync(() => Signals.handleHangups(undefined))
    )
    return Stream.fromQueue(signals)
  })
)
