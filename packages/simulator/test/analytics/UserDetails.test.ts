/**
 * The status of users over time: every moment of a shift has one presence and one routing status, which fit the conversations; aggregates are
 * the sums of them; jobs tell the same as queries, as of their own moment.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { Submitted } from "../../src/api/AnalyticsJobsApi.ts"
import { ExpandedUser } from "../../src/api/DirectoryApi.ts"
import { UserAggregates, type UserDetail, UserDetailsResult, UserJobResults } from "../../src/api/UserDetailsApi.ts"
import { Simulator } from "../../src/Simulator.ts"
import { at } from "../support/Analytics.ts"
import { call, login } from "../support/Calls.ts"

const details = "/api/v2/analytics/users/details"
const aggregates = "/api/v2/analytics/users/aggregates/query"
const interval = "2026-11-01T06:00:00.000Z/2026-11-02T18:00:00.000Z"

const query = Effect.fnUntraced(function* (token: string, body: object) {
  const answer = yield* call(token, "POST", `${details}/query`, body)
  assert.strictEqual(answer.status, 200, JSON.stringify(answer.body))
  return yield* Schema.decodeUnknownEffect(UserDetailsResult)(answer.body)
})
const queryAll = Effect.fnUntraced(function* (token: string, body: object) {
  const found: Array<UserDetail> = []
  for (let pageNumber = 1; ; pageNumber++) {
    const { totalHits, userDetails } = yield* query(token, { ...body, paging: { pageSize: 70, pageNumber } })
    if (userDetails === undefined) {
      assert.strictEqual(found.length, totalHits)
      return found
    }
    found.push(...userDetails)
  }
})

const time = (date = "9999") => Date.parse(date)
const bounds = (text: string) => {
  const [from, to] = text.split("/")
  return [time(from), time(to)] as const
}
interface Timed {
  readonly startTime: string
  readonly endTime?: string
}
const covers = (records: ReadonlyArray<Timed>, from: number, to: number) =>
  records.some(({ endTime, startTime }) => time(startTime) <= from && time(endTime) >= to)

/** Sessions of agents, by user. */
const sessionsOf = Effect.gen(function* () {
  const simulator = yield* Simulator
  const days = ["2026-10-29", "2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02"]
  const rows = (yield* Effect.forEach(days, (day) => Stream.runCollect(simulator.truth(day)))).flat()
  const all = rows.flatMap(({ participants }) =>
    participants.flatMap(({ sessions, userId }) =>
      userId === undefined ? [] : sessions.map(({ segments }) => ({ userId, segments }))
    )
  )
  return Map.groupBy(all, ({ userId }) => userId)
})

it.effect("is a presence and a routing status at each moment, which fit the shifts and the conversations", () =>
  Effect.gen(function* () {
    yield* at("2026-11-05T00:00:00Z")
    const token = yield* login()
    const [users, sessions] = [yield* queryAll(token, { interval }), yield* sessionsOf]
    const [from, to] = bounds(interval)
    assert.isAbove(users.length, 180)
    const seen = new Map<string, number>()
    for (const { primaryPresence = [], routingStatus = [], userId } of users) {
      for (const records of [primaryPresence, routingStatus]) {
        assert.isAtMost(time(records[0]?.startTime), from)
        assert.isAtLeast(time(records.at(-1)?.endTime), to)
        for (const [place, { startTime }] of records.entries()) {
          if (place > 0) assert.strictEqual(startTime, records[place - 1]!.endTime)
        }
      }
      const of = (...statuses: ReadonlyArray<string>) =>
        routingStatus.filter((one) => statuses.includes(one.routingStatus))
      for (const one of routingStatus) seen.set(one.routingStatus, (seen.get(one.routingStatus) ?? 0) + 1)
      const onQueue = primaryPresence.filter(({ systemPresence }) => systemPresence === "ON_QUEUE")
      // Whoever is on queue has another routing status than who is not.
      for (const { endTime, routingStatus: status, startTime } of routingStatus) {
        const moment = Math.max(time(startTime), from)
        if (moment < Math.min(time(endTime), to)) {
          assert.strictEqual(covers(onQueue, moment, moment + 1), status !== "OFF_QUEUE", userId)
        }
      }
      for (const { segments } of sessions.get(userId) ?? []) {
        const [begin, end] = [time(segments[0]!.segmentStart), time(segments.at(-1)!.segmentEnd)]
        if (begin < from || end > to) continue
        assert.isTrue(covers(onQueue, begin, end), userId)
        const taken = segments.find(({ segmentType }) => segmentType !== "alert")
        if (taken === undefined) {
          const left = of("NOT_RESPONDING", "INTERACTING", "COMMUNICATING")
          assert.isTrue(covers(left, end, end), userId)
        } else if (taken.queueId === undefined) {
          assert.isTrue(
            of("INTERACTING", "COMMUNICATING").some((one) => time(one.startTime) <= time(taken.segmentStart))
          )
        } else assert.isTrue(covers(of("INTERACTING"), time(taken.segmentStart), end), userId)
      }
      // And nobody interacts without a session.
      for (const one of of("INTERACTING")) {
        if (time(one.startTime) < from || time(one.endTime) > to) continue
        const parts = (sessions.get(userId) ?? []).flatMap(({ segments }) => segments)
        assert.isTrue(
          parts.some(({ segmentStart }) => segmentStart === one.startTime),
          userId
        )
        assert.isTrue(
          parts.some(({ segmentEnd }) => segmentEnd === one.endTime),
          userId
        )
      }
    }
    assert.sameMembers([...seen.keys()], ["OFF_QUEUE", "IDLE", "INTERACTING", "COMMUNICATING", "NOT_RESPONDING"])
    const presences = new Set(
      users.flatMap(({ primaryPresence = [] }) => primaryPresence.map((one) => one.systemPresence))
    )
    assert.sameMembers([...presences], ["ON_QUEUE", "AVAILABLE", "BREAK", "MEAL", "OFFLINE"])
    // A third of them at a time.
    const working = users.filter(({ primaryPresence = [] }) =>
      covers(
        primaryPresence.filter(({ systemPresence }) => systemPresence === "ON_QUEUE"),
        time("2026-11-01T12:00:00Z"),
        time("2026-11-01T12:00:00Z")
      )
    )
    assert.closeTo(working.length / users.length, 1 / 3, 0.06)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ nightlyRewrites: 0 })))
)

