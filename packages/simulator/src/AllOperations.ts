/**
 * What the option `allOperations` needs: the official SDK, from which a simulator then takes the operations that it does not imitate and the
 * shape of their answers.
 */
import * as Effect from "effect/Effect"
import * as SdkIndex from "./internal/shaped/sdkIndex.ts"
import { MissingSdkError } from "./MissingSdkError.ts"

/** Reads the SDK. Without it, a simulator with `allOperations` does not start: its layer is a defect. */
export const check: Effect.Effect<void, MissingSdkError> = Effect.suspend(() => {
  try {
    SdkIndex.load()
    return Effect.void
  } catch (error) {
    return error instanceof MissingSdkError ? Effect.fail(error) : Effect.die(error)
  }
})
