/**
 * What every conversation must obey, whatever becomes of it, over thousands of them and at any moment; and that there is something of
 * everything. The definitions are Genesys'.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Stream from "effect/Stream"
import { ConversationMetric } from "../../src/api/ConversationFilter.ts"
import { Conversation, type Metric, type Participant, type Segment, type Session } from "../../src/api/Conversation.ts"
import { Simulator } from "../../src/Simulator.ts"
import { SimulatorOptions } from "../../src/SimulatorOptions.ts"
import { at, queryAll, runJob } from "../support/Analytics.ts"
import { login } from "../support/Calls.ts"

const day = "2026-11-01"
const truth = Effect.flatMap(Simulator, (simulator) => Stream.runCollect(simulator.truth(day)))
const settled = (options: SimulatorOptions) =>
  Effect.gen(function* () {
    yield* at("2026-11-06T00:00:00Z")
    return yield* truth
  }).pipe(Effect.provide(Simulator.layerHttpClient(options)))

const time = (date = "") => Date.parse(date)
const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((total, number) => total + number, 0)
const values = (metrics: ReadonlyArray<Metric>, ...names: ReadonlyArray<string>) =>
  metrics.filter(({ name }) => names.includes(name)).map(({ value }) => value)
const lengths = (segments: ReadonlyArray<Segment>, ...types: ReadonlyArray<string>) =>
  segments
    .filter(({ segmentType }) => types.includes(segmentType))
    .map(({ segmentEnd, segmentStart }) => time(segmentEnd) - time(segmentStart))
const sessionsOf = (row: Conversation) => row.participants.flatMap(({ sessions }) => sessions)
const metricsOf = (row: Conversation) => sessionsOf(row).flatMap(({ metrics }) => metrics)
const withMetric = (rows: ReadonlyArray<Conversation>, name: string) =>
  rows.filter((row) => values(metricsOf(row), name).length > 0)

const ordered = (row: Conversation, { segments }: Session, end: number) => {
  const said = JSON.stringify(row)
  let before = time(row.conversationStart)
  for (const { segmentEnd = "", segmentStart, segmentType } of segments) {
    assert.isAtLeast(time(segmentStart), before, said)
    assert.isAtLeast(time(segmentEnd), time(segmentStart), said)
    if (segmentType !== "wrapup") assert.isAtMost(time(segmentEnd), end, said)
    before = time(segmentEnd)
  }
}

/** A session by itself: each time is measured by its segments. */
const consistent = (row: Conversation, purpose: string, { metrics, segments }: Session) => {
  const said = JSON.stringify(row)
  const measured = (...names: ReadonlyArray<string>) => sum(values(metrics, ...names))
  const equal = (name: string, ...types: ReadonlyArray<string>) =>
    assert.strictEqual(measured(name), sum(lengths(segments, ...types)), `${name} of ${said}`)
  assert.strictEqual(measured("tHeldComplete"), measured("tHeld"), said)
  assert.strictEqual(measured("tTalkComplete"), measured("tTalk"), said)
  if (purpose === "agent") {
    equal("tTalk", "interact")
    equal("tHeld", "hold")
    equal("tAcw", "wrapup")
    equal("tAlert", "alert")
    equal("tDialing", "dialing")
    equal("tContacting", "contacting")
    const handled = measured("tTalkComplete", "tHeldComplete", "tAcw", "tContacting", "tDialing")
    assert.strictEqual(measured("tHandle"), handled, said)
    // Who did not respond has nothing else to tell.
    if (values(metrics, "tNotResponding").length > 0) equal("tNotResponding", "alert")
  }
  if (purpose === "acd") {
    equal("tAcd", "interact")
    assert.deepStrictEqual(values(metrics, "nOffered"), [1], said)
  }
  if (purpose === "voicemail") equal("tVoicemail", "voicemail")
  if (purpose === "ivr") equal("tIvr", "ivr")
  if (purpose === "ivr" || purpose === "workflow" || purpose === "botflow") {
    assert.strictEqual(measured("tFlow"), measured("tFlowExit", "tFlowDisconnect"), said)
    equal("tFlow", "ivr", "interact")
  }
}

/** What is offered is answered, abandoned, or flows out, and waits until then; an answer in time is not over the service level. */
const offered = (row: Conversation) => {
  const said = JSON.stringify(row)
  const ofAcd = row.participants.filter(({ purpose }) => purpose === "acd").flatMap(({ sessions }) => sessions)
  const waits = ofAcd.flatMap(({ metrics }) => values(metrics, "tAcd"))
  const ends = values(metricsOf(row), "tAnswered", "tAbandon", "tFlowOut")
  assert.sameMembers(waits, ends, said)
  for (const { mediaType, metrics } of ofAcd) {
    const [left] = [values(metrics, "tAbandon", "tFlowOut")]
    const within = { voice: 20_000, callback: 20_000, chat: 30_000, message: 30_000, email: 86_400_000 }[mediaType]
    const isOver = left.length === 0 && sum(values(metrics, "tAcd")) > within
    assert.strictEqual(values(metrics, "nOverSla").length, isOver ? 1 : 0, said)
    assert.deepStrictEqual(
      values(metrics, "tShortAbandon"),
      values(metrics, "tAbandon").filter((value) => value < 10_000),
      said
    )
  }
}

