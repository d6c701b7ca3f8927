/**
 * What a conversation tells: who takes part in it, in which sessions, what they do from when to when, and what is measured. It has
 * numbers for moments, users and queues, and is written as a row, as known at a moment, by rows.ts. `Stage` is where it is told.
 */
import type * as Row from "../../api/Conversation.ts"
import type { ConversationMetric } from "../../api/ConversationFilter.ts"
import type { Media } from "./script.ts"

export type Purpose = typeof Row.Purpose.Type
export type Medium = Media | "callback"
export type Disconnect = typeof Row.DisconnectType.Type
export type SegmentType = typeof Row.SegmentType.Type
export type MetricName = typeof ConversationMetric.Type

/** What an agent says of a talk, known some time after the work: undefined if never. */
export interface Wrap {
  readonly code: string | undefined
  readonly knownAt: number
  readonly hasNote: boolean
}

/** A segment. */
export interface Part {
  readonly type: SegmentType
  readonly from: number
  readonly to: number
  readonly disconnect: Disconnect | undefined
  readonly conference: boolean
  readonly wrap: Wrap | undefined
  /** Of a call that nobody took. */
  readonly failure: Failure | undefined
}

export interface Failure {
  readonly code: string
  readonly q850: number
  readonly sip: number
}

export interface Measure {
  readonly name: MetricName
  readonly at: number
  readonly value: number
}

export interface Flow {
  /** A place in the list of flows. */
  readonly number: number
  readonly type: "INBOUNDCALL" | "INBOUNDSHORTMESSAGE" | "INBOUNDCHAT" | "INBOUNDEMAIL" | "DIGITALBOT"
  readonly end: number
  /** Of a transfer, the queue. */
  readonly exit: "TRANSFER" | "DISCONNECT"
  readonly target: number
  /** A place in the list of flow outcomes; -1 for none. */
  readonly outcome: number
  readonly isSuccess: boolean
}

export interface Leg {
  readonly medium: Medium
  readonly direction: "inbound" | "outbound"
  /** A place in the queues, the same for all of its segments and metrics; -1 for none. */
  readonly queue: number
  readonly parts: Array<Part>
  readonly measures: Array<Measure>
  readonly flow: Flow | undefined
  /** Where it goes when nobody answers in the queue. */
  readonly flowOut: "callback" | "voicemail" | undefined
  /** Of a callback, when it is due. */
  readonly scheduled: number | undefined
  readonly isCampaign: boolean
}

export interface Actor {
  readonly purpose: Purpose
  /** The number of the user; -1 for none. */
  readonly agent: number
  readonly legs: Array<Leg>
}

export interface Story {
  /** In the order in which they come. */
  readonly actors: Array<Actor>
}

export const newLeg = (
  medium: Medium,
  direction: "inbound" | "outbound",
  queue: number,
  more: Partial<Pick<Leg, "flow" | "flowOut" | "isCampaign" | "scheduled">> = {}
): Leg => ({
  medium,
  direction,
  queue,
  parts: [],
  measures: [],
  flow: more.flow,
  flowOut: more.flowOut,
  scheduled: more.scheduled,
  isCampaign: more.isCampaign ?? false
})

export const newActor = (purpose: Purpose, agent = -1): Actor => ({ purpose, agent, legs: [] })

export const part = (
  leg: Leg,
  type: SegmentType,
  from: number,
  to: number,
  disconnect?: Disconnect,
  more: { readonly conference?: boolean; readonly wrap?: Wrap; readonly failure?: Failure | undefined } = {}
): void => {
  const { conference = false, failure, wrap } = more
  leg.parts.push({ type, from, to, disconnect, conference, wrap, failure })
}

export const measure = (leg: Leg, name: MetricName, at: number, value: number): void => {
  leg.measures.push({ name, at, value })
}

/** Whether something has been measured by that name. */
export const tells = ({ actors }: Story, name: MetricName): boolean =>
  actors.some(({ legs }) => legs.some(({ measures }) => measures.some((one) => one.name === name)))

/** The last segment becomes one of a conference from a moment on. */
export const confer = ({ parts }: Leg, from: number): void => {
  const last = parts.pop()!
  parts.push({ ...last, to: from, disconnect: undefined }, { ...last, from, conference: true })
}

/** When its first segment begins. */
export const beginOf = (leg: Leg): number => leg.parts[0]!.from

/** The session's wrap-up, if it has one. */
export const wrapOf = ({ parts }: Leg): Wrap | undefined => parts.at(-1)?.wrap
