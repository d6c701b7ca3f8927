/**
 * The conversations that started on a UTC day as they are known at a moment: what a faithful copy of that day holds then.
 */
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Conversation } from "../../api/Conversation.ts"
import type { Conversations } from "./conversations.ts"
import * as Selection from "./selection.ts"
import { day } from "./timeline.ts"

const shape = /^\d{4}-\d\d-\d\d$/

/** Such as `2026-11-23`. */
export const Day = Schema.String.check(
  Schema.makeFilter((text: string) => (shape.test(text) && !Number.isNaN(Date.parse(text))) || "Expected YYYY-MM-DD")
)

const chunk = 1000

/** In the order of their starts; only a chunk is in memory at a time. */
export const ofDay = (world: Conversations["Service"], text: string, now: number): Stream.Stream<Conversation> => {
  const from = Date.parse(text)
  const { first, last } = Selection.ofDays(world, [from, from + day], now)
  const rows = function* () {
    for (let index = first; index < last; index++) yield world.getWhole(index, now)
  }
  return Stream.fromIterable(rows(), { chunkSize: chunk })
}
