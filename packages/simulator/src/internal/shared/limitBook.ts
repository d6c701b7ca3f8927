/**
 * The limits in force: those of the options until the control API changes them. Whoever counts asks here at every request.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Limits, type LimitsChange, MintLimit, RateLimit } from "../../Limits.ts"
import { Settings } from "./settings.ts"

const merge = <L extends object>(base: L, present: L | "off", change: Partial<L> | "off" | undefined) =>
  change === undefined ? present : change === "off" ? change : { ...(present === "off" ? base : present), ...change }

export class LimitBook extends Context.Service<
  LimitBook,
  {
    readonly read: () => Limits
    /** Answers the limits that are now in force. */
    readonly change: (change: LimitsChange) => Limits
  }
>()("@effect-genesys/simulator/internal/LimitBook") {
  static readonly layer = Layer.effect(
    LimitBook,
    Effect.gen(function* () {
      const { dailyLimit, mintLimit, rateLimit } = yield* Settings
      let limits: Limits = { dailyLimit, mintLimit, rateLimit }
      return LimitBook.of({
        read: () => limits,
        change: (change) => {
          limits = {
            rateLimit: merge(RateLimit.make({}), limits.rateLimit, change.rateLimit),
            mintLimit: merge(MintLimit.make({}), limits.mintLimit, change.mintLimit),
            dailyLimit: change.dailyLimit ?? limits.dailyLimit
          }
          return limits
        }
      })
    })
  )
}
