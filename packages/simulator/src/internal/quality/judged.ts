/**
 * Which conversation something is about that is made of it later, such as an evaluation: such things come at random moments of the slots of a
 * grid, and each takes a conversation that has ended by then, and had an agent.
 */
import type { Conversations } from "../analytics/conversations.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"

const hour = 3_600_000
/** So many conversations are looked at for one with an agent. */
const looks = 60
const remembered = 20_000

export interface Judged {
  readonly conversationId: string
  readonly start: number
  readonly end: number
  readonly userId: string
  readonly queueId: string | undefined
  readonly mediaType: string
}

interface Options {
  readonly seed: number
  readonly stream: Random.Stream
  readonly perHour: number
  /** How long after the end of its conversation one of this number is made, in milliseconds. */
  readonly delay: (number: number) => number
}

export const make = (world: Conversations["Service"], { delay, perHour, seed, stream }: Options) => {
  const slot = hour / perHour
  const at = (number: number) => Math.floor((number + Random.unit(seed, stream, number, 4)) * slot)

  /** Undefined if there is none. */
  const find = (number: number): Judged | undefined => {
    const made = at(number)
    const latest = world.firstFrom(made - delay(number)) - 1
    for (let index = latest; index > latest - looks; index--) {
      const end = world.endOf(index)
      if (end > made) continue
      const { participants } = world.get(index, made)
      const agent = participants.find(({ purpose, userId }) => purpose === "agent" && userId !== undefined)
      const [session] = agent?.sessions ?? []
      if (agent?.userId === undefined || session === undefined) continue
      const queueId = session.segments.find((segment) => segment.queueId !== undefined)?.queueId
      const conversationId = world.idOf(index)
      return {
        conversationId,
        start: world.startOf(index),
        end,
        userId: agent.userId,
        queueId,
        mediaType: session.mediaType
      }
    }
    return undefined
  }

  /** What was found last, by its number, and numbers by their ids: they are asked for again and again. */
  const found = new Map<number, Judged | undefined>()
  const numbers = new Map<string, number>()
  const of = (number: number): Judged | undefined => {
    if (found.has(number)) return found.get(number)
    const judged = find(number)
    if (found.size >= remembered) {
      found.clear()
      numbers.clear()
    }
    found.set(number, judged)
    numbers.set(Random.uuid(seed, stream, number), number)
    return judged
  }

  /** The numbers of those that are made from one moment to another (exclusive). */
  const between = function* (from: number, to: number) {
    const last = Math.ceil(to / slot)
    for (let number = Math.floor(from / slot) - 1; number <= last; number++) {
      const made = at(number)
      if (made >= from && made < to) yield number
    }
  }

  /** The number with an id, of those that were made in this time. */
  const numberOf = (id: string, from: number, to: number) => {
    const known = numbers.get(id)
    if (known !== undefined) return known
    const head = Number.parseInt(id.slice(0, 8), 16)
    for (const number of between(from, to))
      if (Random.bits(seed, stream, number, 0) === head && Random.uuid(seed, stream, number) === id) return number
    return undefined
  }

  return { at, between, numberOf, of, idOf: (number: number) => Random.uuid(seed, stream, number) }
}

/** A field with a moment, once it has come. */
export const dated = <const Name extends string>(
  name: Name,
  moment: number,
  now: number
): { readonly [N in Name]?: string } => {
  const found: { [N in Name]?: string } = {}
  if (moment <= now) found[name] = iso(moment)
  return found
}
