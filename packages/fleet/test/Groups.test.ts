/** Workers of two groups in one database: each group has its jobs for itself, and both share what belongs to a token. */
import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Postgres } from "../../export/test/Postgres.ts"
import * as Cluster from "../src/Cluster.ts"
import * as FleetDatabase from "../src/FleetDatabase.ts"
import { FleetJobs } from "../src/FleetJobs.ts"
import * as FleetStatus from "../src/FleetStatus.ts"
import { freePort } from "../../../scripts/test/FreePort.ts"

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("two groups", ({ effect }) => {
  effect("of workers have their jobs each for itself, also jobs of the same name", () =>
    Effect.gen(function* () {
      const url = Redacted.make(yield* (yield* Postgres).database)
      const running: Array<string> = []
      /** Who has the job, now. */
      const start = Effect.fnUntraced(function* (group: string, worker: string) {
        const fleet = yield* Layer.build(
          Layer.fresh(
            FleetJobs.layer.pipe(
              Layer.provideMerge(Cluster.layer({ host: "127.0.0.1", port: yield* freePort, group })),
              Layer.provideMerge(FleetDatabase.layer({ url })),
              Layer.provide(NodeServices.layer)
            )
          )
        )
        const here = Effect.acquireUseRelease(
          Effect.sync(() => void running.push(worker)),
          () => Effect.never,
          () => Effect.sync(() => void running.splice(running.indexOf(worker), 1))
        )
        yield* Effect.forkScoped(
          Context.get(fleet, FleetJobs).run("people", { here, elsewhere: Effect.void, ending: Effect.never })
        )
        return yield* Effect.provideContext(FleetStatus.make, fleet)
      })
      const [status] = yield* Effect.all([start("one", "a1"), start("one", "a2"), start("two", "b1")], {
        concurrency: 3
      })
      // While they find each other a job may move; it is never in two workers of its group.
      for (let look = 0; look < 120; look++) {
        yield* Effect.sleep("50 millis")
        assert.isBelow(running.filter((worker) => worker.startsWith("a")).length, 2)
      }
      assert.sameMembers(
        running.map((worker) => worker.charAt(0)),
        ["a", "b"]
      )
      const { jobs, runners } = yield* status
      assert.sameMembers(
        jobs.map(({ group, name }) => `${group}/${name}`),
        ["one/people", "two/people"]
      )
      assert.sameMembers(
        runners.map(({ group }) => group),
        ["one", "one", "two"]
      )
      // 300 of the jobs of each group, and 300 that all share.
      assert.strictEqual(
        runners.reduce((sum, { shards }) => sum + shards, 0),
        900
      )
    }).pipe(Effect.scoped)
  )
})
