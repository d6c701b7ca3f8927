/** What the fleet's database keeps of the runs of a job. */
import { assert, layer } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as RunnerAddress from "effect/cluster/RunnerAddress"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import * as RunnerStorage from "effect/cluster/RunnerStorage"
import * as Sharding from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { Postgres } from "../../export/test/Postgres.ts"
import { FleetJobs } from "../src/FleetJobs.ts"
import { layerClient } from "./Database.ts"

const worker = (url: string, port: number) =>
  FleetJobs.layer.pipe(
    Layer.provide(Sharding.layer),
    Layer.provide([Runners.layerNoop, RunnerStorage.layerMemory, RunnerHealth.layerNoop]),
    Layer.provide(MessageStorage.layerNoop),
    Layer.provide(
      ShardingConfig.layer({ shardsPerGroup: 8, runnerAddress: Option.some(RunnerAddress.make("127.0.0.1", port)) })
    ),
    Layer.provide([layerClient(url), NodeServices.layer]),
    Layer.fresh
  )

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("the notes of a job", ({ effect }) => {
  effect(
    "tell the next worker what was begun, whether it was done, and how long it rests after how many failures",
    () =>
      Effect.gen(function* () {
        const url = yield* (yield* Postgres).database
        const [first, second] = [yield* Layer.build(worker(url, 1)), yield* Layer.build(worker(url, 2))]
        const as =
          (context: typeof first) =>
          <A>(use: (jobs: FleetJobs["Service"]) => Effect.Effect<A>) =>
            Effect.provideContext(FleetJobs.use(use), context)
        const last = Effect.map(
          as(second)((jobs) => jobs.last("calls")),
          Option.getOrUndefined
        )
        assert.isUndefined(yield* last)
        yield* as(first)((jobs) => jobs.begins("calls", 1_000))
        assert.deepStrictEqual(yield* last, { dueAt: 1_000, isDone: false, failures: 0 })
        yield* as(first)((jobs) => Effect.andThen(jobs.ends("calls", false), jobs.rests("calls", 3, 61_500, "a")))
        assert.deepStrictEqual(yield* last, {
          dueAt: 1_000,
          isDone: false,
          failures: 3,
          restsUntil: 61_500,
          restsFor: "a"
        })
        // It was begun again: if that is broken off, the next one rests no more, and still knows of the failures.
        yield* as(first)((jobs) => jobs.begins("calls", 61_500))
        assert.deepStrictEqual(yield* last, { dueAt: 61_500, isDone: false, failures: 3 })
        yield* as(first)((jobs) => jobs.ends("calls", true))
        assert.deepStrictEqual(yield* last, { dueAt: 61_500, isDone: true, failures: 0 })
        yield* as(second)((jobs) => jobs.forgets("calls"))
        assert.isDefined(yield* last)
        yield* as(first)((jobs) => jobs.forgets("calls"))
        assert.isUndefined(yield* last)
      }).pipe(Effect.scoped)
  )
})
