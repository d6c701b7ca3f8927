/**
 * The truth about a day as NDJSON, sent while it is computed, and about a list.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { Conversations } from "../analytics/conversations.ts"
import * as FactTruth from "./factTruth.ts"
import { Lists } from "../lists/lists.ts"
import * as ListTruth from "../lists/listTruth.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import * as Truth from "../analytics/truth.ts"

const contentType = "application/x-ndjson"

export const TruthLive = HttpApiBuilder.group(
  SimulatorApi,
  "truth",
  Effect.fnUntraced(function* (handlers) {
    const world = yield* Conversations
    const lists = yield* Lists
    const facts = yield* FactTruth.make
    const ofLists = handlers.handle("list", ({ params }) =>
      Effect.map(CurrentRequest, ({ now }) => {
        const lines = ListTruth.of(lists, params.list, now).map((item) => `${JSON.stringify(item)}\n`)
        return HttpServerResponse.text(lines.join(""), { contentType })
      })
    )
    const ofFacts = ofLists.handle("facts", ({ params, query }) =>
      Effect.map(CurrentRequest, ({ now }) => {
        const lines = facts(params.kind, query.day, now).map((row) => `${JSON.stringify(row)}\n`)
        return HttpServerResponse.text(lines.join(""), { contentType })
      })
    )
    return ofFacts.handle("conversations", ({ query }) =>
      Effect.map(CurrentRequest, ({ now }) => {
        const lines = Stream.map(Truth.ofDay(world, query.day, now), (row) => `${JSON.stringify(row)}\n`)
        return HttpServerResponse.stream(Stream.encodeText(lines), { contentType })
      })
    )
  })
)
