/**
 * The dimensions and metrics that filters and aggregations can look at, each as a function of the number of a conversation and
 * a moment. They need no row, which takes far longer to compute.
 */
import type {
  ConversationDimension,
  ConversationMetric,
  SegmentDimension,
  SegmentMetric
} from "../../api/ConversationFilter.ts"
import { iso } from "../shared/iso.ts"
import type { Conversations } from "./conversations.ts"

type World = Conversations["Service"]

/** Undefined for what is not there, or not known at that moment. A metric is in milliseconds, but for the counts. */
export type Read = (index: number, at: number) => string | number | undefined

/** For each segment in the order of the row: customer, queue, agent, and the agent's after-call work. */
export type Segments = readonly [Read, Read, Read, Read]

type Named<Name extends string, A> = Readonly<Record<Name, A>>

const everywhere = (read: Read): Segments => [read, read, read, read]
const nothing: Read = () => undefined

/** Whether a segment is there by then: the first two are from the start. */
export const appears = (world: World): ReadonlyArray<(index: number, at: number) => boolean> => [
  () => true,
  () => true,
  (index, at) => world.answerOf(index) <= at,
  (index, at) => world.workOf(index) <= at
]

type Moment = "startOf" | "answerOf" | "endOf" | "workOf"

const date =
  (world: World, moment: Moment): Read =>
  (index, at) => {
    const millis = world[moment](index)
    return millis <= at ? iso(millis) : undefined
  }

/** The milliseconds between two moments, once both have come. */
const span =
  (world: World, first: Moment, last: Moment): Read =>
  (index, at) => {
    const end = world[last](index)
    return end <= at ? end - world[first](index) : undefined
  }

export const conversation = (
  world: World
): Named<typeof ConversationDimension.Type | typeof ConversationMetric.Type, Read> => ({
  conversationId: world.idOf,
  conversationStart: date(world, "startOf"),
  conversationEnd: date(world, "endOf"),
  originatingDirection: world.direction,
  divisionId: () => world.divisionId,
  nConnected: () => 1,
  tAcd: span(world, "startOf", "answerOf"),
  tTalk: (index, at) => (world.endOf(index) <= at ? world.talk(index, at) : undefined),
  tAcw: span(world, "endOf", "workOf")
})

export const segment = (world: World): Named<typeof SegmentDimension.Type | typeof SegmentMetric.Type, Segments> => {
  const user: Read = (index) => world.user(index).id
  const ended: Read = (index, at) => (world.endOf(index) <= at ? world.disconnectType(index, at) : undefined)
  const queue: Read = (index) => world.queueIds[world.queue(index)]
  return {
    queueId: everywhere(queue),
    userId: [nothing, nothing, user, user],
    mediaType: everywhere(world.mediaType),
    direction: everywhere(world.direction),
    wrapUpCode: [nothing, nothing, nothing, world.wrapUpCode],
    purpose: [() => "customer", () => "acd", () => "agent", () => "agent"],
    disconnectType: [ended, (index, at) => (world.answerOf(index) <= at ? "transfer" : undefined), ended, nothing],
    segmentType: [() => "interact", () => "interact", () => "interact", () => "wrapup"],
    segmentEnd: [date(world, "endOf"), date(world, "answerOf"), date(world, "endOf"), date(world, "workOf")],
    ani: everywhere(world.ani),
    dnis: everywhere(world.dnis),
    tSegmentDuration: [
      span(world, "startOf", "endOf"),
      span(world, "startOf", "answerOf"),
      span(world, "answerOf", "endOf"),
      span(world, "endOf", "workOf")
    ]
  }
}
