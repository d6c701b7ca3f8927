/**
 * A 400 in Genesys' words: the page lies beyond what the pages of a list reach.
 */
import * as Effect from "effect/Effect"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { CurrentRequest } from "./currentRequest.ts"

export const tooFar = Effect.fnUntraced(function* (limit: number) {
  const { correlationId: contextId } = yield* CurrentRequest
  const message = `Pagination may not exceed ${limit} results.`
  return yield* Effect.fail(ErrorBody.make({ status: 400, contextId, code: "bad.request", message }))
})
