/** How the last exchanges of an org with its login host went: whoever looks at a worker sees whether its token lives well. */
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import type { Outcome } from "@effect-genesys/auth/TokenStatus"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"

export interface Renewal {
  readonly at: string
  /** `issued`, or the tag of the error. */
  readonly result: Outcome["result"]
  /** What the error says; not there for `issued`. */
  readonly message?: string
  /** Until when the token is valid that was issued. */
  readonly expiresAt?: string
}

/** So many are kept: those of two days, with tokens that live an hour. */
const kept = 48

/** Those of an org, the newest last. */
export class Renewals extends Context.Service<Renewals, Effect.Effect<ReadonlyArray<Renewal>>>()(
  "@effect-genesys/worker/Renewals"
) {
  static readonly layer: Layer.Layer<Renewals, never, TokenManager> = Layer.effect(
    Renewals,
    Effect.gen(function* () {
      const { changes } = yield* TokenManager
      let found: ReadonlyArray<Renewal> = []
      let last: Outcome | undefined
      const heard = Stream.runForEach(changes, ({ expiresAt, lastOutcome }) =>
        Effect.sync(() => {
          // Other changes tell the same outcome again.
          if (lastOutcome === undefined || (last !== undefined && isSame(last, lastOutcome))) return
          last = lastOutcome
          found = [...found.slice(1 - kept), renewalOf(lastOutcome, expiresAt)]
        })
      )
      yield* Effect.forkScoped(heard, { startImmediately: true })
      return Effect.sync(() => found)
    })
  )
}

const isSame = (one: Outcome, other: Outcome) =>
  DateTime.Equivalence(one.at, other.at) && one.result === other.result && one.message === other.message

const renewalOf = ({ at, message, result }: Outcome, expiresAt: DateTime.Utc | undefined): Renewal => ({
  at: DateTime.formatIso(at),
  result,
  ...(message === "" ? {} : { message }),
  ...(result !== "issued" || expiresAt === undefined ? {} : { expiresAt: DateTime.formatIso(expiresAt) })
})
