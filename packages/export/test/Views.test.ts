/** Views with names: over lines, Parquet and PostgreSQL they have the same rows, those that the raw rows and the lists say. */
import { assert, layer } from "@effect/vitest"
import type { Conversation } from "@effect-genesys/simulator/api/Conversation"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { readFileSync } from "node:fs"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Row } from "../src/Row.ts"
import * as Views from "../src/Views.ts"
import { asked, opened, type Part } from "./AskedCopies.ts"
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
  const facts: Part = { kind: Kinds.conversations.layout, day, rows: conversations.map(rowOf) }
  const named = [Kinds.users.layout, Kinds.lists.queues.layout, Kinds.lists.wrap_up_codes.layout].map((kind) => ({
    kind,
    rows: listed(kind)
  }))
  return { conversations, day, facts, named, nameOf }
})

const sessionsOf = (conversation: Conversation) =>
  conversation.participants.flatMap((one, participant) =>
    one.sessions.map((session, place) => ({ key: conversation.conversationId, one, participant, session, place }))
  )

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
        const { facts } = yield* world
        const all = yield* opened([facts])
        for (const { columns, name } of Views.all) {
          const found = yield* Effect.forEach(all, ([, query]) =>
            asked(query, `SELECT ${Object.keys(columns).join(", ")} FROM genesys.${name} ORDER BY 1, 2, 3, 4`)
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

    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")
    const [, shown = ""] = readme.split(/<!-- \/?questions -->/)
    const questions = [...shown.matchAll(/^-- (.*)\n([^;`]*);/gm)].map(
      ([, text = "", sql = ""]) => [text, sql] as const
    )

    effect("answer the questions of the README, in each engine alike", () =>
      Effect.gen(function* () {
        const { day, facts, named } = yield* world
        const all = yield* opened([facts, ...named])
        assert.isAtLeast(questions.length, 3)
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
