/** What a suite says of that which does not do what it should. */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { inspect, isDeepStrictEqual } from "node:util"

/** It does not do what it should. Test runners show how `actual` differs from `expected`. */
export class Mistake extends Data.TaggedError("Mistake")<{
  readonly message: string
  readonly actual: unknown
  readonly expected: unknown
}> {}

export const same = (what: string, actual: unknown, expected: unknown) =>
  isDeepStrictEqual(actual, expected)
    ? Effect.void
    : Effect.fail(
        new Mistake({ message: `${what} should be ${inspect(expected)}, and is ${inspect(actual)}`, actual, expected })
      )

export const says = (what: string, error: unknown, tag: string, words: RegExp) => {
  const actual = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error)
  return error instanceof Error && "_tag" in error && error._tag === tag && words.test(error.message)
    ? Effect.void
    : Effect.fail(
        new Mistake({
          message: `${what} should fail with a ${tag} like ${words}, and says ${actual}`,
          actual,
          expected: tag
        })
      )
}
