/** Views: over lines, Parquet and PostgreSQL they have the same rows, those that the raw rows, the lists and Genesys' own aggregates say. */
import { assert, layer } from "@effect/vitest"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { Conversation } from "@effect-genesys/simulator/api/Conversation"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { readFileSync } from "node:fs"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Row } from "../src/Row.ts"
import * as Views from "../src/Views.ts"
import { asked, opened, type Part } from "./AskedCopies.ts"
import * as FactsTruth from "./FactsTruth.ts"
import * as MemorySink from "./MemorySink.ts"
import { Postgres } from "./Postgres.ts"
import * as World from "./World.ts"

const rowOf = (value: Conversation): Row => ({
  key: value.conversationId,
  asOf: 0,
  value: Object.fromEntries(Object.entries(value))
})

/** A day that is over, and the lists that name what is in it. */
const world = Effect.gen(function* () {
  const simulator = yield* Simulator
  const day = Day.of(yield* simulator.now)
  yield* simulator.advanceClock(36 * 3600)
  const conversations = yield* Stream.runCollect(simulator.truth(day))
  const lists = new Map<string, Row>()
  yield* Effect.gen(function* () {
    yield* Exporter.users()
    yield* Exporter.run(Kinds.lists.queues, {})
    yield* Exporter.run(Kinds.lists.wrap_up_codes, {})
  }).pipe(Effect.provide(MemorySink.make(lists)))
  const listed = (kind: Part["kind"]) =>
    [...lists].filter(([place]) => place.startsWith(`${kind.name}/`)).map(([, row]) => row)
  const nameOf = (kind: string, id: string | undefined) =>
    id === undefined ? null : (lists.get(`${kind}/${id}`)?.value["name"] ?? null)
  const status = yield* FactsTruth.ofDays("user_status", [day], () => Effect.die("nothing is asked"))
  const facts: Part = { kind: Kinds.conversations.layout, day, rows: conversations.map(rowOf) }
  const statuses: Part = {
    kind: Kinds.userStatus.layout,
    day,
    rows: status.map((value) => ({ key: String(value["_key"]), asOf: 0, value }))
  }
  const named = [Kinds.users.layout, Kinds.lists.queues.layout, Kinds.lists.wrap_up_codes.layout].map((kind) => ({
    kind,
    rows: listed(kind)
  }))
  return { conversations, day, facts, named, nameOf, statuses }
})

const sessionsOf = (conversation: Conversation) =>
  conversation.participants.flatMap((one, participant) =>
    one.sessions.map((session, place) => ({ key: conversation.conversationId, one, participant, session, place }))
  )

const Aggregates = Schema.Struct({
  results: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        group: Schema.Record(Schema.String, Schema.String),
        data: Schema.Array(
          Schema.Struct({
            interval: Schema.String,
            metrics: Schema.Array(
              Schema.Struct({ metric: Schema.String, stats: Schema.Record(Schema.String, Schema.Number) })
            )
          })
        )
      })
    )
  )
})

/** Of which metric a column is, and what of it: a count, which is the sum of what counts, or a sum. */
type Measures = Readonly<Record<string, readonly [metric: string, what: "count" | "sum"]>>

const handled = {
  transferred: ["nTransferred", "count"],
  blind_transferred: ["nBlindTransferred", "count"],
  consult_transferred: ["nConsultTransferred", "count"],
  handled: ["tHandle", "count"],
  handle_ms: ["tHandle", "sum"],
  talked: ["tTalkComplete", "count"],
  talk_ms: ["tTalk", "sum"],
  held: ["tHeldComplete", "count"],
  held_ms: ["tHeld", "sum"],
  worked: ["tAcw", "count"],
  acw_ms: ["tAcw", "sum"]
} satisfies Measures
const ofQueue: Measures = {
  offered: ["nOffered", "count"],
  answered: ["tAnswered", "count"],
  answer_ms: ["tAnswered", "sum"],
  over_sla: ["nOverSla", "count"],
  abandoned: ["tAbandon", "count"],
  abandon_ms: ["tAbandon", "sum"],
  short_abandoned: ["tShortAbandon", "count"],
  flowed_out: ["tFlowOut", "count"],
  ...handled
}
const ofAgent: Measures = {
  alerted: ["tAlert", "count"],
  not_responding: ["tNotResponding", "count"],
  answered: ["tAnswered", "count"],
  answer_ms: ["tAnswered", "sum"],
  ...handled,
  dial_ms: ["tDialing", "sum"],
  contact_ms: ["tContacting", "sum"]
}

const simulated = World.layer({ users: 20, conversationsPerHour: 6, rateLimit: "off" })

