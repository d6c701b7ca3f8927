/** What a worker tells of the fleet that it is one of; one that is alone tells nothing. */
import type { FleetStatus } from "@effect-genesys/fleet/FleetStatus"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** Or why it is not known: then this worker does not know of the others, and starts no job. */
export type FleetReport =
  | ({ readonly address: string } & FleetStatus)
  | { readonly address: string; readonly problem: string }

export class FleetView extends Context.Reference<Effect.Effect<Option.Option<FleetReport>>>(
  "@effect-genesys/worker/FleetView",
  { defaultValue: () => Effect.succeedNone }
) {}
