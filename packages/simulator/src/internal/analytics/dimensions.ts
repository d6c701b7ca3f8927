/**
 * The dimensions and metrics that filters and aggregations can look at, each as a function of the number of a conversation and
 * a moment. They need no row, which takes far longer to write.
 */
import {
  type ConversationDimension,
  ConversationMetric,
  type SegmentDimension,
  type SegmentMetric
} from "../../api/ConversationFilter.ts"
import { iso } from "../shared/iso.ts"
import type { Conversations } from "./conversations.ts"
import type { Actor, Leg, Part } from "./story.ts"

type World = Conversations["Service"]
type Value = string | number

/** Whether one of its values passes. It has none of what is not there, or not known at that moment. Metrics are in milliseconds. */
export type Whole = (index: number, at: number, passes: (value: Value) => boolean) => boolean

/** Of a segment that is there by then: undefined for what is not. */
export type Read = (index: number, at: number, actor: Actor, leg: Leg, part: Part) => Value | undefined

type Named<Name extends string, A> = Readonly<Record<Name, A>>

/** Each segment that has begun by then, until one passes. */
export const someSegment = (
  world: World,
  index: number,
  at: number,
  passes: (actor: Actor, leg: Leg, part: Part) => boolean
): boolean => {
  for (const actor of world.story(index, at).actors) {
    for (const leg of actor.legs) {
      for (const part of leg.parts) if (part.from <= at && passes(actor, leg, part)) return true
    }
  }
  return false
}

const metric =
  (world: World, name: string): Whole =>
  (index, at, passes) => {
    for (const { legs } of world.story(index, at).actors) {
      for (const { measures } of legs) {
        for (const one of measures) if (one.name === name && one.at <= at && passes(one.value)) return true
      }
    }
    return false
  }

const ofWhole = (world: World): Named<typeof ConversationDimension.Type, Whole> => ({
  conversationId: (index, _, passes) => passes(world.idOf(index)),
  conversationStart: (index, _, passes) => passes(iso(world.startOf(index))),
  conversationEnd: (index, at, passes) => {
    const end = world.endOf(index)
    return end <= at && passes(iso(end))
  },
  originatingDirection: (index, _, passes) => passes(world.direction(index)),
  divisionId: (_index, _, passes) => passes(world.names.divisionId)
})

/** By the names of dimensions and metrics. */
export const conversation = (world: World): ReadonlyMap<string, Whole> =>
  new Map([
    ...Object.entries(ofWhole(world)),
    ...ConversationMetric.literals.map((name): [string, Whole] => [name, metric(world, name)])
  ])

const ofSegment = (world: World): Named<typeof SegmentDimension.Type | typeof SegmentMetric.Type, Read> => ({
  queueId: (_index, _, _actor, { queue }) => world.names.queueIds[queue],
  userId: (_index, _, { agent }) => (agent < 0 ? undefined : world.names.user(agent).id),
  mediaType: (_index, _, _actor, { medium }) => medium,
  direction: (_index, _, _actor, { direction }) => direction,
  wrapUpCode: (_index, at, _actor, _leg, { wrap }) =>
    wrap !== undefined && wrap.knownAt <= at ? wrap.code : undefined,
  purpose: (_index, _, { purpose }) => purpose,
  disconnectType: (_index, at, _actor, _leg, { disconnect, to }) => (to <= at ? disconnect : undefined),
  segmentType: (_index, _, _actor, _leg, { type }) => type,
  segmentEnd: (_index, at, _actor, _leg, { to }) => (to <= at ? iso(to) : undefined),
  ani: (index, _, _actor, { direction }) => (direction === "outbound" ? world.ours(index) : world.customer(index)),
  dnis: (index, _, _actor, { direction }) => (direction === "outbound" ? world.customer(index) : world.ours(index)),
  conference: (_index, _, _actor, _leg, { conference }) => String(conference),
  errorCode: (_index, at, _actor, _leg, { failure, to }) =>
    to <= at && failure !== undefined ? failure.code : undefined,
  flowId: (_index, _, _actor, { flow }) =>
    flow === undefined ? undefined : world.names.flow(flow.number, flow.end).id,
  flowType: (_index, _, _actor, { flow }) => flow?.type,
  exitReason: (_index, at, _actor, { flow }) => (flow !== undefined && flow.end <= at ? flow.exit : undefined),
  tSegmentDuration: (_index, at, _actor, _leg, { from, to }) => (to <= at ? to - from : undefined)
})

export const segment = (world: World): ReadonlyMap<string, Read> => new Map(Object.entries(ofSegment(world)))
