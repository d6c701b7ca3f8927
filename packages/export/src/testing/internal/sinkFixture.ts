/** What the cases for sinks put into them, and how they look at it. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Checkpoint, Entry } from "../../Checkpoint.ts"
import * as Column from "../../Column.ts"
import { same } from "../../internal/mistake.ts"
import * as Kinds from "../../Kinds.ts"
import type { Layout } from "../../Layout.ts"
import * as Partition from "../../Partition.ts"
import type { Row } from "../../Row.ts"
import { Sink } from "../../Sink.ts"

export const { layout: conversations } = Kinds.conversations
export const { layout: users } = Kinds.users
/** Of which no sink was told. */
export const things = {
  name: "suite_things",
  by: "whole",
  key: "thingId",
  one: "suite_thing",
  fields: { thingId: Schema.String },
  deletions: true,
  table: {
    key: "thing_id",
    columns: { label: Column.text("label") },
    children: [{ name: "suite_parts", from: "parts", place: "part", columns: { label: Column.text("label") } }]
  }
} as const satisfies Layout

export const day = Partition.ofDay(conversations, "2026-11-01")
export const noon = Date.parse("2026-11-01T12:00:00Z")

export const row = (key: string, minutes: number, more: Record<string, unknown> = {}): Row => ({
  key,
  asOf: noon + minutes * 60_000,
  value: { conversationId: key, conversationStart: "2026-11-01T10:00:00.000Z", minutes, ...more }
})
export const entry = (rows: number): Entry => ({ source: "job", asOf: noon, rows, running: 0 })
export const values = (rows: ReadonlyArray<Row>) => new Map(rows.map(({ key, value }) => [key, value]))

export const write = (rows: ReadonlyArray<Row>, partition: Partition.Partition = day) =>
  Sink.use((sink) => sink.write({ partition, rows: Stream.fromArray(rows), entry: Effect.succeed(entry(rows.length)) }))

export const holds = (expected: Checkpoint) =>
  Effect.flatMap(
    Sink.use((sink) => sink.checkpoint),
    (actual) => same("the checkpoint", actual, expected)
  )

const ofThings = Partition.whole(things)

/** A thing as it was at that minute. */
export const thing = (key: string, minutes: number, label = key): Row => ({
  key,
  asOf: noon + minutes * 60_000,
  value: { thingId: key, label, parts: [{ label }] }
})

/** What a listing of things, begun at that minute, puts: of all that there are, or of some. */
export const listed = (minutes: number, keys: ReadonlyArray<string>, isWhole = true) => {
  const rows = keys.map((key) => thing(key, minutes))
  return {
    partition: ofThings,
    rows: Stream.fromArray(rows),
    entry: Effect.succeed(listEntry(minutes, keys.length, isWhole))
  }
}

export const listEntry = (minutes: number, rows: number, isWhole = true): Entry => ({
  source: "list",
  asOf: noon + minutes * 60_000,
  rows,
  running: 0,
  ...(isWhole ? { whole: true } : {})
})
