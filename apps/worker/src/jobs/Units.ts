/** Who reads units of an export beside the worker that has the job: in a fleet its other workers, and nobody where it is alone. */
import type { FleetUnits } from "@effect-genesys/fleet/FleetUnits"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

const alone: FleetUnits["Service"] = {
  readers: Effect.succeed(1),
  read: () => Effect.succeedNone,
  serve: () => Effect.void
}

export class Units extends Context.Reference<FleetUnits["Service"]>("@effect-genesys/worker/Units", {
  defaultValue: () => alone
}) {}
