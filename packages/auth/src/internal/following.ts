/** Hands every change of the credentials on, for as long as the scope is open. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Credentials } from "../Credentials.ts"
import type { Grant } from "../Grant.ts"

export const follow = (
  credentials: Credentials["Service"],
  adopt: (grant: Grant) => Effect.Effect<void>
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.forkScoped(Stream.runForEach(credentials.changes, adopt), { startImmediately: true }).pipe(
    // A change between the first look and the subscription.
    Effect.andThen(Effect.flatMap(credentials.current, adopt))
  )
