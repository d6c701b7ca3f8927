/**
 * `/api/v2/analytics/conversations/details/query`: one page of conversations, as they are known now.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { ConversationQueryResult } from "../../api/AnalyticsApi.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import * as ConversationQuery from "../ConversationQuery.ts"
import { Conversations } from "../Conversations.ts"
import { CurrentRequest } from "../CurrentRequest.ts"
import { HitFinder } from "../Hits.ts"
import { answerAs } from "./answerAs.ts"

const answerConversations = answerAs(ConversationQueryResult)

export const AnalyticsLive = HttpApiBuilder.group(
  SimulatorApi,
  "analytics",
  Effect.fnUntraced(function* (handlers) {
    const page = ConversationQuery.make(yield* Conversations, yield* HitFinder)
    return handlers.handle("queryConversations", ({ payload }) =>
      Effect.map(CurrentRequest, ({ now }) => answerConversations(page(payload, now)))
    )
  })
)
