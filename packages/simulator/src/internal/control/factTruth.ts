/** What is known of a UTC day at a moment, beside its conversations: what a faithful copy of it holds then. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Audits } from "../audits/audits.ts"

export const FactKind = Schema.Literals(["audits"])
export type FactKind = typeof FactKind.Type

export type Fact = Readonly<Record<string, unknown>>

const length = 86_400_000

export const make = Effect.gen(function* () {
  const audits = yield* Audits
  const of: Readonly<Record<FactKind, (from: number, now: number) => ReadonlyArray<Fact>>> = {
    audits: (from, now) => audits.between(from, from + length, now)
  }
  return (kind: FactKind, day: string, now: number) => of[kind](Date.parse(day), now)
})