layer(Layer.merge(Postgres.layer, NodeServices.layer), { excludeTestServices: true, timeout: 120_000 })(
  "views",
  ({ effect }) => {
    effect("name what is in a day of the simulator, in each engine alike", () =>
      Effect.gen(function* () {
        const { conversations, facts, nameOf, named } = yield* world
        const segments = conversations.flatMap((conversation) =>
          sessionsOf(conversation).flatMap(({ key, one, participant, place, session }) =>
            session.segments.map((segment, number) => ({
              conversation_id: key,
              participant,
              session: place,
              segment: number,
              purpose: one.purpose,
              user_name: nameOf("users", one.userId),
              media_type: session.mediaType,
              duration_ms:
                segment.segmentEnd === undefined
                  ? null
                  : Date.parse(segment.segmentEnd) - Date.parse(segment.segmentStart),
              queue_name: nameOf("queues", segment.queueId),
              wrap_up_code_name:
                nameOf("wrap_up_codes", segment.wrapUpCode) ??
                (segment.wrapUpCode?.startsWith("ININ-") === true ? segment.wrapUpCode : null)
            }))
          )
        )
        const metrics = conversations.flatMap((conversation) =>
          sessionsOf(conversation).flatMap(({ key, one, participant, place, session }) =>
            session.metrics.map((metric, number) => ({
              conversation_id: key,
              participant,
              session: place,
              metric: number,
              user_name: nameOf("users", one.userId),
              direction: session.direction,
              queue_name: nameOf("queues", session.segments.find(({ queueId }) => queueId !== undefined)?.queueId),
              name: metric.name,
              value: metric.value
            }))
          )
        )
        const participants = conversations.flatMap(({ conversationId, participants: all }) =>
          all.map((one, participant) => ({
            conversation_id: conversationId,
            participant,
            participant_name: one.participantName ?? null,
            user_name: nameOf("users", one.userId)
          }))
        )
        for (const column of ["user_name", "queue_name", "wrap_up_code_name", "duration_ms"] as const)
          assert.isAbove(new Set(segments.map((one) => one[column])).size, 4, column)
        const expected = { segments_named: segments, metrics_named: metrics, participants_named: participants }
        for (const [engine, query] of yield* opened([facts, ...named])) {
          for (const [view, rows] of Object.entries(expected)) {
            const columns = Object.keys(rows[0]!)
            const keys = columns.slice(0, view === "participants_named" ? 2 : 4)
            const found = yield* asked(query, `SELECT ${columns.join(", ")} FROM ${view} ORDER BY ${keys.join(", ")}`)
            const inOrder = rows.toSorted((one, other) =>
              one.conversation_id < other.conversation_id ? -1 : one.conversation_id > other.conversation_id ? 1 : 0
            )
            assert.deepStrictEqual<unknown>(found, inOrder, `${view} in ${engine}`)
          }
        }
      }).pipe(Effect.provide(simulated))
    )

    effect("have all columns, and no names, of what was exported without any list", () =>
      Effect.gen(function* () {
        const { facts, statuses } = yield* world
        const all = yield* opened([facts, statuses])
        for (const { columns, name } of Views.all) {
          const found = yield* Effect.forEach(all, ([, query]) =>
            asked(
              query,
              `SELECT ${Object.keys(columns).join(", ")} FROM genesys.${name} ORDER BY ${Object.keys(columns).join(", ")}`
            )
          )
          assert.isAbove(found[0]!.length, 10, name)
          for (const rows of found) {
            assert.deepStrictEqual(rows, found[0], name)
            for (const row of rows)
              for (const [column, cell] of Object.entries(row))
                if (/^(?:user|queue|team)_name$/.test(column)) assert.isNull(cell, name)
          }
        }
      }).pipe(Effect.provide(simulated))
    )

    effect("measure what Genesys' own aggregates do, in each half hour, queue, agent, medium and direction", () =>
      Effect.gen(function* () {
        const { conversations, day, facts } = yield* world
        const until = new Date(Date.parse(day) + 86_400_000).toISOString()
        const client = yield* GenesysClient
        const answer = yield* client.json(
          HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post("/api/v2/analytics/conversations/aggregates/query"), {
            interval: `${day}T00:00:00.000Z/${until}`,
            granularity: "PT30M",
            groupBy: ["conversationId", "queueId", "userId", "mediaType", "direction"],
            metrics: [
              "oServiceLevel",
              ...new Set([...Object.values(ofQueue), ...Object.values(ofAgent)].map(([metric]) => metric))
            ]
          }),
          Aggregates
        )
        const ids = new Set(conversations.map(({ conversationId }) => conversationId))
        /** Of those conversations that are in the copy. */
        const data = (answer.results ?? [])
          .filter(({ group }) => ids.has(group["conversationId"] ?? ""))
          .flatMap(({ data: spans, group }) =>
            spans.flatMap(({ interval, metrics }) =>
              metrics.map(({ metric, stats }) => ({ group, from: Date.parse(interval.slice(0, 24)), metric, stats }))
            )
          )
        const expected = (by: ReadonlyArray<string>, required: string, measures: Measures) => {
          const rows = new Map<string, Record<string, number>>()
          for (const { from, group, metric, stats } of data) {
            const key = [from, ...by.map((name) => group[name] ?? null)]
            for (const [column, [name, what]] of Object.entries(measures)) {
              if (name !== metric || group[required] === undefined) continue
              const place = JSON.stringify(key)
              const row = rows.get(place) ?? Object.fromEntries(Object.keys(measures).map((one) => [one, 0]))
              row[column] = (row[column] ?? 0) + (stats[what] ?? 0)
              rows.set(place, row)
            }
          }
          return rows
        }
        const queue = ["queue_id", "media_type", "direction"]
        const ofQueues = expected(["queueId", "mediaType", "direction"], "queueId", ofQueue)
        const ofAgents = expected(["userId", "queueId", "mediaType", "direction"], "userId", ofAgent)
        const views = [
          ["queue_half_hours", queue, ofQueue, ofQueues],
          ["agent_half_hours", ["user_id", ...queue], ofAgent, ofAgents]
        ] as const
        for (const [, , measures, rows] of views) {
          assert.isAbove(rows.size, 50)
          for (const column of Object.keys(measures))
            assert.isTrue(
              [...rows.values()].some((row) => (row[column] ?? 0) > 0),
              `nothing is ${column}`
            )
        }
        const levels = new Map<string, { in_time: number; total: number }>()
        for (const { group, metric, stats } of data) {
          if (metric !== "oServiceLevel") continue
          const level = levels.get(group["queueId"] ?? "") ?? { in_time: 0, total: 0 }
          level.in_time += stats["numerator"] ?? 0
          level.total += stats["denominator"] ?? 0
          levels.set(group["queueId"] ?? "", level)
        }
        assert.isAbove(levels.size, 3)
        for (const [engine, query] of yield* opened([facts])) {
          const served = yield* asked(
            query,
            `SELECT queue_id, sum(answered) - sum(over_sla) AS in_time, sum(answered) + sum(abandoned) AS total
             FROM queue_half_hours WHERE half_hour >= '${day}T00:00:00Z' AND half_hour < '${until}'
             GROUP BY queue_id HAVING sum(answered) + sum(abandoned) > 0`
          )
          assert.deepStrictEqual<unknown>(
            Object.fromEntries(served.map(({ queue_id, ...level }) => [queue_id, level])),
            Object.fromEntries(levels),
            engine
          )
          for (const [view, by, measures, rows] of views) {
            const columns = ["half_hour", ...by, ...Object.keys(measures)]
            const found = yield* asked(
              query,
              `SELECT ${columns.join(", ")} FROM ${view} WHERE half_hour >= '${day}T00:00:00Z' AND half_hour < '${until}'`
            )
            const known = found.map((row) => [
              JSON.stringify([Date.parse(String(row["half_hour"])), ...by.map((name) => row[name])]),
              Object.fromEntries(Object.keys(measures).map((name) => [name, row[name]]))
            ])
            assert.lengthOf(known, rows.size, `${view} in ${engine}`)
            assert.deepStrictEqual<unknown>(Object.fromEntries(known), Object.fromEntries(rows), `${view} in ${engine}`)
          }
        }
      }).pipe(Effect.provide(World.layer({ users: 20, conversationsPerHour: 30, rateLimit: "off" })))
    )

    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    const [, shown = ""] = readme.split(/<!-- \/?questions -->/)
    const questions = [...shown.matchAll(/^-- (.*)\n([^;`]*);/gm)].map(
      ([, text = "", sql = ""]) => [text, sql] as const
    )

    effect("answer the questions of the README, in each engine alike", () =>
      Effect.gen(function* () {
        const { day, facts, named, statuses } = yield* world
        const all = yield* opened([facts, statuses, ...named])
        assert.isAtLeast(questions.length, 10)
        for (const [question, text] of questions) {
          const sql = text.replaceAll("2026-11-01", day)
          const [first, ...others] = yield* Effect.forEach(all, ([, query]) => asked(query, sql))
          assert.isAbove(first!.length, 0, question)
          for (const other of others) assert.deepStrictEqual(other, first, question)
        }
      }).pipe(Effect.provide(simulated))
    )
  }
)
