/**
 * Aggregates of conversations, and the status of users, through the official SDK, which nobody here wrote.
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

layer(Simulator.layer({ jobQueueTime: 0, jobRunTime: 0, dataLag: 0 }), { excludeTestServices: true })(
  "the official SDK",
  (shared) => {
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

    shared.effect("queries the status of a user, and what it sums up to", () =>
      Effect.gen(function* () {
        const client = yield* Sdk.loggedIn()
        const analytics = new pc.AnalyticsApi(client)
        const page = yield* Sdk.ask(() => new pc.UsersApi(client).getUsers({ pageSize: 1 }))
        const id = page.entities?.[0]?.id ?? ""
        const predicates = [{ type: "dimension", dimension: "userId", operator: "matches", value: id }]
        const day = `${new Date(from - 12 * hour).toISOString()}/${new Date(from + 12 * hour).toISOString()}`
        const found = yield* Sdk.ask(() =>
          analytics.postAnalyticsUsersDetailsQuery({
            interval: day,
            userFilters: [{ type: "and", predicates }],
            paging: { pageSize: 25, pageNumber: 1 }
          })
        )
        assert.strictEqual(found.totalHits, 1)
        const [detail] = found.userDetails ?? []
        assert.strictEqual(detail?.userId, id)
        assert.isString(detail?.primaryPresence?.[0]?.organizationPresenceId)
        assert.isString(detail?.routingStatus?.[0]?.startTime)
        const sums = yield* Sdk.ask(() =>
          analytics.postAnalyticsUsersAggregatesQuery({
            interval: day,
            groupBy: ["userId"],
            metrics: ["tSystemPresence"],
            filter: { type: "or", predicates }
          })
        )
        const metrics = sums.results?.[0]?.data?.[0]?.metrics ?? []
        const total = metrics.reduce((sum, { stats }) => sum + (stats?.sum ?? 0), 0)
        assert.strictEqual(total, 24 * hour)
        assert.isArray(sums.systemToOrganizationMappings?.["ON_QUEUE"])
      })
    )

    shared.effect("runs a job of the status of users to its end", () =>
      Effect.gen(function* () {
        const analytics = new pc.AnalyticsApi(yield* Sdk.loggedIn())
        const { jobId = "" } = yield* Sdk.ask(() => analytics.postAnalyticsUsersDetailsJobs({ interval, order: "asc" }))
        assert.strictEqual((yield* Sdk.ask(() => analytics.getAnalyticsUsersDetailsJob(jobId))).state, "FULFILLED")
        const results = (cursor?: string) =>
          Sdk.ask(() =>
            analytics.getAnalyticsUsersDetailsJobResults(jobId, {
              pageSize: 100,
              ...(cursor === undefined ? {} : { cursor })
            })
          )
        const first = yield* results()
        const second = yield* results(first.cursor)
        assert.isUndefined(second.cursor)
        const ids = [...(first.userDetails ?? []), ...(second.userDetails ?? [])].map(({ userId }) => userId)
        assert.isAbove(new Set(ids).size, 150)
        assert.strictEqual(new Set(ids).size, ids.length)
        const { dataAvailabilityDate } = yield* Sdk.ask(() => analytics.getAnalyticsUsersDetailsJobsAvailability())
        assert.isString(dataAvailabilityDate)
        yield* Sdk.ask(() => analytics.deleteAnalyticsUsersDetailsJob(jobId))
        assert.include(yield* Sdk.rejected(() => analytics.getAnalyticsUsersDetailsJob(jobId)), { status: 404 })
      })
    )
  }
)
