/**
 * What a conversation is about, computed from the seed and its number: queue, agent, media, outcome. What can change after
 * the end is asked for a moment. It knows single facts only: whole rows are in Conversations.ts.
 */
import * as Random from "./Random.ts"
import type { Settings } from "./Settings.ts"
import type { Timeline } from "./Timeline.ts"
import { isLong } from "./Timeline.ts"
import type { Users } from "./Users.ts"

export const queueNames = ["Support", "Sales", "Billing", "Retention"]
const wrapUpCodes = ["Resolved", "Follow-up", "Escalated", "No answer"]
const mediaTypes = ["voice", "voice", "voice", "message", "email"] as const
const longMediaTypes = ["message", "email"] as const

export interface Facts {
  readonly divisionId: string
  readonly direction: (index: number) => "inbound" | "outbound"
  readonly mediaType: (index: number) => (typeof mediaTypes)[number]
  /** A place in `queueNames`. */
  readonly queue: (index: number) => number
  readonly queueId: (index: number) => string
  readonly user: (index: number) => { readonly id: string; readonly name: string }
  /** The numbers of the customer and of the queue. */
  readonly ani: (index: number) => string
  readonly dnis: (index: number) => string
  /** How the talk ended, as told at this moment. */
  readonly disconnectType: (index: number, at: number) => "peer" | "client"
  /** Milliseconds of talk, as told at this moment. */
  readonly talk: (index: number, at: number) => number
  /** Absent before it is known. */
  readonly wrapUpCode: (index: number, at: number) => string | undefined
}

export const make = ({ seed }: Settings["Service"], users: Users["Service"], timeline: Timeline): Facts => {
  const bits = (index: number, draw: number) => Random.bits(seed, Random.streams.conversation, index, draw)
  const queueIds = queueNames.map((_, queue) => Random.uuid(seed, Random.streams.queue, queue))
  const known = new Map<number, { readonly id: string; readonly name: string }>()
  const rewritten = (index: number, at: number) => at >= timeline.rewriteOf(index)

  const outbound = (index: number) => bits(index, 8) % 4 === 0
  const queue = (index: number) => bits(index, 9) % queueNames.length
  const customer = (index: number) => `tel:+1317555${String(bits(index, 11) % 10_000).padStart(4, "0")}`
  const ours = (index: number) => `tel:+1800555${String(queue(index)).padStart(4, "0")}`

  return {
    divisionId: Random.uuid(seed, Random.streams.division, 0),
    direction: (index) => (outbound(index) ? "outbound" : "inbound"),
    mediaType: (index) =>
      Random.pick<(typeof mediaTypes)[number]>(isLong(index) ? longMediaTypes : mediaTypes, bits(index, 13)),
    queue,
    queueId: (index) => queueIds[queue(index)]!,
    user: (index) => {
      const number = bits(index, 10) % users.count
      const user = known.get(number) ?? { id: users.field(number, "id")!, name: users.field(number, "name")! }
      if (known.size < 10_000) known.set(number, user)
      return user
    },
    ani: (index) => (outbound(index) ? ours(index) : customer(index)),
    dnis: (index) => (outbound(index) ? customer(index) : ours(index)),
    // The pipeline finds another end for some, counts the talk of all anew, and corrects some codes.
    disconnectType: (index, at) => {
      const told = bits(index, 14)
      const turned = rewritten(index, at) && bits(index, 18) % 3 === 0
      return (told % 2 === 0) === turned ? "client" : "peer"
    },
    talk: (index, at) => {
      const told = timeline.endOf(index) - timeline.answerOf(index)
      return rewritten(index, at) ? told - 1 - (bits(index, 19) % 999) : told
    },
    wrapUpCode: (index, at) => {
      if (timeline.codeOf(index) > at) return undefined
      const corrected = rewritten(index, at) && bits(index, 20) % 5 === 0 ? 1 : 0
      return wrapUpCodes[(bits(index, 12) + corrected) % wrapUpCodes.length]
    }
  }
}
