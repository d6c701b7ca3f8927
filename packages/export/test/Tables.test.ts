import { assert, describe, it, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { readFileSync } from "node:fs"
import * as Day from "../src/Day.ts"
import * as JsonSchemas from "../src/JsonSchemas.ts"
import * as Kinds from "../src/Kinds.ts"
import { tablesOf } from "../src/Layout.ts"
import * as Partition from "../src/Partition.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Tables from "../src/Tables.ts"
import * as Database from "./Database.ts"
import { Postgres } from "./Postgres.ts"

const conversation = Tables.of(Kinds.conversations.layout)

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
    const { children, main } = conversation(row)
    const { metrics = [], participants = [], segments = [], sessions = [] } = children
    assert.include(main, { day: "2026-11-01", conversation_end: null })
    assert.deepStrictEqual(
      participants.map((one) => [one["participant"], one["participant_id"], one["purpose"]]),
      [
        [0, "p", "customer"],
        [1, null, "agent"]
      ]
    )
    assert.lengthOf(sessions, 1)
    assert.deepStrictEqual(metrics, [
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
    assert.include(segments[0], { segment_start: null, conference: false, wrap_up_code: null, queue_id: null })
    assert.lengthOf(segments, 2)
  })

  it("have no moment of a year that PostgreSQL could not read", () => {
    for (const year of ["+012000", "+275000", "-000001", "0000"]) {
      const start = `${year}-01-01T00:00:00.000Z`
      const { main } = conversation({ ...row, value: { ...row.value, conversationEnd: start } })
      assert.include(main, { day: "2026-11-01", conversation_end: null })
    }
  })

  it("a row that is nothing but an id is a row", () => {
    const { children, main } = conversation({ key: "c", asOf: 0, value: { participants: 5 } })
    assert.include(main, { conversation_id: "c", day: "1970-01-01" })
    const [, ...within] = tablesOf(Kinds.conversations.layout)
    assert.isAbove(within.length, 10)
    assert.deepStrictEqual(children, Object.fromEntries(within.map(({ name }) => [name, []])))
    const user = Tables.of(Kinds.users.layout)({ key: "u", asOf: 0, value: { division: null } })
    assert.include(user.main, { id: "u", division_id: null })
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
              partition: Partition.ofDay(Kinds.conversations.layout, day),
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

        const flat = after.map(conversation)
        const names = ["participants", "sessions", "segments", "metrics", "participant_attributes"]
        const tables = {
          conversations: flat.map(({ main }) => main),
          ...Object.fromEntries(names.map((name) => [name, flat.flatMap(({ children }) => children[name] ?? [])]))
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
