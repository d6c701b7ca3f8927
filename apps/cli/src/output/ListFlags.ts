/** The flag `--limit` of commands that list things. */
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { outputFlags } from "./OutputFlags.ts"

export const LimitFlag = GlobalFlag.Setting("limit")({
  flag: Flag.Int("limit").pipe(
    Flag.withDescription("Print so many rows at most"),
    Flag.withMetavar("number"),
    Flag.withSchema(Schema.Int.check(Schema.isGreaterThan(0))),
    Flag.optional
  )
})

export const rowFlags = [...outputFlags, LimitFlag] as const

const limit = Effect.map(Effect.serviceOption(LimitFlag), Option.flatten)

/** How many pages are asked for ahead of the one that is printed: few if only some rows are wanted. */
export const pagesAhead: Effect.Effect<number> = Effect.map(limit, (most) => (Option.isSome(most) ? 1 : 4))

/** The rows that `--limit` leaves. */
export const limited = <A, E, R>(rows: Stream.Stream<A, E, R>): Stream.Stream<A, E, R> =>
  Stream.unwrap(Effect.map(limit, Option.match({ onNone: () => rows, onSome: (most) => Stream.take(rows, most) })))
