/** What a worker is among those of its fleet; one that is alone tells nobody, and nobody sends it away. */
import type { FleetMembers } from "@effect-genesys/fleet/FleetMembers"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export class Members extends Context.Reference<FleetMembers["Service"]>("@effect-genesys/worker/Members", {
  defaultValue: () => ({ have: () => Effect.void, expelled: Effect.never })
}) {}
