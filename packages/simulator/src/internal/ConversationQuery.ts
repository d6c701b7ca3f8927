/**
 * One page of a details query, with what goes beside it: an approximate count, and aggregations.
 */
import { interval, type ConversationQuery } from "../api/AnalyticsApi.ts"
import * as Aggregations from "./Aggregations.ts"
import type { Conversations } from "./Conversations.ts"
import * as Hits from "./Hits.ts"
import * as Selection from "./Selection.ts"

const minute = 60_000

/** Answers queries as of a moment. */
export const make = (world: Conversations["Service"]) => {
  const find = Hits.make(world)
  return (query: ConversationQuery, now: number) => {
    const selection = Selection.ofDays(world, interval(query.interval), now)
    const hits = find(query, selection)
    const { pageNumber = 1, pageSize = 25 } = query.paging ?? {}
    const indexes = hits.slice((pageNumber - 1) * pageSize, pageSize)
    // The count lags behind: it does not know yet what started within this minute.
    const counted = world.firstFrom(Math.floor(now / minute) * minute)
    let totalHits = hits.total
    if (query.conversationFilters === undefined && query.segmentFilters === undefined) {
      totalHits -= Math.max(0, selection.last - Math.max(selection.first, counted))
    } else if (counted < selection.last) {
      for (const index of hits.all()) if (index >= counted) totalHits--
    }
    return {
      ...(indexes.length === 0 ? {} : { conversations: indexes.map((index) => world.get(index, now)) }),
      ...(query.aggregations === undefined
        ? {}
        : {
            aggregations: query.aggregations.map((aggregation) =>
              Aggregations.count(world, aggregation, hits.all(), now)
            )
          }),
      totalHits
    }
  }
}
