/**
 * What an agent is up to in one shift, from coming to leaving: at first available, then on queue but for breaks, which wait for what goes on
 * and end when the next one rings; and on queue idle, in an interaction, in a call of another agent, or not responding after an alert in
 * vain. Whoever is in an interaction at the end of the shift stays until it is over.
 */
import * as Random from "../shared/random.ts"
import { shiftLength } from "./agents.ts"
import type { Conversations } from "./conversations.ts"
import type { Leg } from "./story.ts"

export type Presence = "AVAILABLE" | "BREAK" | "MEAL" | "OFFLINE" | "ON_QUEUE"
export type Routing = "COMMUNICATING" | "IDLE" | "INTERACTING" | "NOT_RESPONDING" | "OFF_QUEUE"

/** From one moment to another. */
export interface Span<Status> {
  readonly status: Status
  readonly from: number
  readonly to: number
}

export interface Duty {
  readonly presence: ReadonlyArray<Span<Presence>>
  readonly routing: ReadonlyArray<Span<Routing>>
}

const minute = 60_000

/** What the agent does in a session, and since when it rings. */
interface Busy extends Span<Routing> {
  readonly rings: number
}

/** The stronger of two that are at once. */
const strength: ReadonlyArray<Routing> = ["NOT_RESPONDING", "COMMUNICATING", "INTERACTING"]

const busyOf = (leg: Leg, patience: number): Busy => {
  const [first] = leg.parts
  const rings = first!.from
  const taken = leg.parts.find(({ type }) => type !== "alert")
  if (taken === undefined) return { rings, status: "NOT_RESPONDING", from: first!.to, to: first!.to + patience }
  return { rings, status: leg.queue < 0 ? "COMMUNICATING" : "INTERACTING", from: taken.from, to: leg.parts.at(-1)!.to }
}

/** The planned ones: after so many hours, of so many minutes. */
const plannedBreaks: ReadonlyArray<readonly [status: Presence, after: number, minutes: number]> = [
  ["BREAK", 2, 15],
  ["MEAL", 4, 30],
  ["BREAK", 6, 15]
]

/** In order, without those that there is no time for. */
const breaksOf = (begin: number, shift: number, busy: ReadonlyArray<Busy>): ReadonlyArray<Span<Presence>> =>
  plannedBreaks.flatMap(([status, after, minutes]) => {
    let from = begin + after * 60 * minute + shift
    const latest = from + minutes * minute
    for (const one of busy) if (one.rings <= from && one.to > from) from = one.to
    const next = busy.find(({ rings }) => rings > from)?.rings ?? Infinity
    const to = Math.min(from + minutes * minute, next)
    return from < latest && to - from >= minute ? [{ status, from, to }] : []
  })

/** What comes between and around these. */
const fill = <Status>(
  spans: ReadonlyArray<Span<Status>>,
  from: number,
  to: number,
  status: Status
): Array<Span<Status>> => {
  const filled: Array<Span<Status>> = []
  let cursor = from
  for (const one of spans) {
    if (one.from > cursor) filled.push({ status, from: cursor, to: one.from })
    filled.push(one)
    cursor = one.to
  }
  if (cursor < to) filled.push({ status, from: cursor, to })
  return filled
}

/** The strongest of them at each moment, one after the other. */
const flatten = (busy: ReadonlyArray<Busy>): Array<Span<Routing>> => {
  const moments = [...new Set(busy.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b)
  const spans: Array<Span<Routing>> = []
  for (const [place, from] of moments.slice(0, -1).entries()) {
    const to = moments[place + 1]!
    const here = busy.filter((one) => one.from <= from && one.to >= to).map(({ status }) => strength.indexOf(status))
    if (here.length === 0) continue
    const status = strength[Math.max(...here)]!
    const before = spans.at(-1)
    if (before?.status === status && before.to === from) spans[spans.length - 1] = { status, from: before.from, to }
    else spans.push({ status, from, to })
  }
  return spans
}

const answered = ({ parts }: Leg) => parts.find(({ type }) => type !== "alert")?.from ?? Number.NaN

/** Of the shift that begins then; undefined if the user does not have it. */
export const make = (world: Conversations["Service"], seed: number) => {
  const { agents } = world

  /** The sessions of the user in the shift; threads and late callbacks count for the shift in which they are answered. */
  const sessions = (user: number, begin: number): ReadonlyArray<Leg> => {
    const legsOf = (index: number) =>
      world.story(index, Number.NEGATIVE_INFINITY).actors.flatMap(({ agent, legs }) => (agent === user ? legs : []))
    const end = begin + shiftLength
    return [
      ...Array.from(agents.inShift(user, begin)).flatMap(legsOf),
      ...Array.from(agents.threads(user, begin, end + 30 * minute))
        .flatMap(legsOf)
        .filter((leg) => answered(leg) >= begin && answered(leg) < end)
    ]
  }

  return (user: number, begin: number): Duty | undefined => {
    if (!agents.isOnShift(user, begin)) return undefined
    const draw = (number: number) =>
      Random.unit(seed, Random.streams.presence, user * 100_000 + begin / shiftLength, number)
    const patience = Math.floor((0.5 + 4 * draw(6)) * minute)
    const given = sessions(user, begin)
      .map((leg) => busyOf(leg, patience))
      .toSorted((a, b) => a.rings - b.rings)
    // It is over when the next one rings.
    const busy = given.map((one) => {
      if (one.status !== "NOT_RESPONDING") return one
      const next = given.find(({ rings }) => rings > one.rings)?.rings ?? Infinity
      const { from, rings, status, to } = one
      return { rings, status, from, to: Math.max(from, Math.min(to, next)) }
    })
    const from = Math.min(begin, busy[0]?.rings ?? Infinity)
    const to = Math.max(begin + shiftLength, ...busy.map((one) => one.to))
    const breaks = breaksOf(begin, Math.floor(draw(7) * 30 * minute), busy)
    const comes = from - Math.floor((2 + 10 * draw(8)) * minute)
    const available = [{ status: "AVAILABLE" as const, from: comes, to: from }]
    const presence = [...available, ...fill<Presence>(breaks, from, to, "ON_QUEUE")]
    const off = [...available, ...breaks].map((one) => ({ status: "OFF_QUEUE" as const, from: one.from, to: one.to }))
    const routing = [...off, ...flatten(busy)].toSorted((a, b) => a.from - b.from)
    return { presence, routing: fill<Routing>(routing, comes, to, "IDLE") }
  }
}
