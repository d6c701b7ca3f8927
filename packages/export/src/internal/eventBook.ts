/**
 * What is known of events that are not written yet: the rows that wait, the gaps that are open or being filled, and until when nothing
 * is missing. It decides, and does nothing: all moments are Genesys', in milliseconds since 1970.
 */
import type { FollowedEvent } from "@effect-genesys/client/NotificationEvent"
import type * as DateTime from "effect/DateTime"
import * as Day from "../Day.ts"
import type { Row } from "../Row.ts"
import * as Gaps from "./eventGaps.ts"
import * as LeftOut from "./eventLeftOut.ts"
import * as Reach from "./eventReach.ts"
import * as Rows from "./eventRows.ts"
import * as Topics from "./eventTopics.ts"
import * as Waiting from "./eventWaiting.ts"

export interface Batch {
  /** By day, the first one first. */
  readonly days: ReadonlyArray<readonly [day: string, rows: ReadonlyArray<Row>]>
  readonly rows: number
  /** Nothing of before this moment is missing, but for what is in the gaps of these rows and of those before. */
  readonly asOf: number
  /** Every topic that was there at that moment is listened to, or was. */
  readonly listedAt: number | undefined
  /** The same of each pattern that is followed, or was once. */
  readonly patterns: Reach.Held["patterns"]
}

export interface Options {
  readonly patterns: ReadonlyArray<string>
  /** How far a copy goes that is there. */
  readonly held: Reach.Held | undefined
  /** Whether the state of topics is read where events may be missing. */
  readonly fill: boolean
  /** A moment of this machine's as one of Genesys'. */
  readonly at: (moment: DateTime.Utc) => number
}

/** What came into being before the last run had ended, and was not listed any more. */
const unlisted = (held: Options["held"], pattern: string, topics: number): ReadonlyArray<Rows.Made> => {
  const from = held?.listedAt
  const to = held?.patterns === undefined ? held?.asOf : held.patterns[pattern]
  if (to === undefined || from === undefined || from >= to || !Topics.isPattern(pattern)) return []
  return Rows.gap({ pattern, reason: "NotListed", from, to, topics })
}

export const make = ({ at, fill, held, patterns }: Options) => {
  const nameOf = Topics.namer(patterns)
  const { put, size, take: takeOut } = Waiting.make()
  const gaps = Gaps.make({ nameOf, fill, put, at })
  const leftOut = LeftOut.make(nameOf, put)
  const reach = Reach.make(held, patterns)
  /** Listed, and not listened to yet. */
  const fresh = new Set<string>()
  let [asOf, known] = [held?.asOf ?? 0, held?.asOf ?? 0]
  let listed = { topics: new Set<string>(), at: 0, before: 0 }
  let listedAt = held?.listedAt
  let [since, lastEventAt]: [since?: number, lastEventAt?: number] = []
  let today = ""

  const isListed = () => {
    if (since !== undefined && fresh.size === 0) listedAt = listed.at
  }

  /** All is listened to for the first time in this run. */
  const listening = (moment: number) => {
    since = moment
    today = Day.of(moment)
    const topics = [...listed.topics].filter((topic) => !leftOut.isRefused(topic))
    for (const [pattern, those] of Topics.grouped(nameOf, topics))
      put([Rows.listening(pattern, those.length, moment), ...unlisted(held, pattern, those.length)])
    // Nothing was promised before the first time of all, and all that was since then is in the gap.
    if (held === undefined) asOf = moment
    known = Math.max(known, moment)
    reach.gapsUntil(moment, topics).forEach(gaps.over)
    leftOut.tell(moment, leftOut.all())
    isListed()
  }

  const take = (event: FollowedEvent): void => {
    switch (event._tag) {
      case "Event":
        lastEventAt = at(event.receivedAt)
        return put([Rows.told(event, nameOf(event.topic), lastEventAt)])
      case "Gap":
        return gaps.told(event)
      case "Known":
        return void (known = Math.max(known, at(event.until)))
      case "Listening":
        return listening(at(event.at))
      case "Joined": {
        const [to, { topics }] = [at(event.at), event]
        for (const topic of topics) fresh.delete(topic)
        leftOut.permit(topics)
        gaps.over({ reason: "NotListed", from: Math.min(listed.before, to), to, topics })
        return isListed()
      }
      case "Refused": {
        for (const topic of event.topics) fresh.delete(topic)
        const news = leftOut.refuse(event.topics, event.permissions)
        if (since !== undefined) leftOut.tell(at(event.at), news)
        return isListed()
      }
    }
  }

  return {
    nameOf,
    take: (events: ReadonlyArray<FollowedEvent>) => events.forEach(take),
    /** All topics that there were at that moment. Answers those that are to be followed. */
    listed: (topics: ReadonlyArray<string>, moment: number): ReadonlyArray<string> => {
      const wanted = topics.slice(0, Topics.mostTopics)
      const there = new Set(wanted)
      if (listed.at > 0) for (const topic of wanted) if (!listed.topics.has(topic)) fresh.add(topic)
      for (const topic of fresh) if (!there.has(topic)) fresh.delete(topic)
      leftOut.keep(there)
      const news = leftOut.exceed(topics.slice(Topics.mostTopics))
      if (since !== undefined) leftOut.tell(moment, news)
      listed = { topics: there, at: moment, before: listed.at === 0 ? moment : listed.at }
      isListed()
      return wanted
    },
    toRead: gaps.toRead,
    /** What was read, of which gaps, and when; nothing, if it cannot be. */
    wereRead: (those: ReadonlyArray<Gaps.Pending>, rows: ReadonlyArray<Rows.Made>, filledAt: number | undefined) => {
      put(rows)
      gaps.wereRead(those, filledAt)
    },
    waits: () => ({ ...size(), isUnread: gaps.isWanted() }),
    /** What waits is taken out. */
    batch: (now: number): Batch => {
      if (since !== undefined && Day.of(now) > today) {
        today = Day.of(now)
        leftOut.tell(Day.start(today), leftOut.all())
      }
      // What is not written yet holds it up: a gap that is open, or being filled.
      if (since !== undefined) asOf = Math.max(asOf, Math.min(known, gaps.began()))
      const reached = since === undefined ? held?.patterns : reach.noted(asOf, gaps.beganOf)
      return { ...takeOut(), asOf, listedAt, patterns: reached }
    },
    status: () => {
      const topics = listed.topics.size - leftOut.count()
      return { since, topics, leftOut: leftOut.all(), lastEventAt, ...gaps.counts() }
    }
  }
}
export type Book = ReturnType<typeof make>
