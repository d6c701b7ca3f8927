/**
 * The dimensions and metrics that filters and aggregations can look at, each as a function of a conversation, a moment and,
 * where it belongs to a segment, the segment's place. What is not known at that moment is undefined.
 */
import type {
  ConversationDimension,
  ConversationMetric,
  SegmentDimension,
  SegmentMetric
} from "../api/ConversationFilter.ts"
import type { Conversations } from "./Conversations.ts"

type World = Conversations["Service"]
type Read<A> = (index: number, at: number, place: number) => A | undefined
type Reads<Name extends string, A> = Record<Name, Read<A>>

const iso = (millis: number) => new Date(millis).toISOString()

/** The segments in the order of the row: customer, queue, agent, and the agent's after-call work. */
const purposes = ["customer", "acd", "agent", "agent"] as const
export const places = purposes.length

/** How many segments there are at this moment; the agent's come last. */
export const segments = (world: World, index: number, at: number): number =>
  world.workOf(index) <= at ? 4 : world.answerOf(index) <= at ? 3 : 2

export const conversation = (world: World): Reads<typeof ConversationDimension.Type, string> => ({
  conversationId: world.idOf,
  conversationStart: (index) => iso(world.startOf(index)),
  conversationEnd: (index, at) => (world.endOf(index) <= at ? iso(world.endOf(index)) : undefined),
  originatingDirection: world.direction,
  divisionId: () => world.divisionId
})

export const conversationMetrics = (world: World): Reads<typeof ConversationMetric.Type, number> => ({
  nConnected: () => 1,
  tAcd: (index, at) => (world.answerOf(index) <= at ? world.answerOf(index) - world.startOf(index) : undefined),
  tTalk: (index, at) => (world.endOf(index) <= at ? world.talk(index, at) : undefined),
  tAcw: (index, at) => (world.workOf(index) <= at ? world.workOf(index) - world.endOf(index) : undefined)
})

/** From and to, whether or not that moment has come. */
const span = (world: World, index: number, place: number): readonly [from: number, to: number] => {
  if (place === 0) return [world.startOf(index), world.endOf(index)]
  if (place === 1) return [world.startOf(index), world.answerOf(index)]
  return place === 2 ? [world.answerOf(index), world.endOf(index)] : [world.endOf(index), world.workOf(index)]
}

export const segment = (world: World): Reads<typeof SegmentDimension.Type, string> => ({
  queueId: world.queueId,
  userId: (index, _, place) => (place >= 2 ? world.user(index).id : undefined),
  mediaType: world.mediaType,
  direction: world.direction,
  wrapUpCode: (index, at, place) => (place === 3 ? world.wrapUpCode(index, at) : undefined),
  purpose: (_, __, place) => purposes[place],
  disconnectType: (index, at, place) => {
    if (place === 3 || span(world, index, place)[1] > at) return undefined
    return place === 1 ? "transfer" : world.disconnectType(index, at)
  },
  segmentType: (_, __, place) => (place === 3 ? "wrapup" : "interact"),
  segmentEnd: (index, at, place) => {
    const [, to] = span(world, index, place)
    return to <= at ? iso(to) : undefined
  },
  ani: world.ani,
  dnis: world.dnis
})

export const segmentMetrics = (world: World): Reads<typeof SegmentMetric.Type, number> => ({
  tSegmentDuration: (index, at, place) => {
    const [from, to] = span(world, index, place)
    return to <= at ? to - from : undefined
  }
})
