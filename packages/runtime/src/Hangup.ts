/** SIGHUP as services know it: read the settings again. Whoever asks for it is not ended by a closed terminal any more. */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"

/** One element for each signal, or for several that come while one is dealt with. */
export const hangups: Stream.Stream<void> = Stream.unwrap(
  Effect.gen(function* () {
    const signals = yield* Queue.dropping<void>(1)
    const listener = () => void Queue.offerUnsafe(signals, undefined)
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        // That of `Program.run` would end us.
        process.removeAllListeners("SIGHUP")
        process.on("SIGHUP", listener)
      }),
      () => Effect.sync(() => process.removeListener("SIGHUP", listener))
    )
    return Stream.fromQueue(signals)
  })
)
