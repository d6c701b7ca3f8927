/** Which worker runs a job. One that is alone runs all of its own, always; in a fleet, each runs in one place at a time. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** The run that was begun last, by whichever worker. */
export interface Begun {
  /** When it was due, in milliseconds since 1970. */
  readonly dueAt: number
  /** Not if it failed, or was cut off. */
  readonly isDone: boolean
}

export interface Life {
  /** Jobs with the same place run in one worker, though not one after the other. @default the job */
  readonly place?: string | undefined
  /** For as long as the job is this worker's: interrupted when it is not any more, and begun anew when it is again. */
  readonly here: Effect.Effect<void>
  /** Whenever it is not. */
  readonly elsewhere: Effect.Effect<void>
  /** Done when the job is to end; what runs then ends by itself. */
  readonly ending: Effect.Effect<void>
}

export interface PlacementService {
  readonly run: (job: string, life: Life) => Effect.Effect<void>
  readonly last: (job: string) => Effect.Effect<Option.Option<Begun>>
  readonly begins: (job: string, dueAt: number) => Effect.Effect<void>
  readonly ends: (job: string, isDone: boolean) => Effect.Effect<void>
}

/** It keeps no notes: a worker that starts anew begins anew. */
const alone: PlacementService = {
  run: (_, { here }) => here,
  last: () => Effect.succeedNone,
  begins: () => Effect.void,
  ends: () => Effect.void
}

export class Placement extends Context.Reference<PlacementService>("@effect-genesys/worker/Placement", {
  defaultValue: () => alone
}) {}
