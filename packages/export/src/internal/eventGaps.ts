/** Gaps of events: those that are open, and those whose topics are to be read before they are written. */
import type { Gap } from "@effect-genesys/client/NotificationEvent"
import type * as DateTime from "effect/DateTime"
import * as Rows from "./eventRows.ts"
import { grouped, type Named } from "./eventTopics.ts"
import type { Waiting } from "./eventWaiting.ts"

/** Topics of which the state is to be read, for a gap that is over; without a reason there is none. In milliseconds since 1970. */
export interface Pending {
  readonly reason: string | undefined
  readonly from: number
  readonly to: number
  readonly topics: ReadonlyArray<string>
}

export interface Options {
  readonly nameOf: (topic: string) => Named
  /** Whether states are read at all. */
  readonly fill: boolean
  readonly put: Waiting["put"]
  /** A moment of this machine's as one of Genesys'. */
  readonly at: (moment: DateTime.Utc) => number
}

export const make = ({ at, fill, nameOf, put }: Options) => {
  const open = new Map<string, { readonly from: number; readonly topics: ReadonlyArray<string> }>()
  const filling = new Set<Pending>()
  let wanted: Array<Pending> = []
  let ended = 0

  const hasState = (topic: string) => nameOf(topic).state !== undefined

  /** A gap is written once: when its topics have been read, or cannot be. */
  const end = ({ from, reason, to, topics }: Pending, filledAt: number | undefined) => {
    if (reason === undefined) return
    for (const [pattern, those] of grouped(nameOf, topics))
      put(Rows.gap({ pattern, reason, from, to, topics: those.length, filledAt }))
  }

  /** One is over. */
  const over = (gap: Pending) => {
    const readable = fill ? gap.topics.filter(hasState) : []
    const others = fill ? gap.topics.filter((topic) => !hasState(topic)) : gap.topics
    if (gap.reason !== undefined) ended++
    end({ ...gap, topics: others }, undefined)
    if (readable.length === 0) return
    const one = { ...gap, topics: readable }
    filling.add(one)
    wanted.push(one)
  }

  return {
    over,
    /** One that a channel has had begins, or ends. */
    told: ({ channel, from: began, reason, to, topics }: Gap) => {
      const key = `${channel} ${began.epochMilliseconds}`
      const before = open.get(key)
      const from = before?.from ?? at(began)
      if (to === undefined) return void open.set(key, { from, topics })
      open.delete(key)
      return over({ reason, from, to: Math.max(from, at(to)), topics: before?.topics ?? topics })
    },
    isWanted: () => wanted.length > 0,
    /** Topics whose state is to be read now, each once for all gaps. */
    toRead: () => {
      const gaps = wanted
      wanted = []
      return { gaps, topics: [...new Set(gaps.flatMap(({ topics }) => topics))] }
    },
    /** They were read at that moment; or cannot be, without one. */
    wereRead: (gaps: ReadonlyArray<Pending>, filledAt: number | undefined) => {
      for (const gap of gaps) {
        filling.delete(gap)
        end(gap, filledAt)
      }
    },
    /** What is not written yet began then; later than anything if all is. */
    began: () => Math.min(...[...open.values(), ...filling].map(({ from }) => from)),
    /** Of a pattern: what of it is not written yet began then. */
    beganOf: (pattern: string) =>
      Math.min(
        ...[...open.values(), ...filling]
          .filter(({ topics }) => topics.some((topic) => nameOf(topic).pattern === pattern))
          .map(({ from }) => from)
      ),
    counts: () => ({ gaps: ended, openGaps: open.size })
  }
}
