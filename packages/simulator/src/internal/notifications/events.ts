/**
 * The events of the moving world: what happened to the subscribed topics between two moments. Topics that the simulator
 * does not know may be subscribed to, and stay silent.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Conversations } from "../analytics/conversations.ts"
import { Directory } from "../directory/directory.ts"
import { longestShort } from "../analytics/script.ts"

export interface Event {
  readonly topicName: string
  readonly eventBody: unknown
}

/** A jump of the clock loses the events that are older. */
const longestLook = 60 * 60 * 1000

const userTopic = /^v2\.users\.([^.]+)\.presence$/
const queueTopic = /^v2\.routing\.queues\.([^.]+)\.conversations$/

export class Events extends Context.Service<
  Events,
  {
    /** After `from`, up to and including `to`, both in milliseconds since 1970. */
    readonly between: (topics: ReadonlySet<string>, from: number, to: number) => ReadonlyArray<Event>
  }
>()("@effect-genesys/simulator/internal/Events") {
  static readonly layer = Layer.effect(
    Events,
    Effect.gen(function* () {
      const world = yield* Conversations
      const directory = yield* Directory

      const presences = (topic: string, id: string, from: number, to: number): ReadonlyArray<Event> => {
        const number = directory.userNumber(id)
        if (number === undefined) return []
        const presence = directory.presence(number, to)
        const before = directory.presence(number, from).presenceDefinition.id
        return before === presence.presenceDefinition.id ? [] : [{ topicName: topic, eventBody: presence }]
      }

      /** A conversation is told of when its first queue gets it and when it ends. Long ones (of hours) are told of when they begin. */
      const conversations = (queues: ReadonlySet<string>, from: number, to: number): ReadonlyArray<Event> => {
        const found: Array<Event & { readonly at: number }> = []
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
            found.push({ at, topicName, eventBody: { id: row.conversationId, participants } })
          }
        }
        return found.toSorted((a, b) => a.at - b.at).map(({ eventBody, topicName }) => ({ topicName, eventBody }))
      }

      return Events.of({
        between: (topics, from, to) => {
          const since = Math.max(from, to - longestLook)
          const found: Array<Event> = []
          const queues = new Set<string>()
          for (const topic of topics) {
            const user = userTopic.exec(topic)?.[1]
            const queue = queueTopic.exec(topic)?.[1]
            if (user !== undefined) found.push(...presences(topic, user, since, to))
            if (queue !== undefined) queues.add(queue)
          }
          return queues.size === 0 ? found : found.concat(conversations(queues, since, to))
        }
      })
    })
  )
}
