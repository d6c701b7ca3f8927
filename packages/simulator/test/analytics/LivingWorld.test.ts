/**
 * The conversations as they change after they ended, and the truth about a day. `PROVE=1`: of the usual number of them; else of fewer.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Conversation } from "../../src/api/Conversation.ts"
import { Simulator } from "../../src/Simulator.ts"
import type { SimulatorOptions } from "../../src/SimulatorOptions.ts"
import { at, queryAll, runJob } from "../support/Analytics.ts"
import { call, login } from "../support/Calls.ts"

const isProof = process.env["PROVE"] !== undefined
const few = isProof ? {} : { conversationsPerHour: 20 }
/** Every wrap-up gets its code. */
const coded = { stories: { missingWrapUps: 0 } }
const truth = (day: string) => Effect.flatMap(Simulator, (simulator) => Stream.runCollect(simulator.truth(day)))
/** Whether there is a wrap-up without a code. */
const lacksCode = (row: Conversation) =>
  row.participants
    .flatMap(({ sessions }) => sessions.flatMap(({ segments }) => segments))
    .some(({ segmentType, wrapUpCode }) => segmentType === "wrapup" && wrapUpCode === undefined)
const changed = (before: ReadonlyArray<Conversation>, after: ReadonlyArray<Conversation>) => {
  const rows = new Map(after.map((row) => [row.conversationId, JSON.stringify(row)]))
  return before.filter((row) => rows.get(row.conversationId) !== JSON.stringify(row))
}

it.effect("gets some wrap-up codes minutes to hours after the end", () =>
  Effect.gen(function* () {
    yield* at("2026-11-02T00:10:00Z")
    const ended = (yield* truth("2026-11-01")).filter(
      ({ conversationEnd = "9" }) => conversationEnd < "2026-11-02T00:00:00Z"
    )
    const missing = ended.filter(lacksCode)
    assert.isAbove(missing.length, 20)
    assert.isBelow(missing.length, ended.length / 4)
    yield* at("2026-11-02T08:30:00Z")
    const later = yield* truth("2026-11-01")
    const ids = new Set(missing.map((row) => row.conversationId))
    assert.isFalse(later.filter((row) => ids.has(row.conversationId)).some(lacksCode))
    assert.sameMembers(
      changed(ended, later).map((row) => row.conversationId),
      [...ids]
    )
  }).pipe(Effect.provide(Simulator.layerHttpClient(coded)))
)

it.effect("never gets some wrap-up codes, and says of others that they timed out", () =>
  Effect.gen(function* () {
    yield* at("2026-11-05T00:00:00Z")
    const wraps = (yield* truth("2026-11-01"))
      .flatMap(({ participants }) =>
        participants.flatMap(({ sessions }) => sessions.flatMap(({ segments }) => segments))
      )
      .filter(({ segmentType }) => segmentType === "wrapup")
    const share = (count: number) => count / wraps.length
    const missing = wraps.filter(({ wrapUpCode }) => wrapUpCode === undefined)
    const timedOut = wraps.filter(({ wrapUpCode }) => wrapUpCode === "ININ-WRAP-UP-TIMEOUT")
    assert.closeTo(share(missing.length), 0.2, 0.04)
    assert.closeTo(share(timedOut.length), 0.1, 0.03)
    for (const { segmentEnd = "", segmentStart } of timedOut) {
      assert.strictEqual(Date.parse(segmentEnd) - Date.parse(segmentStart), 60_000)
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient({ stories: { missingWrapUps: 0.22, wrapUpTimeouts: 0.1 } })))
)

it.effect("is rewritten at 02:00 UTC two days later", () =>
  Effect.gen(function* () {
    const [day, next] = ["2026-11-01", "2026-11-02"]
    yield* at("2026-11-03T01:59:59Z")
    const [before, other] = [yield* truth(day), yield* truth(next)]
    yield* at("2026-11-03T02:00:00Z")
    const [after, otherAfter] = [yield* truth(day), yield* truth(next)]
    const rewritten = changed(before, after).length
    assert.isAbove(rewritten, before.length * 0.25)
    assert.isBelow(rewritten, before.length * 0.35)
    assert.isAtMost(changed(other, otherAfter).length, 2)
    yield* at("2026-11-03T02:00:00Z")
    const token = yield* login()
    assert.deepStrictEqual(yield* queryAll(token, { interval: `${day}/${next}` }), after)
  }).pipe(Effect.provide(Simulator.layerHttpClient(few)))
)

it.effect("stays as it is once it is settled", () =>
  Effect.gen(function* () {
    yield* at("2026-11-05T18:00:00Z")
    const before = yield* truth("2026-11-01")
    assert.isTrue(before.every((row) => row.conversationEnd !== undefined && !lacksCode(row)))
    yield* at("2026-12-05T18:00:00Z")
    assert.deepStrictEqual(yield* truth("2026-11-01"), before)
    const token = yield* login()
    const body = { interval: "2026-11-01/2026-11-02", startOfDayIntervalMatching: true }
    assert.deepStrictEqual(yield* runJob(token, body), before)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ ...few, ...coded })))
)

it.effect("has conversations that run for days", () =>
  Effect.gen(function* () {
    yield* at("2026-11-04T06:00:00Z")
    const running = (yield* truth("2026-11-01")).filter((row) => row.conversationEnd === undefined)
    assert.isAbove(running.length, 0)
    yield* at("2026-11-05T12:00:00Z")
    assert.isTrue((yield* truth("2026-11-01")).every((row) => row.conversationEnd !== undefined))
  }).pipe(Effect.provide(Simulator.layerHttpClient({ conversationsPerHour: isProof ? 600 : 200 })))
)

it.effect("tells the truth over the control API too, as NDJSON", () =>
  Effect.gen(function* () {
    yield* at("2026-11-01T12:00:00Z")
    const expected = yield* truth("2026-11-01")
    const answer = yield* call(undefined, "GET", "/_control/conversations?day=2026-11-01")
    assert.strictEqual(answer.headers["content-type"], "application/x-ndjson")
    assert.strictEqual(answer.body, expected.map((row) => `${JSON.stringify(row)}\n`).join(""))
    for (const day of ["2026-11-1", "2026-13-01", "today"]) {
      const bad = yield* call(undefined, "GET", `/_control/conversations?day=${day}`)
      assert.nestedInclude(bad.body, { status: 400, "details[0].fieldName": "day" })
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

const sample = (options: SimulatorOptions) =>
  Effect.gen(function* () {
    yield* at("2026-11-03T12:00:00Z")
    const token = yield* login()
    const job = yield* runJob(token, { interval: "2026-11-02T12:00:00Z/2026-11-03T12:00:00Z" })
    return [job, yield* truth("2026-11-01"), yield* truth("2026-11-03")]
  }).pipe(Effect.provide(Simulator.layerHttpClient(options)))

it.effect("is the same for the same seed and clock", () =>
  Effect.gen(function* () {
    const conversationsPerHour = 20
    const one = yield* sample({ conversationsPerHour, seed: 7 })
    assert.deepStrictEqual(yield* sample({ conversationsPerHour, seed: 7 }), one)
    assert.notDeepEqual(yield* sample({ conversationsPerHour, seed: 8 }), one)
  })
)
