/**
 * A 404 in Genesys' words: the path is known, the thing is not.
 */
import * as Effect from "effect/Effect"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { CurrentRequest } from "./currentRequest.ts"

export const notFound = Effect.fnUntraced(function* (message: string) {
  const { correlationId } = yield* CurrentRequest
  return yield* Effect.fail(ErrorBody.make({ status: 404, contextId: correlationId, message }))
})
