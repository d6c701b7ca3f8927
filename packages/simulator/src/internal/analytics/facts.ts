/**
 * What a conversation is about, computed from the seed and its number: queue, agent, media, outcome. What can change after
 * the end is asked for a moment. It knows single facts only: whole rows are in Conversations.ts.
 */
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"
import type { Read, Timeline } from "./timeline.ts"
import { isLong } from "./timeline.ts"
import type { Users } from "../directory/users.ts"

export const queueNames = ["Support", "Sales", "Billing", "Retention"]
export const wrapUpCodes = ["Resolved", "Follow-up", "Escalated", "No answer"]
export const directions = ["inbound", "outbound"] as const
export const mediaTypes = ["voice", "message", "email"] as const
export const disconnectTypes = ["peer", "client", "transfer"] as const
/** Places in `mediaTypes`, as often as they occur. */
const [shortMedia, longMedia] = [
  [0, 0, 0, 1, 2],
  [1, 2]
]

/** The facts as numbers, which is all that filters and aggregations need. */
export interface FactNumbers {
  /** Places in the lists above. */
  readonly direction: Read
  readonly media: Read
  readonly queue: Read
  /** The number of the agent among the users. */
  readonly agent: Read
  /** The last four digits of the customer's telephone number. */
  readonly customer: Read
  /** A place in `disconnectTypes` as it is told first, and 2 more if the pipeline turns 0 to 1 and 1 to 0. */
  readonly disconnect: Read
  /** A place in `wrapUpCodes` as it is told first, and 4 more if the pipeline moves it on to the next. */
  readonly wrapUp: Read
  /** Milliseconds that the pipeline takes off the talk. */
  readonly cut: Read
}

export interface Facts {
  readonly numbers: FactNumbers
  readonly tell: (name: keyof FactNumbers, index: number) => number
  readonly divisionId: string
  readonly queueIds: ReadonlyArray<string>
  readonly direction: (index: number) => (typeof directions)[number]
  readonly mediaType: (index: number) => (typeof mediaTypes)[number]
  readonly user: (index: number) => { readonly id: string; readonly name: string }
  /** How many users there are. */
  readonly users: number
  /** The id of the user with this number, and the number of the user with this id. */
  readonly userId: (number: number) => string
  readonly userNumber: (id: string) => number | undefined
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

/** What the disconnect type and the wrap-up code are by then, of the numbers above: places in their lists. */
export const disconnectBy = (told: number, rewritten: boolean): number => (told & 1) ^ (rewritten ? told >> 1 : 0)
export const wrapUpBy = (told: number, rewritten: boolean): number => (told + (rewritten ? told >> 2 : 0)) & 3

const digits = (number: number) => String(number).padStart(4, "0")
export const telephone = { customer: "tel:+1317555", queue: "tel:+1800555" }

export const make = ({ seed }: Settings["Service"], users: Users["Service"], timeline: Timeline): Facts => {
  const { of, word } = Random.units(seed, Random.streams.conversation)
  const known = new Map<number, { readonly id: string; readonly name: string }>()
  const numberOf = new Map<string, number>()
  const rewritten = (index: number, at: number) => at >= timeline.rewriteOf(index)

  const numbers: FactNumbers = {
    direction: (drawn) => (word(drawn, 8) % 4 === 0 ? 1 : 0),
    media: (drawn, long) => Random.pick(long ? longMedia : shortMedia, word(drawn, 13)),
    queue: (drawn) => word(drawn, 9) % queueNames.length,
    agent: (drawn) => word(drawn, 10) % users.count,
    customer: (drawn) => word(drawn, 11) % 10_000,
    disconnect: (drawn) => (word(drawn, 14) & 1) + (word(drawn, 18) % 3 === 0 ? 2 : 0),
    wrapUp: (drawn) => (word(drawn, 12) & 3) + (word(drawn, 20) % 5 === 0 ? 4 : 0),
    // The pipeline counts the talk of all anew.
    cut: (drawn) => 1 + (word(drawn, 19) % 999)
  }
  const tell = (name: keyof FactNumbers, index: number) => numbers[name](of(index), isLong(index))
  const outbound = (index: number) => tell("direction", index) === 1
  const customer = (index: number) => telephone.customer + digits(tell("customer", index))
  const ours = (index: number) => telephone.queue + digits(tell("queue", index))

  return {
    numbers,
    tell,
    divisionId: Random.uuid(seed, Random.streams.division, 0),
    queueIds: queueNames.map((_, queue) => Random.uuid(seed, Random.streams.queue, queue)),
    direction: (index) => directions[tell("direction", index)]!,
    mediaType: (index) => mediaTypes[tell("media", index)]!,
    user: (index) => {
      const number = tell("agent", index)
      const user = known.get(number) ?? { id: users.field(number, "id")!, name: users.field(number, "name")! }
      if (known.size < 10_000) known.set(number, user)
      return user
    },
    users: users.count,
    userId: (number) => users.field(number, "id")!,
    userNumber: (id) => {
      if (numberOf.size === 0) {
        for (let number = 0; number < users.count; number++) numberOf.set(users.field(number, "id")!, number)
      }
      return numberOf.get(id)
    },
    ani: (index) => (outbound(index) ? ours(index) : customer(index)),
    dnis: (index) => (outbound(index) ? customer(index) : ours(index)),
    disconnectType: (index, at) =>
      disconnectBy(tell("disconnect", index), rewritten(index, at)) === 1 ? "client" : "peer",
    talk: (index, at) => {
      const told = timeline.endOf(index) - timeline.answerOf(index)
      return rewritten(index, at) ? told - tell("cut", index) : told
    },
    wrapUpCode: (index, at) =>
      timeline.codeOf(index) > at ? undefined : wrapUpCodes[wrapUpBy(tell("wrapUp", index), rewritten(index, at))]
  }
}
