/**
 * The conversations of the org, computed from the seed, the number of the conversation and the moment at which it is looked
 * at: they start, run, end, get their wrap-up code, and are rewritten. Nothing is stored.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Conversation, Participant, Segment } from "../../api/Conversation.ts"
import * as Facts from "./facts.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import * as Timeline from "./timeline.ts"
import { Users } from "../directory/users.ts"

/** Absent while it lies ahead. */
const metric = (name: string, value: number, emitted: number, at: number) =>
  emitted <= at ? [{ name, value, emitDate: iso(emitted) }] : []

const hundredDays = 100 * Timeline.day

export class Conversations extends Context.Service<
  Conversations,
  Timeline.Timeline &
    Facts.Facts & {
      readonly idOf: (index: number) => string
      /** The numbers of those with these ids that started within the last hundred days. */
      readonly withIds: (ids: ReadonlyArray<string>, at: number) => ReadonlyArray<number>
      /** What is known of a conversation at this moment. */
      readonly get: (index: number, at: number) => Conversation
    }
>()("@effect-genesys/simulator/internal/Conversations") {
  static readonly layer = Layer.effect(
    Conversations,
    Effect.gen(function* () {
      const settings = yield* Settings
      const { seed } = settings
      const timeline = Timeline.make(settings)
      const facts = Facts.make(settings, yield* Users, timeline)
      /** The first 32 bits of the id, which are much cheaper than the id. */
      const idHead = (index: number) => Random.bits(seed, Random.streams.conversation, index, 0)
      const idOf = (index: number) => Random.uuid(seed, Random.streams.conversation, index)

      const participants = (index: number, at: number): ReadonlyArray<Participant> => {
        const [start, answer, end] = [timeline.startOf(index), timeline.answerOf(index), timeline.endOf(index)]
        const work = timeline.workOf(index)
        const [queueId, user, code] = [
          facts.queueIds[facts.queue(index)]!,
          facts.user(index),
          facts.wrapUpCode(index, at)
        ]
        const [mediaType, direction] = [facts.mediaType(index), facts.direction(index)]
        const [ani, dnis, disconnect] = [facts.ani(index), facts.dnis(index), facts.disconnectType(index, at)]

        const interact = (from: number, to: number, disconnectType: "peer" | "client" | "transfer"): Segment => ({
          segmentStart: iso(from),
          ...(to <= at ? { segmentEnd: iso(to), disconnectType } : {}),
          segmentType: "interact",
          queueId,
          conference: false
        })
        const wrapUp = (): Segment => ({
          segmentStart: iso(end),
          segmentEnd: iso(work),
          segmentType: "wrapup",
          queueId,
          ...(code === undefined ? {} : { wrapUpCode: code }),
          conference: false
        })
        const participant = (
          place: number,
          who: Omit<Participant, "participantId" | "sessions">,
          metrics: ReadonlyArray<ReturnType<typeof metric>>,
          segments: ReadonlyArray<Segment>
        ): Participant => ({
          participantId: Random.uuid(seed, Random.streams.participant, index * 4 + place),
          ...who,
          sessions: [
            {
              sessionId: Random.uuid(seed, Random.streams.session, index * 4 + place),
              mediaType,
              direction,
              ani,
              dnis,
              metrics: metrics.flat(),
              segments
            }
          ]
        })
        const agent = () =>
          participant(
            2,
            { participantName: user.name, purpose: "agent", userId: user.id },
            [metric("tTalk", facts.talk(index, at), end, at), metric("tAcw", work - end, work, at)],
            [interact(answer, end, disconnect), ...(work <= at ? [wrapUp()] : [])]
          )
        return [
          participant(
            0,
            { participantName: "Customer", purpose: "customer" },
            [metric("nConnected", 1, start, at)],
            [interact(start, end, disconnect)]
          ),
          participant(
            1,
            { participantName: Facts.queueNames[facts.queue(index)]!, purpose: "acd" },
            [metric("tAcd", answer - start, answer, at)],
            [interact(start, answer, "transfer")]
          ),
          ...(answer <= at ? [agent()] : [])
        ]
      }

      return Conversations.of({
        ...timeline,
        ...facts,
        idOf,
        withIds: (ids, at) => {
          const wanted = new Set(ids)
          const heads = new Set(ids.map((id) => Number.parseInt(id.slice(0, 8), 16)))
          const found: Array<number> = []
          const oldest = timeline.firstFrom(at - hundredDays)
          for (let index = timeline.firstFrom(at + 1) - 1; index >= oldest && found.length < wanted.size; index--) {
            if (heads.has(idHead(index)) && wanted.has(idOf(index))) found.push(index)
          }
          return found.toReversed()
        },
        get: (index, at) => {
          const end = timeline.endOf(index)
          return {
            conversationId: idOf(index),
            conversationStart: iso(timeline.startOf(index)),
            ...(end <= at ? { conversationEnd: iso(end) } : {}),
            originatingDirection: facts.direction(index),
            divisionIds: [facts.divisionId],
            participants: participants(index, at)
          }
        }
      })
    })
  )
}
