/**
 * Runs the steps of a scenario, each at its second, for as long as the simulator runs. A step that fails, such as one for a
 * client that does not exist, is logged, and the next ones follow.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { UnknownClientError } from "../../OAuthClient.ts"
import type { ScenarioStep } from "../../Scenario.ts"
import { Control } from "./control.ts"
import { Settings } from "../shared/settings.ts"

export const layer: Layer.Layer<never, never, Control | Settings> = Layer.effectDiscard(
  Effect.gen(function* () {
    const { clients, scenario } = yield* Settings
    if (scenario.length === 0) return
    const control = yield* Control
    const standard = clients[0].id

    const perform = (step: ScenarioStep): Effect.Effect<unknown, UnknownClientError> => {
      switch (step.do) {
        case "fault":
          return control.addFault(step.fault)
        case "clearFaults":
          return control.clearFaults
        case "revoke":
          return control.revokeTokens
        case "rotate":
          return control.updateClient(step.client ?? standard, { secret: step.secret })
        case "disable":
          return control.updateClient(step.client ?? standard, { state: "disabled" })
        case "enable":
          return control.updateClient(step.client ?? standard, { state: "active" })
        case "clock":
          return control.advanceClock(step.advanceSeconds)
        case "limits":
          return control.setLimits(step.limits)
      }
    }

    const run = Effect.gen(function* () {
      let passed = 0
      for (const step of scenario.toSorted((a, b) => a.at - b.at)) {
        if (step.at > passed) yield* Effect.sleep((step.at - passed) * 1000)
        passed = Math.max(passed, step.at)
        yield* Effect.catch(perform(step), (error) => Effect.logError(`Scenario: ${error.message}`))
      }
    })
    yield* Effect.forkScoped(run)
  })
)
