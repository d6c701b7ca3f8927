/** A rate limit that leases its permits from an entity of a cluster in memory, as every rate limit has to be. */
import { describe, it } from "@effect/vitest"
import { Environment } from "@effect-genesys/auth/Environment"
import { RateLimitSuite } from "@effect-genesys/client/testing"
import * as Layer from "effect/Layer"
import * as SharedRateLimit from "../src/SharedRateLimit.ts"
import * as Cluster from "./Cluster.ts"

const alone = SharedRateLimit.layer().pipe(
  Layer.provide(SharedRateLimit.layerKeeper),
  Layer.provide(Cluster.layer),
  Layer.provide(Environment.layer())
)

describe("a rate limit that is shared", () => {
  for (const { name, run } of RateLimitSuite.cases(() => alone)) it.live(name, () => run)
})
