/** What a worker has as one of a fleet, in place of what it has alone: a shared token, and a place for each job. Loaded when it is used. */
import * as Cluster from "@effect-genesys/fleet/Cluster"
import { FleetBudgets } from "@effect-genesys/fleet/FleetBudgets"
import * as FleetDatabase from "@effect-genesys/fleet/FleetDatabase"
import { FleetJobs } from "@effect-genesys/fleet/FleetJobs"
import { FleetMembers } from "@effect-genesys/fleet/FleetMembers"
import * as FleetMetrics from "@effect-genesys/fleet/FleetMetrics"
import * as FleetStatus from "@effect-genesys/fleet/FleetStatus"
import { FleetUnits } from "@effect-genesys/fleet/FleetUnits"
import * as PostgresTokenStore from "@effect-genesys/fleet/PostgresTokenStore"
import * as SharedRateLimit from "@effect-genesys/fleet/SharedRateLimit"
import * as Sealing from "@effect-genesys/core/Sealing"
import type { Sharding } from "effect/cluster/Sharding"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Placement } from "../jobs/Placement.ts"
import { Units } from "../jobs/Units.ts"
import { OrgRateLimit } from "../Orgs.ts"
import { type FleetReport, FleetView } from "../server/FleetView.ts"
import type { Fleet } from "./FleetSettings.ts"
import * as JobPlan from "../jobs/JobPlan.ts"
import { Members } from "./Members.ts"

const placement = Layer.effect(Placement, FleetJobs)
const members = Layer.effect(
  Members,
  Effect.map(FleetMembers, ({ expelled, have }) => ({
    have: (settings) => have(JobPlan.nameOf(settings)),
    expelled
  }))
)
const units = Layer.effect(Units, FleetUnits)

/** The budget of a token is kept by one of the workers, whichever the cluster says. */
const rateLimit = Layer.effect(
  OrgRateLimit,
  Effect.map(Effect.context<Sharding>(), (context) =>
    Layer.provide(SharedRateLimit.layer(), Layer.succeedContext(context))
  )
).pipe(Layer.provideMerge(SharedRateLimit.layerKeeper))

/** Whoever asks often asks the database once a second. */
const view = (address: string) =>
  Layer.effect(
    FleetView,
    Effect.flatMap(FleetStatus.make, (read) =>
      read.pipe(
        Effect.match({
          onFailure: ({ message }): FleetReport => ({ address, problem: message }),
          onSuccess: (status) => ({ address, ...status })
        }),
        Effect.map(Option.some),
        Effect.cachedWithTTL("1 second")
      )
    )
  )

/** With connections of their own: a renewal keeps one for as long as the login host takes. */
const tokens = (database: Fleet["database"]) =>
  PostgresTokenStore.layer().pipe(Layer.provide(Layer.fresh(FleetDatabase.layer(database))))

export const layer = ({ cluster, database }: Fleet) =>
  Layer.mergeAll(placement, units, members, rateLimit, view(Cluster.nameOf(cluster))).pipe(
    Layer.merge(FleetMetrics.layer),
    Layer.provide(FleetBudgets.layer),
    Layer.provideMerge([FleetJobs.layer, FleetUnits.layer]),
    Layer.provideMerge(Cluster.layer(cluster)),
    // What may have to be waited for is there before this worker gets its share of the work, which is nobody's until then.
    Layer.provideMerge(FleetMembers.layer(cluster)),
    Layer.provideMerge(tokens(database)),
    // What it asks takes a millisecond; a start of a hundred jobs would open as many as it may.
    Layer.provide(FleetDatabase.layer({ ...database, connections: 5 })),
    Layer.provide(Sealing.layer)
  )

/** The same from outside: for whoever looks, and is not one of them. */
export const status = ({ database }: Fleet) =>
  Effect.flatten(FleetStatus.make).pipe(
    Effect.provide(Cluster.layerOutside),
    Effect.provide(FleetDatabase.layerOutside(database))
  )

export const differing = FleetStatus.differing
