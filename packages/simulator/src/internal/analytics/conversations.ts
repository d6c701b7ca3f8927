/**
 * The conversations of the org, computed from the seed, the number of the conversation and the moment at which it is looked
 * at: they start, run, end, get their wrap-up codes, and are rewritten. Nothing is stored.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Conversation } from "../../api/Conversation.ts"
import { Users } from "../directory/users.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"
import * as Agents from "./agents.ts"
import * as Names from "./names.ts"
import * as Rows from "./rows.ts"
import * as Stories from "./stories.ts"
import * as Timeline from "./timeline.ts"

const hundredDays = 100 * Timeline.day

export class Conversations extends Context.Service<
  Conversations,
  Timeline.Timeline &
    Stories.Stories & {
      readonly agents: Agents.Agents
      readonly names: Names.Names
      readonly idOf: (index: number) => string
      /** The numbers of those with these ids that started within the last hundred days. */
      readonly withIds: (ids: ReadonlyArray<string>, at: number) => ReadonlyArray<number>
      /** What a query tells of a conversation at this moment. */
      readonly get: (index: number, at: number) => Conversation
      /** The same with the attributes of participants, which jobs alone tell. */
      readonly getWhole: (index: number, at: number) => Conversation
    }
>()("@effect-genesys/simulator/internal/Conversations") {
  static readonly layer = Layer.effect(
    Conversations,
    Effect.gen(function* () {
      const settings = yield* Settings
      const users = yield* Users
      const { seed } = settings
      const timeline = Timeline.make(settings)
      const agents = Agents.make(users, timeline)
      const names = Names.make(settings, users)
      const stories = Stories.make(settings, timeline, agents)
      const row = Rows.make(settings, timeline, stories, names)
      /** The first 32 bits of the id, which are much cheaper than the id. */
      const idHead = (index: number) => Random.bits(seed, Random.streams.conversation, index, 0)
      const idOf = (index: number) => Random.uuid(seed, Random.streams.conversation, index)

      return Conversations.of({
        ...timeline,
        ...stories,
        agents,
        names,
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
        get: (index, at) => row(index, at, idOf(index), false),
        getWhole: (index, at) => row(index, at, idOf(index), true)
      })
    })
  )
}
