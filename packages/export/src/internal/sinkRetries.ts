/** A disk or database that fails for a moment is tried again. One that is down for longer is for the next run. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { ExportError } from "../ExportError.ts"

const schedule = Schedule.exponential("1 second", 2).pipe(Schedule.upTo({ times: 4 }))

/** It may work in a moment. */
export const isOfSink = (error: ExportError) => error._tag === "SinkError" && error.lasting !== true

export const retried = <A, E extends ExportError, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(effect, { while: isOfSink, schedule })
