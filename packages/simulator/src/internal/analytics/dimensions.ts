/**
 * The dimensions and metrics that filters and aggregations can look at, as numbers, and how their numbers and texts belong
 * together.
 */
import type {
  ConversationDimension,
  ConversationMetric,
  SegmentDimension,
  SegmentMetric
} from "../../api/ConversationFilter.ts"
import type { Columns, Moment } from "./columns.ts"
import type { Conversations } from "./conversations.ts"
import { directions, disconnectBy, disconnectTypes, mediaTypes, telephone, wrapUpBy, wrapUpCodes } from "./facts.ts"
import * as Vectors from "./vectors.ts"

type World = Conversations["Service"]

/** For each place of a segment; a plain number holds for all conversations. */
export type Places = ReadonlyArray<Vectors.Vector | number>

export interface Dimension {
  readonly places: Places
  /** The number of a text, which may differ between blocks; NaN if there is none. */
  readonly numberOf: (text: string) => number | ((columns: Columns) => number)
  readonly textOf: (number: number) => string
  /** How many numbers there are, from 0 on; undefined for what cannot be counted. */
  readonly count?: number
}

/** The segments in the order of the row: customer, queue, agent, and the agent's after-call work. */
const purposes = ["customer", "acd", "agent"]
const segmentTypes = ["interact", "wrapup"]

/** When they appear: the first two are there from the start. */
export const appears: ReadonlyArray<Moment | undefined> = [undefined, undefined, "answer", "work"]

/** The same at each place. */
const everywhere = (vector: Vectors.Vector | number): Places => appears.map(() => vector)

const listed = (places: Places, texts: ReadonlyArray<string>): Dimension => ({
  places,
  count: texts.length,
  numberOf: (text) => (texts.includes(text) ? texts.indexOf(text) : Number.NaN),
  textOf: (number) => texts[number]!
})

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

const dates = (places: Places): Dimension => ({
  places,
  numberOf: (text) => (iso.test(text) ? (columns) => Date.parse(text) - columns.base : Number.NaN),
  textOf: String
})

const ids = (world: World): Dimension => ({
  places: everywhere(Vectors.places),
  numberOf: (id) => {
    const head = Number.parseInt(id.slice(0, 8), 16)
    return ({ indexOf, size }) => {
      for (let place = 0; place < size; place++) {
        if (world.idHead(indexOf(place)) === head && world.idOf(indexOf(place)) === id) return place
      }
      return Number.NaN
    }
  },
  textOf: String
})

const users = (world: World): Dimension => {
  const agent = Vectors.fact("agent")
  return {
    places: [Vectors.absent, Vectors.absent, agent, agent],
    count: world.users,
    numberOf: (id) => world.userNumber(id) ?? Number.NaN,
    textOf: world.userId
  }
}

const customers = 10_000
const number = /^(.*)(\d{4})$/

/** The customer's telephone number in one direction, and that of the queue in the other. */
const telephones = (customerCalls: 0 | 1): Dimension => ({
  places: everywhere({
    moments: [],
    read: (columns, _, out) => {
      const [customer, direction, queue] = [columns.fact("customer"), columns.fact("direction"), columns.fact("queue")]
      for (let place = 0; place < columns.size; place++) {
        out[place] = direction[place] === customerCalls ? customer[place]! : customers + queue[place]!
      }
    }
  }),
  numberOf: (text) => {
    const [, start, last] = number.exec(text) ?? []
    if (start === telephone.customer) return Number(last)
    return start === telephone.queue ? customers + Number(last) : Number.NaN
  },
  textOf: String
})

const disconnects = (): Dimension => {
  const told = Vectors.rewritten("disconnect", "end", disconnectBy)
  const transfer = disconnectTypes.indexOf("transfer")
  return listed([told, Vectors.constant(transfer, "answer"), told, Vectors.absent], disconnectTypes)
}

type Named<Name extends string, A> = Readonly<Record<Name, A>>

export const conversation = (world: World): Named<typeof ConversationDimension.Type, Dimension> => ({
  conversationId: ids(world),
  conversationStart: dates(everywhere(Vectors.date("start"))),
  conversationEnd: dates(everywhere(Vectors.date("end"))),
  originatingDirection: listed(everywhere(Vectors.fact("direction")), directions),
  divisionId: listed(everywhere(0), [world.divisionId])
})

export const segment = (world: World): Named<typeof SegmentDimension.Type, Dimension> => ({
  queueId: listed(everywhere(Vectors.fact("queue")), world.queueIds),
  userId: users(world),
  mediaType: listed(everywhere(Vectors.fact("media")), mediaTypes),
  direction: listed(everywhere(Vectors.fact("direction")), directions),
  wrapUpCode: listed(
    [Vectors.absent, Vectors.absent, Vectors.absent, Vectors.rewritten("wrapUp", "code", wrapUpBy)],
    wrapUpCodes
  ),
  purpose: listed([0, 1, 2, 2], purposes),
  disconnectType: disconnects(),
  segmentType: listed([0, 0, 0, 1], segmentTypes),
  segmentEnd: dates([Vectors.date("end"), Vectors.date("answer"), Vectors.date("end"), Vectors.date("work")]),
  ani: telephones(0),
  dnis: telephones(1)
})

/** In milliseconds, but for the counts. */
export const conversationMetrics: Named<typeof ConversationMetric.Type, Places> = {
  nConnected: everywhere(1),
  tAcd: everywhere(Vectors.span("start", "answer")),
  tTalk: everywhere(
    Vectors.from(
      "end",
      (columns, now) => {
        const [answer, end] = [columns.moment("answer"), columns.moment("end")]
        const [cut, rewrite] = [columns.fact("cut"), columns.moment("rewrite")]
        return (place) => end[place]! - answer[place]! - (rewrite[place]! <= now ? cut[place]! : 0)
      },
      ["rewrite"]
    )
  ),
  tAcw: everywhere(Vectors.span("end", "work"))
}

export const segmentMetrics: Named<typeof SegmentMetric.Type, Places> = {
  tSegmentDuration: [
    Vectors.span("start", "end"),
    Vectors.span("start", "answer"),
    Vectors.span("answer", "end"),
    Vectors.span("end", "work")
  ]
}
