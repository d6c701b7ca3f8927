/**
 * The truth about a day as NDJSON, sent while it is computed.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { Conversations } from "../analytics/conversations.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import * as Truth from "../analytics/truth.ts"

const contentType = "application/x-ndjson"

export const TruthLive = HttpApiBuilder.group(
  SimulatorApi,
  "truth",
  Effect.fnUntraced(function* (handlers) {
    const world = yield* Conversations
    return handlers.handle("conversations", ({ query }) =>
      Effect.map(CurrentRequest, ({ now }) => {
        const lines = Stream.map(Truth.ofDay(world, query.day, now), (row) => `${JSON.stringify(row)}\n`)
        return HttpServerResponse.stream(Stream.encodeText(lines), { contentType })
      })
    )
  })
)
