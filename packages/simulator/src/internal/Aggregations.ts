/**
 * Counts the conversations that a query found for each value of a dimension. One that has a value in several segments counts
 * once.
 */
import type { Aggregation } from "../api/ConversationFilter.ts"
import type { Conversations } from "./Conversations.ts"
import * as Dimensions from "./Dimensions.ts"

/** The most frequent values first, equals by name. */
export const count = (
  world: Conversations["Service"],
  { dimension, size = 10 }: Aggregation,
  hits: Iterable<number>,
  at: number
) => {
  const counts = new Map<string, number>()
  const add = (value: string | undefined) => {
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const ofWhole = new Map(Object.entries(Dimensions.conversation(world))).get(dimension)
  const ofSegment = new Map(Object.entries(Dimensions.segment(world))).get(dimension)
  for (const index of hits) {
    add(ofWhole?.(index, at, 0))
    if (ofSegment === undefined) continue
    const values = new Set<string | undefined>()
    const places = Dimensions.segments(world, index, at)
    for (let place = 0; place < places; place++) values.add(ofSegment(index, at, place))
    for (const value of values) add(value)
  }
  const results = [...counts].map(([value, number]) => ({ value, count: number }))
  results.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return { type: "termFrequency", dimension, results: results.slice(0, size) }
}
