/** A page in a browser of its own, which ends with the scope. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Page } from "playwright-core"
import * as Browser from "../../../../scripts/test/Browser.ts"

export const page: Effect.Effect<Page, never, Scope.Scope> = Effect.gen(function* () {
  const browser = yield* Effect.acquireRelease(Effect.promise(Browser.open), (open) =>
    Effect.promise(() => open.close())
  )
  return yield* Effect.promise(() => browser.newPage())
})
