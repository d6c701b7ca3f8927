/** Which worker runs a job. One that is alone runs all of its own, always; in a fleet, each runs in one place at a time. */
import type { FleetJobs } from "@effect-genesys/fleet/FleetJobs"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** It keeps no notes: a worker that starts anew begins anew. */
const alone: FleetJobs["Service"] = {
  run: (_, { here }) => here,
  last: () => Effect.succeedNone,
  begins: () => Effect.void,
  ends: () => Effect.void,
  rests: () => Effect.void,
  forgets: () => Effect.void
}

export class Placement extends Context.Reference<FleetJobs["Service"]>("@effect-genesys/worker/Placement", {
  defaultValue: () => alone
}) {}
