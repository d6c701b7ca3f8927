/** The rows of events: each is known by a digest of what it says, so that an event which comes twice is one row. */
import type { Event } from "@effect-genesys/client/NotificationEvent"
import * as Moment from "@effect-genesys/core/Moment"
import * as Day from "../Day.ts"
import type { Row } from "../Row.ts"
import type { Named } from "./eventTopics.ts"
import { createHash } from "node:crypto"

/** A row, the day that it belongs to, and about how long it is. */
export interface Made {
  readonly day: string
  readonly row: Row
  readonly length: number
}

const digest = (text: string) => createHash("sha256").update(text).digest("base64url")
const iso = (millis: number) => new Date(millis).toISOString()

const made = (said: string, at: number, asOf: number, value: Row["value"]): Made => ({
  day: Day.of(at),
  row: { key: digest(said), asOf, value: { ...value, receivedAt: iso(at) } },
  length: said.length
})

/** Where bodies say when something happened, in this order. */
const times = ["eventTime", "eventDate", "timestamp", "modifiedDate", "dateModified", "startTime"]

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

const timeIn = (body: unknown, state: string | undefined): string | undefined => {
  if (!isObject(body)) return undefined
  for (const name of times) {
    const value = body[name]
    if (typeof value === "string" && Moment.millisOf(value) !== undefined) return value
  }
  return state === undefined ? undefined : timeIn(body[state], undefined)
}

const about = (topic: string, { id, pattern }: Named) => ({
  topic,
  pattern,
  ...(id === undefined ? {} : { topicId: id })
})

/** What Genesys told at that moment. Two that say the same without a correlation id are two. */
export const told = ({ correlationId, eventBody, metadata, topic, version }: Event, named: Named, at: number): Made => {
  const eventTime = timeIn(eventBody, named.state)
  return made(JSON.stringify(["told", topic, eventBody, correlationId ?? at]), at, at, {
    what: "told",
    ...about(topic, named),
    ...(eventTime === undefined ? {} : { eventTime }),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(version === undefined ? {} : { version }),
    eventBody,
    metadata
  })
}

/** What was read of a topic at that moment. */
export const read = (topic: string, named: Named, state: unknown, at: number): Made => {
  const eventTime = timeIn(state, undefined)
  return made(JSON.stringify(["read", topic, state, at]), at, at, {
    what: "read",
    ...about(topic, named),
    ...(eventTime === undefined ? {} : { eventTime }),
    eventBody: state
  })
}

/** From that moment on, so many topics of a pattern are listened to. */
export const listening = (pattern: string, topics: number, at: number): Made =>
  made(JSON.stringify(["listening", pattern, at]), at, at, { what: "listening", pattern, topics })

export interface GapOf {
  readonly reason: string
  readonly pattern: string
  readonly topics: number
  readonly from: number
  readonly to: number
  readonly permissions?: ReadonlyArray<string> | undefined
  readonly filledAt?: number | undefined
}

/** Why events may be missing, of a row that says so. */
export const reasonOf = ({ value }: Row): ReadonlyArray<string> => {
  const [gapOfRow] = Array.isArray(value["gaps"]) ? value["gaps"] : []
  return isObject(gapOfRow) ? [String(gapOfRow["reason"])] : []
}

/** A row for each day of it. */
export const gap = ({ filledAt, from, pattern, permissions, reason, to, topics }: GapOf): ReadonlyArray<Made> => {
  const rows: Array<Made> = []
  for (let at = from; at <= to;) {
    const end = Math.min(Day.end(Day.of(at)), Math.max(at, to))
    const one = {
      pattern,
      from: iso(at),
      to: iso(end),
      reason,
      topics,
      ...(permissions === undefined ? {} : { permissions }),
      ...(filledAt === undefined ? {} : { filledAt: iso(filledAt) })
    }
    rows.push(
      made(JSON.stringify(["gap", pattern, reason, at, end]), at, end, { what: "gap", pattern, topics, gaps: [one] })
    )
    if (end >= to) break
    at = end
  }
  return rows
}
