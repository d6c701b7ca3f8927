/** The list of operations over HTTP. */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { Operations } from "./operations.ts"

export const OperationsLive = HttpApiBuilder.group(
  SimulatorApi,
  "operations",
  Effect.fnUntraced(function* (handlers) {
    const { view } = yield* Operations
    return handlers.handle("operations", () => Effect.sync(view))
  })
)
