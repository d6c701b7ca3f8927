/**
 * What a conversation is about, computed from the seed and its number: queue, agent, media, outcome. What can change after
 * the end is asked for a moment. It knows single facts only: whole rows are in conversations.ts.
 */
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"
import { isLong, type Timeline } from "./timeline.ts"
import { queueNames } from "../directory/queueNames.ts"
import { wrapUpCodeIds } from "../directory/wrapUpCodes.ts"
import type { Users } from "../directory/users.ts"

const directions = ["inbound", "outbound"] as const
type MediaType = "voice" | "message" | "email"
/** As often as they occur. */
const shortMedia: ReadonlyArray<MediaType> = ["voice", "voice", "voice", "message", "email"]
const longMedia: ReadonlyArray<MediaType> = ["message", "email"]

export interface Facts {
  readonly divisionId: string
  readonly queueIds: ReadonlyArray<string>
  /** A place in `queueNames` and `queueIds`. */
  readonly queue: (index: number) => number
  readonly direction: (index: number) => (typeof directions)[number]
  readonly mediaType: (index: number) => MediaType
  readonly user: (index: number) => { readonly id: string; readonly name: string }
  /** The telephone numbers of the customer and of the queue, in the direction of the call. */
  readonly ani: (index: number) => string
  readonly dnis: (index: number) => string
  /** How the talk ended, as told at this moment. */
  readonly disconnectType: (index: number, at: number) => "peer" | "client"
  /** Milliseconds of talk, as told at this moment. */
  readonly talk: (index: number, at: number) => number
  /** Absent before it is known. */
  readonly wrapUpCode: (index: number, at: number) => string | undefined
}

const digits = (number: number) => String(number).padStart(4, "0")
const telephone = { customer: "tel:+1317555", queue: "tel:+1800555" }

export const make = ({ seed }: Settings["Service"], users: Users["Service"], timeline: Timeline): Facts => {
  const { of, word: wordOf } = Random.units(seed, Random.streams.conversation)
  const word = (index: number, draw: number) => wordOf(of(index), draw)
  const wrapUpCodes = wrapUpCodeIds(seed)
  const known = new Map<number, { readonly id: string; readonly name: string }>()
  const rewritten = (index: number, at: number) => at >= timeline.rewriteOf(index)
  const outbound = (index: number) => word(index, 8) % 4 === 0
  const queue = (index: number) => word(index, 9) % queueNames.length
  const customers = (index: number) => telephone.customer + digits(word(index, 11) % 10_000)
  const ours = (index: number) => telephone.queue + digits(queue(index))

  return {
    divisionId: Random.uuid(seed, Random.streams.division, 0),
    queueIds: queueNames.map((_, number) => Random.uuid(seed, Random.streams.queue, number)),
    queue,
    direction: (index) => directions[outbound(index) ? 1 : 0],
    mediaType: (index) => Random.pick(isLong(index) ? longMedia : shortMedia, word(index, 13)),
    user: (index) => {
      const number = word(index, 10) % users.count
      const user = known.get(number) ?? { id: users.field(number, "id")!, name: users.field(number, "name")! }
      if (known.size < 10_000) known.set(number, user)
      return user
    },
    ani: (index) => (outbound(index) ? ours(index) : customers(index)),
    dnis: (index) => (outbound(index) ? customers(index) : ours(index)),
    disconnectType: (index, at) => {
      // The pipeline turns one into the other for a third of those it rewrites.
      const turned = word(index, 18) % 3 === 0 && rewritten(index, at)
      return (word(index, 14) & 1) === (turned ? 0 : 1) ? "client" : "peer"
    },
    talk: (index, at) => {
      const told = timeline.endOf(index) - timeline.answerOf(index)
      // The pipeline counts the talk of all that it rewrites anew.
      return rewritten(index, at) ? told - 1 - (word(index, 19) % 999) : told
    },
    wrapUpCode: (index, at) => {
      if (timeline.codeOf(index) > at) return undefined
      // The pipeline moves a fifth of those it rewrites on to the next.
      const moved = word(index, 20) % 5 === 0 && rewritten(index, at)
      return Random.pick(wrapUpCodes, word(index, 12) + (moved ? 1 : 0))
    }
  }
}
