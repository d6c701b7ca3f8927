/**
 * The events of the moving world: what happened to the subscribed topics between two moments. Topics that the simulator
 * does not know may be subscribed to, and stay silent.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Layer from "effect/Layer"
import { Conversations } from "../analytics/conversations.ts"
import { Directory } from "../directory/directory.ts"
import type { Changing } from "../directory/presences.ts"
import { longestShort } from "../analytics/script.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"

export interface Event {
  readonly topicName: string
  readonly eventBody: unknown
  /** Of the operation that caused it, and perhaps others: on each channel the same. */
  readonly correlationId: string
  /** When it happened, in milliseconds since 1970. */
  readonly at: number
}

/** Nobody changes twice within it. */
const step = 60 * 1000

/** A jump of the clock loses the events that are older. */
const longestLook = 60 * 60 * 1000

const userTopic = /^v2\.users\.([^.]+)\.(presence|routingStatus)$/
const queueTopic = /^v2\.routing\.queues\.([^.]+)\.conversations$/

export class Events extends Context.Service<
  Events,
  {
    /** After `from`, up to and including `to`, both in milliseconds since 1970. */
    readonly between: (topics: ReadonlySet<string>, from: number, to: number) => ReadonlyArray<Event>
    /** The same of a long time: whoever looks on all the while sees each of them. */
    readonly happened: (topics: ReadonlySet<string>, from: number, to: number) => ReadonlyArray<Event>
  }
>()("@effect-genesys/simulator/internal/Events") {
  static readonly layer = Layer.effect(
    Events,
    Effect.gen(function* () {
      const world = yield* Conversations
      const directory = yield* Directory

      const { seed } = yield* Settings
      const correlation = (what: string, at: number) =>
        Random.uuid(seed, Random.streams.event, Hash.string(`${what} ${at}`))

      const presences = (topic: string, id: string, what: Changing, from: number, to: number): ReadonlyArray<Event> => {
        const number = directory.userNumber(id)
        if (number === undefined) return []
        return directory.changes(number, what, from, to).map((at) => ({
          topicName: topic,
          correlationId: correlation(id, at),
          at,
          eventBody:
            what === "presence"
              ? directory.presence(number, at)
              : { id, routingStatus: directory.routingStatus(number, at) }
        }))
      }

      /** A conversation is told of when its first queue gets it and when it ends. Long ones (of hours) are told of when they begin. */
      const conversations = (queues: ReadonlySet<string>, from: number, to: number): ReadonlyArray<Event> => {
        const found: Array<Event> = []
        const last = world.firstFrom(to + 1)
        for (let index = world.firstFrom(from - longestShort); index < last; index++) {
          const offered = world.offeredAt(index)
          if (offered === undefined) continue
          const end = world.endOf(index)
          const queueId = world.names.queueIds[world.queue(index)] ?? ""
          if (!queues.has(queueId)) continue
          const moments = [offered, end].filter((at) => at > from && at <= to)
          for (const at of moments) {
            const row = world.get(index, at)
            const participants = row.participants.map(({ participantId, purpose, userId }) => ({
              id: participantId,
              purpose,
              ...(userId === undefined ? {} : { userId }),
              queueId,
              state: at === end ? "disconnected" : "connected"
            }))
            const topicName = `v2.routing.queues.${queueId}.conversations`
            const correlationId = correlation(row.conversationId, at)
            found.push({ at, topicName, correlationId, eventBody: { id: row.conversationId, participants } })
          }
        }
        return found.toSorted((a, b) => a.at - b.at)
      }

      const between: Events["Service"]["between"] = (topics, from, to) => {
        const since = Math.max(from, to - longestLook)
        const found: Array<Event> = []
        const queues = new Set<string>()
        for (const topic of topics) {
          const [, user, of] = userTopic.exec(topic) ?? []
          const queue = queueTopic.exec(topic)?.[1]
          if (user !== undefined)
            found.push(...presences(topic, user, of === "presence" ? of : "routingStatus", since, to))
          if (queue !== undefined) queues.add(queue)
        }
        return queues.size === 0 ? found : found.concat(conversations(queues, since, to))
      }

      return Events.of({
        happened: (topics, from, to) => {
          const found: Array<Event> = []
          for (let at = from; at < to; at += step) {
            found.push(...between(topics, at, Math.min(at + step, to)))
          }
          return found
        },
        between
      })
    })
  )
}
