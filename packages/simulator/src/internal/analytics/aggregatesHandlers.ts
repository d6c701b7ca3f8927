/** `/api/v2/analytics/conversations/aggregates`: as of now. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { ConversationAggregates } from "../../api/AggregatesApi.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { answerAs } from "../shared/answerAs.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { Settings } from "../shared/settings.ts"
import * as ConversationAggregatesOf from "./conversationAggregates.ts"
import { Conversations } from "./conversations.ts"

const answer = answerAs(ConversationAggregates)

export const AggregatesLive = HttpApiBuilder.group(
  SimulatorApi,
  "aggregates",
  Effect.fnUntraced(function* (handlers) {
    const compute = ConversationAggregatesOf.make(yield* Conversations, yield* Settings)
    return handlers.handle("conversations", ({ payload }) =>
      Effect.map(CurrentRequest, ({ now }) => answer(compute(payload, now)))
    )
  })
)
