/** What evaluations and surveys have in common: the conversation that they are about, and how they are found. */
import type { Lists } from "../lists/lists.ts"
import type * as Judged from "./judged.ts"

/** One of them, with the moments by which it is counted. */
export interface Known<A> {
  readonly row: A
  readonly createdAt: number
  /** When something of it last happened. */
  readonly eventAt: number
  /** An evaluation: when it was released; it is not counted before. A survey: when it was sent. */
  readonly releasedAt: number
  readonly conversationStart: number
}

/** Those that were made from one moment to another (exclusive), as they are at a third; of these conversations. */
export type Find<A> = (
  from: number,
  to: number,
  now: number,
  isMeant?: (judged: Judged.Judged) => boolean
) => ReadonlyArray<Known<A>>

/** One by its number, as it is at a moment; undefined if it is not there yet. */
export type Read<A> = (number: number, now: number) => Known<A> | undefined

export const about = ({ conversationId, queueId, userId }: Judged.Judged) => ({
  conversation: { id: conversationId, selfUri: `/api/v2/conversations/${conversationId}` },
  agent: { id: userId, selfUri: `/api/v2/users/${userId}` },
  ...(queueId === undefined ? {} : { queue: { id: queueId, selfUri: `/api/v2/routing/queues/${queueId}` } })
})

export const formOf = (
  lists: Lists["Service"],
  list: "evaluationForms" | "surveyForms",
  path: string,
  number: number
) => {
  const id = lists.idOf(list, number)
  return { id, contextId: id, selfUri: `/api/v2/quality/forms/${path}/${id}` }
}

export const all =
  <A>({ between, of }: ReturnType<typeof Judged.make>, read: Read<A>): Find<A> =>
  (from, to, now, isMeant) => {
    const found: Array<Known<A>> = []
    for (const number of between(from, Math.min(to, now + 1))) {
      const judged = isMeant === undefined ? undefined : of(number)
      if (isMeant !== undefined && (judged === undefined || !isMeant(judged))) continue
      const one = read(number, now)
      if (one !== undefined) found.push(one)
    }
    return found
  }