const transferred = (row: Conversation) => {
  const metrics = metricsOf(row)
  const count = (...names: ReadonlyArray<string>) => values(metrics, ...names).length
  assert.strictEqual(count("nTransferred"), count("nBlindTransferred", "nConsultTransferred"))
  assert.isAtMost(count("nConsultTransferred"), count("nConsult"))
}

it.effect("tells stories whose times and metrics agree", () =>
  Effect.gen(function* () {
    for (const seed of [1, 2]) {
      const rows = yield* settled({ seed, conversationsPerHour: 120 })
      assert.strictEqual(rows.length, 24 * 120)
      for (const row of rows) {
        const end = time(row.conversationEnd)
        const whole = row.participants.flatMap(({ sessions }) => sessions.flatMap(({ segments }) => segments))
        const last = whole
          .filter(({ segmentType }) => segmentType !== "wrapup")
          .map(({ segmentEnd }) => time(segmentEnd))
        assert.strictEqual(Math.max(...last), end, JSON.stringify(row))
        assert.strictEqual(
          Math.min(...whole.map(({ segmentStart }) => time(segmentStart))),
          time(row.conversationStart)
        )
        for (const { purpose, sessions } of row.participants) {
          for (const session of sessions) {
            ordered(row, session, end)
            consistent(row, purpose, session)
            assert.isAtMost(new Set(session.segments.map(({ queueId }) => queueId)).size, 1)
          }
        }
        offered(row)
        transferred(row)
      }
    }
  })
)

it.effect("has something of everything, in the shares that are asked for", () =>
  Effect.gen(function* () {
    const rows = yield* settled({ conversationsPerHour: 200 })
    const share = (some: ReadonlyArray<unknown>) => some.length / rows.length
    for (const [name, wanted] of [
      ["tAbandon", 0.07],
      ["tFlowDisconnect", 0.05],
      ["tVoicemail", 0.02],
      ["tActiveCallback", 0.03],
      ["tNotResponding", 0.04],
      ["nBlindTransferred", 0.05],
      ["nConsultTransferred", 0.03],
      ["nConsult", 0.07]
    ] as const) {
      assert.closeTo(share(withMetric(rows, name)), wanted, 0.015, name)
    }
    assert.closeTo(share(rows.filter(({ originatingDirection }) => originatingDirection === "outbound")), 0.2, 0.02)
    assert.closeTo(share(rows.filter(({ conferenceStart }) => conferenceStart !== undefined)), 0.02, 0.01)
    const never = ConversationMetric.literals.filter((name) => withMetric(rows, name).length === 0)
    assert.deepStrictEqual(never, [])
    const purposes = new Set(rows.flatMap(({ participants }) => participants.map(({ purpose }) => purpose)))
    assert.strictEqual(purposes.size, 8)
    const media = new Set(rows.flatMap((row) => sessionsOf(row).map(({ mediaType }) => mediaType)))
    assert.sameMembers([...media], ["voice", "chat", "message", "email", "callback"])
    // Threads have come to several agents, hours apart.
    const long = rows.filter((row) => time(row.conversationEnd) - time(row.conversationStart) > 3_600_000)
    assert.isTrue(long.some(({ participants }) => participants.filter(({ userId }) => userId !== undefined).length > 2))
  })
)

it.effect("tells only stories of one agent where that is asked for", () =>
  Effect.gen(function* () {
    const none = {
      outbound: 0,
      abandoned: 0,
      selfServed: 0,
      voicemails: 0,
      callbacks: 0,
      unansweredAlerts: 0,
      blindTransfers: 0,
      consultTransfers: 0,
      consults: 0,
      conferences: 0,
      flows: 0,
      held: 0
    }
    const rows = yield* settled({ stories: none })
    const short = rows.filter((row) => time(row.conversationEnd) - time(row.conversationStart) < 3_600_000)
    assert.isAbove(short.length, 1400)
    const purposes = new Set(short.map(({ participants }) => participants.map(({ purpose }) => purpose).join(" ")))
    assert.deepStrictEqual([...purposes], ["customer acd agent"])
    const tooMuch = yield* Effect.flip(SimulatorOptions.makeEffect({ stories: { abandoned: 0.6, callbacks: 0.6 } }))
    const said = SchemaIssue.makeFormatterStandardSchemaV1()(tooMuch).issues.map(({ message }) => message)
    assert.match(said.join(), /the sum of .*abandoned.* to be 1 at most/)
  })
)

