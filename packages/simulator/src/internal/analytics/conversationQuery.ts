/**
 * One page of a details query, with what goes beside it: an approximate count, and aggregations.
 */
import { interval, type ConversationQuery } from "../../api/AnalyticsApi.ts"
import type { Conversations } from "./conversations.ts"
import * as Hits from "./hits.ts"
import * as Selection from "./selection.ts"
import type { Settings } from "../shared/settings.ts"

const minute = 60_000

/** Answers queries as of a moment. */
export const make =
  (world: Conversations["Service"], { queryLimit }: Settings["Service"]) =>
  /** Undefined for a page that lies too far on. */
  (query: ConversationQuery, now: number) => {
    const selection = Selection.touching(world, interval(query.interval), now)
    const hits = Hits.find(world, query, selection)
    const { pageNumber = 1, pageSize = 25 } = query.paging ?? {}
    if (pageNumber * pageSize > queryLimit) return undefined
    const indexes = hits.slice((pageNumber - 1) * pageSize, pageSize)
    // The count lags behind: it does not know yet what started within this minute.
    const counted = world.firstFrom(Math.floor(now / minute) * minute)
    return {
      ...(indexes.length === 0 ? {} : { conversations: indexes.map((index) => world.get(index, now)) }),
      ...(query.aggregations === undefined ? {} : { aggregations: query.aggregations.map(hits.count) }),
      totalHits: hits.total - hits.countFrom(counted)
    }
  }
