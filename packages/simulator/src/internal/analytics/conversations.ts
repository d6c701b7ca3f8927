/**
 * The conversations of the org, computed from the seed, the number of the conversation and the moment at which it is looked
 * at: they start, run, end, get their wrap-up code, and are rewritten. Nothing is stored.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Conversation } from "../../api/Conversation.ts"
import * as Facts from "./facts.ts"
import { iso } from "../shared/iso.ts"
import * as Participants from "./participants.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import * as Timeline from "./timeline.ts"
import { Users } from "../directory/users.ts"

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

      const participants = Participants.make(settings, timeline, facts)

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
