/** Waits until another try is worth it after a refusal: new credentials, a token that works, or a few minutes. */
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"

/** A client may be enabled again without any change here. The manager itself asks no more often than that. */
const probe = Effect.flatMap(Random.next, (share) => Effect.sleep(Duration.minutes(5 + share)))

export const mended: Effect.Effect<void, never, TokenManager> = Effect.gen(function* () {
  const manager = yield* TokenManager
  const { generation } = yield* manager.status
  const changed = manager.changes.pipe(
    Stream.filter((status) => status.state === "ready" || status.generation !== generation),
    Stream.take(1),
    Stream.runDrain
  )
  yield* Effect.raceFirst(changed, probe)
})
