/**
 * `/api/v2/analytics/conversations/details`: a page of a query, or single conversations, as they are known now.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { ConversationQueryResult, ConversationsById, mostIds } from "../../api/AnalyticsApi.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import * as ConversationQuery from "./conversationQuery.ts"
import { Conversations } from "./conversations.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { Settings } from "../shared/settings.ts"
import { answerAs } from "../shared/answerAs.ts"
import { badRequest } from "../shared/bodyCheck.ts"
import { several } from "../shared/several.ts"
import { tooFar } from "../shared/tooFar.ts"

const answerConversations = answerAs(ConversationQueryResult)
const answerById = answerAs(ConversationsById)

export const AnalyticsLive = HttpApiBuilder.group(
  SimulatorApi,
  "analytics",
  Effect.fnUntraced(function* (handlers) {
    const settings = yield* Settings
    const world = yield* Conversations
    const page = ConversationQuery.make(world, settings)
    return handlers.handleAll({
      queryConversations: Effect.fnUntraced(function* ({ payload }) {
        const { now } = yield* CurrentRequest
        const found = page(payload, now)
        return found === undefined ? yield* tooFar(settings.queryLimit) : answerConversations(found)
      }),
      conversationsById: Effect.fnUntraced(function* ({ query }) {
        const { now } = yield* CurrentRequest
        const ids = several(query.id) ?? []
        if (ids.length > mostIds) return yield* badRequest("id", `Expected at most ${mostIds} ids`)
        const found = world.withIds(ids, now).map((index) => world.get(index, now))
        return answerById(found.length === 0 ? {} : { conversations: found })
      })
    })
  })
)
