/**
 * Which conversations a details query returns: those that have started, whose life overlaps the interval, and that started on
 * a UTC day the interval touches. It counts them without computing them, so a page costs the same in a month as in a minute.
 */
import * as Arr from "effect/Array"
import * as Order from "effect/Order"
import { interval, type ConversationQuery } from "../api/AnalyticsApi.ts"
import { type Conversations, longest } from "./Conversations.ts"

type World = Conversations["Service"]

const day = 24 * 60 * 60 * 1000

export interface Page {
  readonly total: number
  /** The numbers of the conversations on this page, in order. */
  readonly indexes: ReadonlyArray<number>
}

/** Those that started before the interval and were still running in it. */
const leadIn = (world: World, from: number, first: number): ReadonlyArray<number> => {
  const midnight = Math.floor(from / day) * day
  const found: Array<number> = []
  for (let index = world.firstFrom(Math.max(midnight, from - longest)); index < first; index++) {
    if (world.endOf(index) > from) found.push(index)
  }
  return found
}

export const page = (world: World, query: ConversationQuery, now: number): Page => {
  const [from, to] = interval(query.interval)
  const { pageNumber = 1, pageSize = 25 } = query.paging ?? {}
  if (now < from) return { total: 0, indexes: [] }
  const first = world.firstFrom(from)
  const earlier = leadIn(world, from, first)
  const total = earlier.length + Math.max(0, world.firstFrom(Math.min(to, now + 1)) - first)
  const byStart = (place: number) => earlier[place] ?? first + place - earlier.length

  const endKnown = (index: number) => (world.endOf(index) <= now ? world.endOf(index) : Infinity)
  const byEnd = query.orderBy === "conversationEnd" || query.orderBy === "segmentEnd"
  const sorted = byEnd
    ? Arr.sortWith(
        Array.from({ length: total }, (_, place) => byStart(place)),
        endKnown,
        Order.Number
      )
    : undefined
  const at = (place: number) => sorted?.[place] ?? byStart(place)

  const start = (pageNumber - 1) * pageSize
  const size = Math.max(0, Math.min(pageSize, total - start))
  const indexes = Array.from({ length: size }, (_, offset) =>
    at(query.order === "desc" ? total - 1 - start - offset : start + offset)
  )
  return { total, indexes }
}
