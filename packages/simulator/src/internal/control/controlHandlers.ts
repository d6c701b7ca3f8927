/**
 * The control API over HTTP: the same operations as the methods of `Simulator`.
 */
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { Control } from "./control.ts"
import { notFound } from "../shared/notFound.ts"

export const ControlLive = HttpApiBuilder.group(
  SimulatorApi,
  "control",
  Effect.fnUntraced(function* (handlers) {
    const control = yield* Control
    const clock = Effect.map(control.now, (now) => ({ now: new Date(now).toISOString() }))
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
      .handle("clock", () => clock)
      .handle("advanceClock", ({ payload }) => Effect.andThen(control.advanceClock(payload.advanceSeconds), clock))
      .handle("setLimits", ({ payload }) => control.setLimits(payload))
      .handle("changeItem", ({ params, payload }) => control.changeItem(params.id, payload))
      .handle("closeSockets", ({ payload }) => control.closeSockets(payload.afterSeconds))
      .handle("journal", () => control.journal)
      .handle("clearJournal", () => control.clearJournal)
  })
)
