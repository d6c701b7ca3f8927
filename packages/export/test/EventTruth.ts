/** Rows of events beside what happened: each event is a row, or lies in a gap of its pattern. */
import * as Schema from "effect/Schema"
import { isDeepStrictEqual } from "node:util"

type Value = Readonly<Record<string, unknown>>

export interface Gap {
  readonly pattern: string
  readonly reason: string
  readonly from: number
  readonly to: number
  readonly topics: number
  readonly permissions?: ReadonlyArray<string>
  readonly filledAt?: number
}

export interface Found {
  readonly told: ReadonlyArray<Value & { readonly pattern: string; readonly topic: string }>
  readonly read: ReadonlyArray<Value>
  readonly listening: ReadonlyArray<Value>
  /** In the order of their beginnings. */
  readonly gaps: ReadonlyArray<Gap>
}

const Gaps = Schema.Array(
  Schema.Struct({
    pattern: Schema.String,
    reason: Schema.String,
    from: Schema.String,
    to: Schema.String,
    topics: Schema.Int,
    permissions: Schema.optionalKey(Schema.Array(Schema.String)),
    filledAt: Schema.optionalKey(Schema.String)
  })
)
const decodeGaps = Schema.decodeUnknownSync(Gaps)

const gapOf = ({ filledAt, from, to, ...gap }: (typeof Gaps.Type)[number]): Gap => ({
  ...gap,
  from: Date.parse(from),
  to: Date.parse(to),
  ...(filledAt === undefined ? {} : { filledAt: Date.parse(filledAt) })
})

/** What rows say. */
export const read = (values: ReadonlyArray<Value>): Found => {
  const of = (what: string) =>
    values
      .filter((value) => value["what"] === what)
      .toSorted((a, b) => String(a["receivedAt"]).localeCompare(String(b["receivedAt"])))
  return {
    told: of("told").map((value) =>
      Object.assign({}, value, { pattern: String(value["pattern"]), topic: String(value["topic"]) })
    ),
    read: of("read"),
    listening: of("listening"),
    gaps: of("gap").flatMap((value) => decodeGaps(value["gaps"]).map(gapOf))
  }
}

export interface Happened {
  readonly topicName: string
  readonly eventBody: unknown
  readonly correlationId: string
  readonly at: number
}

const patternOf = (topic: string, patterns: ReadonlyArray<string>) =>
  patterns.find((pattern) => {
    const [start = "", end = ""] = pattern.split("{id}")
    return pattern === topic || (pattern.includes("{id}") && topic.startsWith(start) && topic.endsWith(end))
  })

/** An event is under way for a second, as the simulator looks once in it. */
const underWay = 2_000

/** Those of these events that are neither rows nor in a gap, and how many are which. */
export const check = (found: Found, happened: ReadonlyArray<Happened>, patterns: ReadonlyArray<string>) => {
  const rows = new Map<string, Array<unknown>>()
  for (const { correlationId, eventBody, topic } of found.told) {
    const key = `${topic} ${String(correlationId)}`
    rows.set(key, [...(rows.get(key) ?? []), eventBody])
  }
  let [told, covered] = [0, 0]
  const lost: Array<Happened> = []
  for (const event of happened) {
    const pattern = patternOf(event.topicName, patterns)
    if (pattern === undefined) continue
    const there = rows.get(`${event.topicName} ${event.correlationId}`) ?? []
    const isTold = there.some((body) => isDeepStrictEqual(body, JSON.parse(JSON.stringify(event.eventBody))))
    const isCovered = found.gaps.some(
      (gap) => gap.pattern === pattern && gap.from <= event.at + underWay && event.at <= gap.to
    )
    if (isTold) told++
    else if (isCovered) covered++
    else lost.push(event)
  }
  return { told, covered, lost }
}
