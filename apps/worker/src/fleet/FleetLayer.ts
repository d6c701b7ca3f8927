/** What a worker has as one of a fleet, in place of what it has alone: a shared token, and a place for each job. Loaded when it is used. */
import * as Cluster from "@effect-genesys/fleet/Cluster"
import * as FleetDatabase from "@effect-genesys/fleet/FleetDatabase"
import { FleetJobs } from "@effect-genesys/fleet/FleetJobs"
import * as PostgresTokenStore from "@effect-genesys/fleet/PostgresTokenStore"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Placement } from "../jobs/Placement.ts"
import type { Fleet } from "./FleetSettings.ts"

const placement = Layer.effect(
  Placement,
  Effect.map(FleetJobs, ({ begins, ends, last, run }) => ({ begins, ends, last, run }))
)

export const layer = ({ cluster, database }: Fleet) =>
  Layer.mergeAll(placement, PostgresTokenStore.layer()).pipe(
    Layer.provideMerge(FleetJobs.layer),
    Layer.provideMerge(Cluster.layer(cluster)),
    Layer.provide(FleetDatabase.layer(database)),
    Layer.provide(NodeCrypto.layer)
  )
