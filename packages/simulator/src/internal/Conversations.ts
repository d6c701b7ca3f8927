/**
 * The conversations of the org, computed from the seed, the number of the conversation and the present time: one starts at a
 * random moment of each slot of a grid that has no beginning and no end. Nothing is stored.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Conversation, Participant, Segment } from "../api/AnalyticsApi.ts"
import * as Random from "./Random.ts"
import { Settings } from "./Settings.ts"
import { Users } from "./Users.ts"

/** No conversation lasts longer (milliseconds). */
export const longest = 31 * 60 * 1000

const queues = ["Support", "Sales", "Billing", "Retention"]
const wrapUpCodes = ["Resolved", "Follow-up", "Escalated", "No answer"]
const mediaTypes = ["voice", "voice", "voice", "message", "email"] as const
const disconnects = ["peer", "client"] as const

const iso = (millis: number) => new Date(millis).toISOString()

export class Conversations extends Context.Service<
  Conversations,
  {
    readonly startOf: (index: number) => number
    /** When it ends, whether or not that moment has come. */
    readonly endOf: (index: number) => number
    /** The first conversation that starts at this moment or later. */
    readonly firstFrom: (millis: number) => number
    /** What is known of a conversation at this moment. */
    readonly get: (index: number, now: number) => Conversation
  }
>()("@effect-genesys/simulator/internal/Conversations") {
  static readonly layer = Layer.effect(
    Conversations,
    Effect.gen(function* () {
      const { conversationsPerHour, seed } = yield* Settings
      const users = yield* Users
      const slot = 3_600_000 / conversationsPerHour
      const divisionId = Random.uuid(seed, Random.streams.division, 0)
      const bits = (index: number, draw: number) => Random.bits(seed, Random.streams.conversation, index, draw)
      const unit = (index: number, draw: number) => Random.unit(seed, Random.streams.conversation, index, draw)

      const startOf = (index: number) => Math.floor((index + unit(index, 4)) * slot)
      /** Waiting: 2 to 60 seconds. Talking: 20 seconds to 30 minutes, mostly short. */
      const answerOf = (index: number) => startOf(index) + 2000 + Math.floor(unit(index, 5) * 58_000)
      const endOf = (index: number) => answerOf(index) + 20_000 + Math.floor(unit(index, 6) ** 3 * 1_780_000)
      const wrapUpOf = (index: number) => endOf(index) + 5000 + Math.floor(unit(index, 7) * 175_000)

      const participants = (index: number, now: number): ReadonlyArray<Participant> => {
        const [start, answer, end, wrapUp] = [startOf(index), answerOf(index), endOf(index), wrapUpOf(index)]
        const outbound = bits(index, 8) % 4 === 0
        const queue = bits(index, 9) % queues.length
        const queueId = Random.uuid(seed, Random.streams.queue, queue)
        const userIndex = bits(index, 10) % users.count
        const customer = `tel:+1317555${String(bits(index, 11) % 10_000).padStart(4, "0")}`
        const ours = `tel:+1800555${String(queue).padStart(4, "0")}`
        const metric = (name: string, value: number, at: number) =>
          at <= now ? [{ name, value, emitDate: iso(at) }] : []
        const interact = (from: number, to: number, disconnectType: "peer" | "client" | "transfer"): Segment => ({
          segmentStart: iso(from),
          ...(to <= now ? { segmentEnd: iso(to), disconnectType } : {}),
          segmentType: "interact",
          queueId,
          conference: false
        })
        const wrapup: Segment = {
          segmentStart: iso(end),
          segmentEnd: iso(wrapUp),
          segmentType: "wrapup",
          queueId,
          wrapUpCode: Random.pick(wrapUpCodes, bits(index, 12)),
          conference: false
        }
        const participant = (
          place: number,
          purpose: Participant["purpose"],
          name: string,
          metrics: ReadonlyArray<ReturnType<typeof metric>>,
          segments: ReadonlyArray<Segment>
        ): Participant => ({
          participantId: Random.uuid(seed, Random.streams.participant, index * 4 + place),
          participantName: name,
          purpose,
          ...(purpose === "agent" ? { userId: users.field(userIndex, "id")! } : {}),
          sessions: [
            {
              sessionId: Random.uuid(seed, Random.streams.session, index * 4 + place),
              mediaType: Random.pick(mediaTypes, bits(index, 13)),
              direction: outbound ? "outbound" : "inbound",
              ani: outbound ? ours : customer,
              dnis: outbound ? customer : ours,
              metrics: metrics.flat(),
              segments
            }
          ]
        })
        const disconnect = Random.pick(disconnects, bits(index, 14))
        const agent = () =>
          participant(
            2,
            "agent",
            users.field(userIndex, "name")!,
            [metric("tTalk", end - answer, end), metric("tAcw", wrapUp - end, wrapUp)],
            [interact(answer, end, disconnect), ...(wrapUp <= now ? [wrapup] : [])]
          )
        return [
          participant(0, "customer", "Customer", [metric("nConnected", 1, start)], [interact(start, end, disconnect)]),
          participant(
            1,
            "acd",
            queues[queue]!,
            [metric("tAcd", answer - start, answer)],
            [interact(start, answer, "transfer")]
          ),
          ...(answer <= now ? [agent()] : [])
        ]
      }

      return Conversations.of({
        startOf,
        endOf,
        firstFrom: (millis) => {
          const index = Math.floor(millis / slot)
          if (startOf(index) >= millis) return startOf(index - 1) >= millis ? index - 1 : index
          return startOf(index + 1) >= millis ? index + 1 : index + 2
        },
        get: (index, now) => {
          const end = endOf(index)
          return {
            conversationId: Random.uuid(seed, Random.streams.conversation, index),
            conversationStart: iso(startOf(index)),
            ...(end <= now ? { conversationEnd: iso(end) } : {}),
            originatingDirection: bits(index, 8) % 4 === 0 ? "outbound" : "inbound",
            divisionIds: [divisionId],
            participants: participants(index, now)
          }
        }
      })
    })
  )
}
