/** What is told of a worker, before it is there too: one of a fleet may have to wait for its database, and whoever asks then should not take it for dead. */
import { version } from "@effect-genesys/program/Version"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Worker } from "../Worker.ts"
import type { WorkerStatus } from "./WorkerStatus.ts"

export class WorkerView extends Context.Service<WorkerView, Pick<Worker["Service"], "unready" | "status">>()(
  "@effect-genesys/worker/WorkerView"
) {}

/** @param why it is not there yet */
export const make = Effect.fnUntraced(function* (why: string) {
  const startedAt = new Date(yield* Clock.currentTimeMillis).toISOString()
  const without = (state: WorkerStatus["state"], reason: string): WorkerView["Service"] => ({
    unready: Effect.succeed([reason]),
    status: Effect.map(Clock.currentTimeMillis, (now) => ({
      version,
      startedAt,
      at: new Date(now).toISOString(),
      state,
      unready: [reason],
      orgs: [],
      jobs: []
    }))
  })
  let view = without("starting", why)
  return {
    layer: Layer.succeed(WorkerView, {
      unready: Effect.suspend(() => view.unready),
      status: Effect.suspend(() => view.status)
    }),
    /** For as long as the effect runs, the view is of this worker. */
    during: <A, E, R>(worker: WorkerView["Service"], effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.acquireUseRelease(
        Effect.sync(() => (view = worker)),
        () => effect,
        () => Effect.sync(() => (view = without("stopping", "the worker is stopping")))
      )
  }
})
