/** What a worker is among those of its fleet; one that is alone tells nobody, and nobody sends it away. */
import type { FleetMembers } from "@effect-genesys/fleet/FleetMembers"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { WorkerSettings } from "../settings/WorkerSettings.ts"

export class Members extends Context.Reference<{
  /** Tells the others which settings this one has. */
  readonly have: (settings: WorkerSettings) => Effect.Effect<void>
  readonly expelled: FleetMembers["Service"]["expelled"]
}>("@effect-genesys/worker/Members", {
  defaultValue: () => ({ have: () => Effect.void, expelled: Effect.never })
}) {}
