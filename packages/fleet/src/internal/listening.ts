/** An address that may come later than the worker, such as that of a tunnel, or one that a worker which ends has still. */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"

/**
 * A server at that address, or why there is none.
 *
 * @param seconds how long it is tried again, once a second
 */
export const layer = <A, R>(
  address: string,
  server: Layer.Layer<A, unknown, R>,
  seconds = 30
): Layer.Layer<A, ConfigurationError, R> => {
  let isSaid = false
  const say = Effect.suspend(() => {
    if (isSaid) return Effect.void
    isSaid = true
    return Effect.logWarning("the address of this worker cannot be used yet; it is tried again").pipe(
      Effect.annotateLogs({ event: "fleet.address", address, atMostSeconds: seconds })
    )
  })
  return Layer.effectContext(
    Effect.flatMap(Effect.scope, (scope) => Layer.buildWithScope(Layer.fresh(server), scope)).pipe(
      Effect.tapError(() => say),
      Effect.retry(Schedule.max([Schedule.spaced("1 second"), Schedule.recurs(seconds)])),
      Effect.mapError(
        () =>
          new ConfigurationError({
            setting: "address",
            message: `This worker cannot listen at ${address}, by which the others are to reach it: another program does, or it is no address of this machine. Choose another address or port.`
          })
      )
    )
  )
}
