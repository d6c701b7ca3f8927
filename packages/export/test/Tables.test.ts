import { assert, describe, it, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { readFileSync } from "node:fs"
import * as Day from "../src/Day.ts"
import * as JsonSchemas from "../src/JsonSchemas.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Tables from "../src/Tables.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"

const row: Row = {
  key: "c",
  asOf: 0,
  value: {
    conversationId: "c",
    conversationStart: "2026-11-01T10:00:00Z",
    divisionIds: ["d"],
    participants: [
      { participantId: "p", purpose: "customer" },
      {
        purpose: "agent",
        sessions: [
          {
            sessionId: "s",
            metrics: [{ name: "tTalk", value: 12, emitDate: "2026-11-01T10:05:00.5Z" }],
            segments: [{ segmentStart: "no date", conference: false, wrapUpCode: null, queueId: 5 }, "no object"]
          }
        ]
      }
    ]
  }
}

describe("the flat tables", () => {
  it("have a row for each thing, told apart by its place; what is absent or odd is null", () => {
    const flat = Tables.ofConversationRow(row)
    assert.include(flat.conversation, { day: "2026-11-01", conversation_end: null })
    assert.deepStrictEqual(
      flat.participants.map(({ participant, participant_id, purpose }) => [participant, participant_id, purpose]),
      [
        [0, "p", "customer"],
        [1, null, "agent"]
      ]
    )
    assert.lengthOf(flat.sessions, 1)
    assert.deepStrictEqual(flat.metrics, [
      {
        conversation_id: "c",
        participant: 1,
        session: 0,
        metric: 0,
        name: "tTalk",
        value: 12,
        emit_date: "2026-11-01T10:05:00.500Z"
      }
    ])
    assert.include(flat.segments[0], { segment_start: null, conference: false, wrap_up_code: null, queue_id: null })
    assert.lengthOf(flat.segments, 2)
  })

  it("have no moment of a year that PostgreSQL could not read", () => {
    for (const year of ["+012000", "+275000", "-000001", "0000"]) {
      const start = `${year}-01-01T00:00:00.000Z`
      const { conversation } = Tables.ofConversationRow({ ...row, value: { ...row.value, conversationEnd: start } })
      assert.strictEqual(conversation.conversation_end, null)
      assert.include(conversation, { day: "2026-11-01" })
    }
  })

  it("a row that is nothing but an id is a row", () => {
    const flat = Tables.ofConversationRow({ key: "c", asOf: 0, value: { participants: 5 } })
    assert.strictEqual(flat.conversation.conversation_id, "c")
    assert.strictEqual(Tables.ofUserRow({ key: "u", asOf: 0, value: { division: null } }).division_id, null)
  })

  for (const [name, document] of Object.entries(JsonSchemas.all)) {
    it(`schemas/${name}.json is up to date (npm run schemas writes it)`, () => {
      const written: unknown = JSON.parse(readFileSync(new URL(`../schemas/${name}.json`, import.meta.url), "utf8"))
      assert.deepStrictEqual(written, document)
    })
  }
})

/** PostgreSQL writes moments in its own way. */
const normal = (cell: unknown): unknown =>
  typeof cell === "string" && /^\d{4}-\d\d-\d\dT/.test(cell) ? new Date(cell).toISOString() : cell

/** An object as it is. */
const fields = (value: object): Row["value"] => Object.fromEntries(Object.entries(value))

const decodeRow = Schema.decodeUnknownSync(Schema.Record(Schema.String, Schema.Unknown))

layer(Postgres.layer, { excludeTestServices: true, timeout: 60_000 })("in PostgreSQL", ({ effect }) => {
  effect(
    "they hold what Tables says, and follow a change of their conversation",
    () =>
      Effect.gen(function* () {
        const url = Redacted.make(yield* (yield* Postgres).database)
        const simulator = yield* Simulator
        const day = Day.of(yield* simulator.now)
        const read = Effect.gen(function* () {
          const truth = yield* Stream.runCollect(simulator.truth(day))
          const asOf = yield* simulator.now
          return truth.map((value): Row => ({ key: value.conversationId, asOf, value: fields(value) }))
        })
        const write = (rows: ReadonlyArray<Row>) =>
          Sink.use((sink) =>
            sink.write({
              partition: Partition.conversations(day),
              rows: Stream.fromArray(rows),
              entry: Effect.succeed({ source: "job", asOf: 0, rows: rows.length, running: 0 })
            })
          )
        yield* simulator.advanceClock(26 * 3600)
        const before = yield* read
        yield* simulator.advanceClock(4 * 86_400)
        const after = yield* read
        assert.notDeepEqual(
          before.map(({ value }) => value),
          after.map(({ value }) => value)
        )
        yield* Effect.provide(Effect.andThen(write(before), write(after)), PostgresSink.layerUrl({ url }))

        const flat = after.map((one) => Tables.ofConversationRow(one))
        const tables = {
          conversations: flat.map(({ conversation }) => conversation),
          participants: flat.flatMap(({ participants }) => participants),
          sessions: flat.flatMap(({ sessions }) => sessions),
          segments: flat.flatMap(({ segments }) => segments),
          metrics: flat.flatMap(({ metrics }) => metrics)
        }
        const sorted = (rows: ReadonlyArray<object>) =>
          rows.map((one) => JSON.stringify(one, Object.keys(one).toSorted())).toSorted()
        for (const [name, rows] of Object.entries(tables)) {
          const found = yield* Database.query(url, `SELECT to_jsonb(t) - 'raw' - 'as_of' AS row FROM genesys.${name} t`)
          const cells = found.map(({ row: one }) =>
            Object.fromEntries(Object.entries(decodeRow(one)).map(([column, cell]) => [column, normal(cell)]))
          )
          assert.deepStrictEqual(sorted(cells), sorted(rows), name)
        }
      }).pipe(Effect.provide(Simulator.layer({ conversationsPerHour: 20 }))),
    60_000
  )
})
