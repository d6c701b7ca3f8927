/** What is known of the recordings of a conversation. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { Conversations } from "../analytics/conversations.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { notFound } from "../shared/notFound.ts"
import { Settings } from "../shared/settings.ts"
import * as Recordings from "./recordings.ts"

export const RecordingsLive = HttpApiBuilder.group(
  SimulatorApi,
  "recordings",
  Effect.fnUntraced(function* (handlers) {
    const recordings = Recordings.make(yield* Settings, yield* Conversations)
    return handlers.handleAll({
      metadata: Effect.fnUntraced(function* ({ params: { conversationId } }) {
        const { now } = yield* CurrentRequest
        return (
          recordings.ofConversation(conversationId, now) ??
          (yield* notFound(`Unable to find a conversation with that id: ${conversationId}`))
        )
      })
    })
  })
)