/** At a moment, a row is what the settled one was then: nothing of it lies ahead, and nothing that has happened is missing. */
it.effect("shows of a story what has happened by then", () =>
  Effect.gen(function* () {
    yield* at("2026-11-06T00:00:00Z")
    const options = { conversationsPerHour: 60, nightlyRewrites: 0, lateWrapUps: 0 }
    const rows = new Map((yield* settled(options)).map((row) => [row.conversationId, row]))
    const then = "2026-11-01T12:00:00.000Z"
    const seen = yield* Effect.gen(function* () {
      yield* at(then)
      return yield* truth
    }).pipe(Effect.provide(Simulator.layerHttpClient(options)))
    const partOf = (participants: ReadonlyArray<Participant>) =>
      participants.flatMap(({ participantId, sessions }) =>
        sessions.flatMap(({ metrics, segments, sessionId }) => {
          const begun = segments.filter(({ segmentStart }) => segmentStart <= then)
          return begun.length === 0
            ? []
            : [
                [
                  participantId,
                  sessionId,
                  begun.map(({ segmentEnd = "", segmentStart, segmentType }) => [
                    segmentStart,
                    segmentType,
                    segmentEnd <= then ? segmentEnd : ""
                  ]),
                  metrics.filter(({ emitDate }) => emitDate <= then)
                ]
              ]
        })
      )
    for (const row of seen) {
      assert.deepStrictEqual(partOf(row.participants), partOf(rows.get(row.conversationId)!.participants))
    }
    assert.isTrue(seen.some(({ conversationEnd }) => conversationEnd === undefined))
  })
)

const segmentsOf = (row: Conversation) =>
  row.participants.flatMap(({ sessions, userId }) => sessions.map((session) => ({ ...session, userId })))

it.effect("has an agent in one call at a time, where there are agents enough", () =>
  Effect.gen(function* () {
    const rows = yield* settled({})
    const calls = new Map<string, Array<readonly [number, number]>>()
    const short = rows.filter((row) => time(row.conversationEnd) - time(row.conversationStart) < 3_600_000)
    for (const row of short) {
      const busy = new Map<string, readonly [number, number]>()
      for (const { mediaType, segments, userId } of segmentsOf(row)) {
        if (userId === undefined || (mediaType !== "voice" && mediaType !== "callback")) continue
        const [from, to] = busy.get(userId) ?? [Infinity, -Infinity]
        const [first] = segments
        busy.set(userId, [Math.min(from, time(first!.segmentStart)), Math.max(to, time(segments.at(-1)!.segmentEnd))])
      }
      for (const [userId, span] of busy) calls.set(userId, [...(calls.get(userId) ?? []), span])
    }
    assert.isAbove(calls.size, 100)
    for (const spans of calls.values()) {
      const sorted = spans.toSorted(([a], [b]) => a - b)
      for (const [place, [from]] of sorted.entries()) {
        if (place > 0) assert.isAtLeast(from, sorted[place - 1]![1])
      }
    }
  })
)

it.effect("tells attributes of participants in jobs, and never in queries", () =>
  Effect.gen(function* () {
    yield* at("2026-11-06T00:00:00Z")
    const token = yield* login()
    const interval = "2026-11-01T10:00:00Z/2026-11-01T14:00:00Z"
    const attributes = (rows: ReadonlyArray<Conversation>) =>
      rows.filter(({ participants }) => participants.some((one) => one.attributes !== undefined))
    const queried = yield* queryAll(token, { interval })
    const job = yield* runJob(token, { interval, startOfDayIntervalMatching: true })
    assert.strictEqual(attributes(queried).length, 0)
    assert.closeTo(attributes(job).length / job.length, 0.5, 0.1)
    // Beside these they tell the same.
    const plain = (row: Conversation | undefined) => JSON.stringify(row).replaceAll(/"attributes":\{[^}]*\},?/g, "")
    const told = new Map(job.map((row) => [row.conversationId, row]))
    for (const row of queried) assert.strictEqual(plain(told.get(row.conversationId)), plain(row))
  }).pipe(Effect.provide(Simulator.layerHttpClient({ stories: { attributes: 0.5 } })))
)

it.effect("writes rows that its own schema decodes to the same, with nothing beside it", () =>
  Effect.gen(function* () {
    const decode = Schema.decodeUnknownEffect(Conversation, { onExcessProperty: "error" })
    for (const row of yield* settled({ conversationsPerHour: 30 })) assert.deepStrictEqual(yield* decode(row), row)
  })
)
