/**
 * Details jobs: their states by the clock, what their results hold, and what is refused.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Simulator } from "../../src/Simulator.ts"
import { at, details, query, queryAll, results, resultsAll, runJob, status, submit } from "../support/Analytics.ts"
import { call, login } from "../support/Calls.ts"

const interval = "2026-11-01/2026-11-02"
const jobs = `${details}/jobs`
const readStatus = (token: string, id: string, search = "") =>
  Effect.map(call(token, "GET", `${jobs}/${id}/results${search}`), (answer) => answer.status)

it.effect("goes from QUEUED over PENDING and FULFILLED to EXPIRED by the clock", () =>
  Effect.gen(function* () {
    yield* at("2026-11-05T12:00:00Z")
    const token = yield* login()
    assert.strictEqual((yield* call(token, "POST", jobs, { interval })).status, 202)
    const id = yield* submit(token, { interval })
    assert.deepStrictEqual(yield* status(token, id), { state: "QUEUED", submissionDate: "2026-11-05T12:00:00.000Z" })
    assert.strictEqual(yield* readStatus(token, id), 409)
    yield* TestClock.adjust("5 seconds")
    assert.strictEqual((yield* status(token, id)).state, "PENDING")
    assert.strictEqual(yield* readStatus(token, id), 409)
    yield* TestClock.adjust("60 seconds")
    assert.deepStrictEqual(yield* status(token, id), {
      state: "FULFILLED",
      submissionDate: "2026-11-05T12:00:00.000Z",
      completionDate: "2026-11-05T12:01:05.000Z",
      expirationDate: "2026-11-05T13:01:05.000Z"
    })
    assert.strictEqual(yield* readStatus(token, id), 200)
    yield* TestClock.adjust("1 hour")
    assert.strictEqual((yield* status(token, id)).state, "EXPIRED")
    assert.strictEqual(yield* readStatus(token, id), 400)
    yield* TestClock.adjust("1 hour")
    assert.strictEqual((yield* call(token, "GET", `${jobs}/${id}`)).status, 404)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ jobQueueTime: 5, jobRunTime: 60, jobLifetime: 3600 })))
)

it.effect("cancels a job that is under way, and forgets one that is done", () =>
  Effect.gen(function* () {
    yield* at("2026-11-05T12:00:00Z")
    const token = yield* login()
    const [cancelled, done] = [yield* submit(token, { interval }), yield* submit(token, { interval })]
    assert.strictEqual((yield* call(token, "DELETE", `${jobs}/${cancelled}`)).status, 204)
    yield* TestClock.adjust("1 minute")
    assert.strictEqual((yield* status(token, cancelled)).state, "CANCELLED")
    assert.strictEqual(yield* readStatus(token, cancelled), 400)
    assert.strictEqual((yield* call(token, "DELETE", `${jobs}/${done}`)).status, 204)
    for (const path of [`${jobs}/${done}`, `${jobs}/${done}/results`, `${jobs}/unknown`]) {
      assert.strictEqual((yield* call(token, "GET", path)).status, 404)
    }
    assert.strictEqual((yield* call(token, "DELETE", `${jobs}/${done}`)).status, 404)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("lets a share of the jobs fail", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const states = []
    for (let i = 0; i < 60; i++) {
      const id = yield* submit(token, { interval })
      yield* TestClock.adjust("12 seconds")
      const { errorMessage, state } = yield* status(token, id)
      states.push(state)
      assert.strictEqual(errorMessage === undefined, state === "FULFILLED")
      assert.strictEqual(yield* readStatus(token, id), state === "FULFILLED" ? 200 : 400)
    }
    const failed = states.filter((state) => state === "FAILED").length
    assert.isTrue(failed >= 8 && failed <= 30, `${failed} of 60 failed`)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ jobFailures: 0.3 })))
)

it.effect("returns whose life overlaps the interval, or who started on its days", () =>
  Effect.gen(function* () {
    yield* at("2026-11-10T00:00:00Z")
    const token = yield* login()
    const [from, to] = ["2026-11-03T00:00:00.000Z", "2026-11-03T12:00:00.000Z"]
    const month = yield* runJob(token, { interval: "2026-10-30/2026-11-04", startOfDayIntervalMatching: true })
    const body = { interval: `${from}/${to}` }
    const overlapping = month.filter((row) => row.conversationStart < to && (row.conversationEnd ?? "9") > from)
    const before = overlapping.filter((row) => row.conversationStart < from)
    assert.isTrue(before.some((row) => Date.parse(from) - Date.parse(row.conversationStart) > 3_600_000))
    assert.deepStrictEqual(yield* runJob(token, body), overlapping)
    const day = overlapping.filter((row) => row.conversationStart.startsWith("2026-11-03"))
    assert.deepStrictEqual(yield* runJob(token, { ...body, startOfDayIntervalMatching: true }), day)
    assert.strictEqual(new Set(month.map((row) => row.conversationId)).size, month.length)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ conversationsPerHour: 40 })))
)

it.effect("sees the world only as it was at its dataAvailabilityDate", () =>
  Effect.gen(function* () {
    yield* at("2026-11-01T10:00:00Z")
    const token = yield* login()
    const then = yield* queryAll(token, { interval })
    yield* at("2026-11-01T12:00:30Z")
    const availability = yield* call(token, "GET", `${jobs}/availability`)
    assert.deepStrictEqual(availability.body, { dataAvailabilityDate: "2026-11-01T10:00:00.000Z" })
    const id = yield* submit(token, { interval, startOfDayIntervalMatching: true })
    yield* TestClock.adjust("5 hours")
    const page = yield* results(token, id)
    assert.strictEqual(page.dataAvailabilityDate, "2026-11-01T10:00:00.000Z")
    assert.deepStrictEqual(yield* resultsAll(token, id), then)
    const { totalHits } = yield* query(token, { interval })
    assert.isAbove(totalHits, then.length)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ dataLag: 7200, dataLagStep: 120 })))
)

it.effect("goes through the results by an opaque cursor that belongs to its job", () =>
  Effect.gen(function* () {
    yield* at("2026-11-10T00:00:00Z")
    const token = yield* login()
    const [id, other] = [yield* submit(token, { interval }), yield* submit(token, { interval })]
    yield* TestClock.adjust("1 minute")
    const first = yield* results(token, id)
    assert.strictEqual(first.conversations.length, 1000)
    const second = yield* results(token, id, { cursor: first.cursor! })
    assert.isUndefined(second.cursor)
    assert.deepStrictEqual(yield* results(token, id, { cursor: first.cursor! }), second)
    for (const [job, search, field] of [
      [other, `?cursor=${first.cursor}`, "cursor"],
      [id, "?cursor=nonsense", "cursor"],
      [id, "?pageSize=1001", "pageSize"],
      [id, "?pageSize=0", "pageSize"],
      [id, "?pageSize=many", "pageSize"]
    ] as const) {
      const answer = yield* call(token, "GET", `${jobs}/${job}/results${search}`)
      assert.strictEqual(answer.status, 400, search)
      assert.nestedInclude(answer.body, { "details[0].fieldName": field })
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("is not found at first, where that takes a moment", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const id = yield* submit(token, { interval })
    for (const method of ["GET", "DELETE"] as const) {
      assert.strictEqual((yield* call(token, method, `${jobs}/${id}`)).status, 404)
    }
    yield* TestClock.adjust("5 seconds")
    assert.strictEqual((yield* status(token, id)).state, "PENDING")
  }).pipe(Effect.provide(Simulator.layerHttpClient({ jobAppearsAfter: 5 })))
)

it.effect("gives so many results of a job, and refuses the page that would go on", () =>
  Effect.gen(function* () {
    yield* at("2026-11-10T00:00:00Z")
    const token = yield* login()
    const id = yield* submit(token, { interval })
    yield* TestClock.adjust("1 minute")
    const first = yield* results(token, id, { pageSize: "500" })
    const second = yield* results(token, id, { pageSize: "500", cursor: first.cursor! })
    assert.lengthOf(second.conversations, 500)
    const answer = yield* call(token, "GET", `${jobs}/${id}/results?pageSize=500&cursor=${second.cursor}`)
    assert.strictEqual(answer.status, 400)
    assert.include(answer.body, { message: "Pagination may not exceed 1000 results." })
  }).pipe(Effect.provide(Simulator.layerHttpClient({ jobResultsLimit: 1000 })))
)

for (const cursorExpiredStatus of [400, 404, 410] as const) {
  it.effect(`lets a cursor expire, and answers it with ${cursorExpiredStatus}; the job lives on`, () =>
    Effect.gen(function* () {
      yield* at("2026-11-10T00:00:00Z")
      const token = yield* login()
      const id = yield* submit(token, { interval })
      yield* TestClock.adjust("1 minute")
      const { cursor } = yield* results(token, id)
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(yield* readStatus(token, id, `?cursor=${cursor}`), 200)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* readStatus(token, id, `?cursor=${cursor}`), cursorExpiredStatus)
      assert.strictEqual((yield* status(token, id)).state, "FULFILLED")
      assert.isDefined((yield* results(token, id)).cursor)
    }).pipe(Effect.provide(Simulator.layerHttpClient({ cursorLifetime: 60, cursorExpiredStatus })))
  )
}

it.effect("checks the body like a query", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const answer = yield* call(token, "POST", jobs, { interval: "2026-10-01/2026-11-02" })
    assert.strictEqual(answer.status, 400)
    assert.nestedInclude(answer.body, { "details[0].fieldName": "interval" })
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)
