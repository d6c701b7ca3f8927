/**
 * The control API over HTTP: the same operations as the methods of `Simulator`.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { Control } from "../Control.ts"
import { CurrentRequest } from "../CurrentRequest.ts"

const notFound = Effect.fnUntraced(function* (message: string) {
  const { correlationId } = yield* CurrentRequest
  return yield* Effect.fail(ErrorBody.make({ status: 404, contextId: correlationId, message }))
})

export const ControlLive = HttpApiBuilder.group(
  SimulatorApi,
  "control",
  Effect.fnUntraced(function* (handlers) {
    const control = yield* Control
    return handlers
      .handle("revokeTokens", () => Effect.map(control.revokeTokens, (revoked) => ({ revoked })))
      .handle("addFault", ({ payload }) => Effect.map(control.addFault(payload), (id) => ({ id })))
      .handle("clearFaults", () => control.clearFaults)
      .handle("removeFault", ({ params }) =>
        Effect.flatMap(control.removeFault(params.id), (removed) =>
          removed ? Effect.void : notFound(`There is no fault ${params.id}.`)
        )
      )
      .handle("updateClient", ({ params, payload }) =>
        Effect.catch(control.updateClient(params.id, payload), (error) => notFound(error.message))
      )
      .handle("journal", () => control.journal)
  })
)
