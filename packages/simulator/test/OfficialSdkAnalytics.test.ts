/**
 * Aggregates of conversations through the official SDK, which nobody here wrote.
 */
import { assert, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import pc from "purecloud-platform-client-v2"
import { Simulator } from "../src/Simulator.ts"
import * as Sdk from "./support/Sdk.ts"

const hour = 3_600_000

/** Three hours in the middle of the day before yesterday, by UTC: nothing happens in it any more. */
const from = Math.floor(Date.now() / (24 * hour)) * 24 * hour - 36 * hour
const interval = `${new Date(from).toISOString()}/${new Date(from + 3 * hour).toISOString()}`

layer(Simulator.layer(), { excludeTestServices: true })("the official SDK", (shared) => {
  shared.effect("queries aggregates of conversations by queue and half hour", () =>
    Effect.gen(function* () {
      const analytics = new pc.AnalyticsApi(yield* Sdk.loggedIn())
      const { results = [] } = yield* Sdk.ask(() =>
        analytics.postAnalyticsConversationsAggregatesQuery({
          interval,
          granularity: "PT30M",
          groupBy: ["queueId", "mediaType"],
          metrics: ["nOffered", "tHandle", "oServiceLevel"],
          filter: { type: "or", predicates: [{ type: "dimension", dimension: "mediaType", value: "voice" }] }
        })
      )
      // And what has no queue: an agent who has called another one.
      const ofQueues = results.filter(({ group }) => group?.["queueId"] !== undefined)
      assert.strictEqual(ofQueues.length, 4)
      for (const { data = [], group } of ofQueues) {
        assert.strictEqual(group?.["mediaType"], "voice")
        const metrics = data.flatMap((one) => one.metrics ?? [])
        const handled = metrics.find(({ metric }) => metric === "tHandle")?.stats
        assert.isAtLeast(handled?.sum ?? 0, handled?.max ?? 1)
        const level = metrics.find(({ metric }) => metric === "oServiceLevel")?.stats
        assert.strictEqual(level?.ratio, (level?.numerator ?? 0) / (level?.denominator ?? 1))
      }
      const refused = yield* Sdk.rejected(() =>
        analytics.postAnalyticsConversationsAggregatesQuery({ interval, metrics: ["tWrong"] })
      )
      assert.include(refused, { status: 400 })
    })
  )
})