it.effect("adds up to the aggregates, in each span of time", () =>
  Effect.gen(function* () {
    // In the middle of it.
    yield* at("2026-11-02T10:10:00Z")
    const now = time("2026-11-02T10:10:00Z")
    const token = yield* login()
    const users = (yield* queryAll(token, { interval })).slice(0, 30)
    const predicates = users.map(({ userId }) => ({ dimension: "userId", value: userId }))
    const body = { interval, granularity: "PT1H", groupBy: ["userId"], filter: { type: "or", predicates } }
    const metrics = ["tAgentRoutingStatus", "tSystemPresence", "tOrganizationPresence"]
    const answer = yield* call(token, "POST", aggregates, { ...body, metrics })
    const found = yield* Schema.decodeUnknownEffect(UserAggregates)(answer.body)
    const data = new Map(found.results?.map((one) => [one.group["userId"], one.data]))
    assert.strictEqual(data.size, 30)
    for (const { primaryPresence = [], routingStatus = [], userId } of users) {
      const told = data.get(userId) ?? []
      assert.strictEqual(told.length, 29)
      for (const { interval: hour, metrics: sums } of told) {
        const [from, to] = bounds(hour)
        const part = (records: ReadonlyArray<Timed>) =>
          records.reduce(
            (sum, { endTime = "2026-11-02T10:10:00Z", startTime }) =>
              sum + Math.max(0, Math.min(time(endTime), to, now) - Math.max(time(startTime), from)),
            0
          )
        for (const { metric, qualifier, stats } of sums) {
          const own =
            metric === "tAgentRoutingStatus"
              ? routingStatus.filter((one) => one.routingStatus === qualifier)
              : primaryPresence.filter((one) =>
                  [one.systemPresence, one.organizationPresenceId].includes(qualifier ?? "")
                )
          assert.strictEqual(stats.sum, part(own), `${metric} ${qualifier} ${hour}`)
        }
        for (const name of metrics) {
          const sum = sums.reduce((total, { metric, stats }) => total + (metric === name ? (stats.sum ?? 0) : 0), 0)
          assert.strictEqual(sum, Math.min(to, now) - from)
        }
      }
    }
    assert.isDefined(found.systemToOrganizationMappings["ON_QUEUE"])
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("is told by jobs as it was at their dataAvailabilityDate, page by page", () =>
  Effect.gen(function* () {
    yield* at("2026-11-02T10:00:00Z")
    const token = yield* login()
    const then = yield* queryAll(token, { interval })
    yield* at("2026-11-02T12:00:00Z")
    const dates = yield* call(token, "GET", `${details}/jobs/availability`)
    assert.deepStrictEqual(dates.body, { dataAvailabilityDate: "2026-11-02T10:00:00.000Z" })
    const submitted = yield* call(token, "POST", `${details}/jobs`, { interval })
    assert.strictEqual(submitted.status, 202)
    const { jobId } = yield* Schema.decodeUnknownEffect(Submitted)(submitted.body)
    assert.strictEqual((yield* call(token, "GET", `${details}/jobs/${jobId}/results`)).status, 409)
    yield* TestClock.adjust("1 minute")
    assert.include((yield* call(token, "GET", `${details}/jobs/${jobId}`)).body, { state: "FULFILLED" })
    const found: Array<UserDetail> = []
    let cursor: string | undefined
    do {
      const more = cursor === undefined ? "" : `&cursor=${cursor}`
      const page = yield* call(token, "GET", `${details}/jobs/${jobId}/results?pageSize=80${more}`)
      const results = yield* Schema.decodeUnknownEffect(UserJobResults)(page.body)
      assert.strictEqual(results.dataAvailabilityDate, "2026-11-02T10:00:00.000Z")
      found.push(...results.userDetails)
      ;({ cursor } = results)
    } while (cursor !== undefined)
    assert.deepStrictEqual(found, then)
    // A job of conversations is another one.
    assert.strictEqual((yield* call(token, "GET", `/api/v2/analytics/conversations/details/jobs/${jobId}`)).status, 404)
    assert.strictEqual((yield* call(token, "DELETE", `${details}/jobs/${jobId}`)).status, 204)
    assert.strictEqual((yield* call(token, "GET", `${details}/jobs/${jobId}`)).status, 404)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("is filtered by user, presence and routing status", () =>
  Effect.gen(function* () {
    yield* at("2026-11-05T00:00:00Z")
    const token = yield* login()
    const all = yield* queryAll(token, { interval })
    const is = (dimension: string, value: string) => [{ type: "and", predicates: [{ dimension, value }] }]
    const [first] = all
    const one = yield* query(token, { interval, userFilters: is("userId", first!.userId) })
    assert.deepStrictEqual(one, { userDetails: [first!], totalHits: 1 })
    const meals = yield* queryAll(token, { interval, presenceFilters: is("systemPresence", "MEAL") })
    const expected = all.flatMap(({ primaryPresence = [], userId }) => {
      const records = primaryPresence.filter(({ systemPresence }) => systemPresence === "MEAL")
      return records.length === 0 ? [] : [{ userId, primaryPresence: records }]
    })
    assert.deepStrictEqual(meals, expected)
    const backwards = { interval, order: "desc", routingStatusFilters: is("routingStatus", "INTERACTING") }
    const interacting = (yield* query(token, { ...backwards, userFilters: is("userId", first!.userId) })).userDetails
    assert.deepStrictEqual(
      interacting?.[0]?.routingStatus,
      first!.routingStatus?.filter(({ routingStatus }) => routingStatus === "INTERACTING").toReversed()
    )
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("is what the directory tells of now", () =>
  Effect.gen(function* () {
    yield* at("2026-11-02T12:00:00Z")
    const token = yield* login()
    const { userDetails = [] } = yield* query(token, { interval: "2026-11-02T11:00:00Z/2026-11-02T13:00:00Z" })
    for (const { primaryPresence, routingStatus, userId } of userDetails) {
      const user = yield* call(token, "GET", `/api/v2/users/${userId}?expand=presence,routingStatus`)
      const { presence, routingStatus: routing } = yield* Schema.decodeUnknownEffect(ExpandedUser)(user.body)
      const last = primaryPresence?.at(-1)
      assert.strictEqual(presence?.presenceDefinition.id, last?.organizationPresenceId)
      assert.strictEqual(presence?.modifiedDate, last?.startTime)
      assert.isUndefined(last?.endTime)
      assert.strictEqual(routing?.status, routingStatus?.at(-1)?.routingStatus)
      assert.strictEqual(routing?.startTime, routingStatus?.at(-1)?.startTime)
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient({ users: 60 })))
)

const refused: ReadonlyArray<readonly [path: string, body: object, field: string]> = [
  [`${details}/query`, { interval: "2026-10-01/2026-10-09" }, "interval"],
  [`${details}/jobs`, { interval: "2026-10-01/2026-10-09" }, "interval"],
  [`${details}/query`, { interval: "now" }, "interval"],
  [`${details}/query`, { interval, paging: { pageSize: 101 } }, "paging.pageSize"],
  [
    `${details}/query`,
    { interval, userFilters: [{ type: "and", predicates: [{ dimension: "name", value: "x" }] }] },
    "userFilters[0].predicates[0].dimension"
  ],
  [`${details}/query`, { interval, presenceAggregations: [] }, "presenceAggregations"],
  [aggregates, { interval, metrics: ["tTalk"] }, "metrics[0]"],
  [aggregates, { interval, metrics: ["tSystemPresence"], groupBy: ["queueId"] }, "groupBy[0]"],
  [
    aggregates,
    {
      interval,
      metrics: ["tSystemPresence"],
      filter: { type: "or", predicates: Array.from({ length: 101 }, () => ({ dimension: "userId", value: "x" })) }
    },
    "filter"
  ]
]

it.effect("refuses what Genesys refuses, and whoever may not see it", () =>
  Effect.gen(function* () {
    const token = yield* login()
    for (const [path, body, field] of refused) {
      const answer = yield* call(token, "POST", path, body)
      assert.strictEqual(answer.status, 400, field)
      assert.nestedInclude(answer.body, { "details[0].fieldName": field })
    }
    const filter = [{ type: "and", predicates: [{ dimension: "userId", value: "nobody" }] }]
    const longer = { interval: "2026-10-01/2026-10-31", userFilters: filter }
    assert.deepStrictEqual(yield* query(token, longer), { totalHits: 0 })
    yield* Simulator.use(({ clientId, updateClient }) => updateClient(clientId, { permissions: [] }))
    for (const [path, permission] of [
      [`${details}/query`, "analytics:userDetail:view"],
      [`${details}/jobs`, "analytics:userDetail:view"],
      [aggregates, "analytics:userAggregate:view"]
    ] as const) {
      const answer = yield* call(token, "POST", path, {})
      assert.strictEqual(answer.status, 403)
      assert.include(JSON.stringify(answer.body), permission)
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)
