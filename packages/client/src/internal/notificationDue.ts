/** When a line has to be replaced although it works: another token, old age, or Genesys says that it closes it. */
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import * as Line from "./notificationLine.ts"
import * as Opening from "./notificationOpening.ts"

const millis = Duration.toMillis

/** Waits until a line is due. */
export const make = ({ manager, policy }: Opening.Parts, state: Opening.State) => {
  const { now } = state

  /** Another token is held. That of the line lives on, unless it was dropped because the API refused it. */
  const newToken = (line: Line.Line) =>
    manager.changes.pipe(
      Stream.tap(({ fingerprint }) =>
        Effect.sync(() => {
          if (fingerprint === undefined) Line.end(line, "Rejected")
        })
      ),
      Stream.filter(({ fingerprint }) => fingerprint !== line.channel.token),
      Stream.runHead,
      Effect.flatMap((found) => (Option.isSome(found) ? Effect.void : Effect.never))
    )

  /** A manager without a background renews only what it is asked for. */
  const lastMoments = Effect.fnUntraced(function* (line: Line.Line) {
    yield* Effect.sleep(Math.max(0, line.channel.tokenEndsAt - now() - 30_000))
    while (true) {
      yield* Effect.ignore(manager.token)
      yield* Effect.sleep("1 second")
    }
  })

  const oldAge = Effect.fnUntraced(function* (line: Line.Line) {
    const left = line.channel.expiresAt - now()
    const before = Math.min(millis(policy.replaceBefore), left / 10) * (1 + (yield* Random.next))
    yield* Effect.sleep(Math.max(0, left - before))
  })

  return Effect.fnUntraced(function* (line: Line.Line) {
    yield* Effect.raceAllFirst([newToken(line), lastMoments(line), oldAge(line), Deferred.await(line.closing)])
    // What is due again and again, whatever the cause, must not be a tight loop.
    const isStable = now() - line.readyAt >= millis(policy.stableAfter)
    if (!isStable) yield* Effect.sleep(yield* Opening.backoff(policy, state))
  })
}

/** Whether the old line was whole until the new one was ready. */
export const isWhole = (line: Line.Line, patience: Duration.Duration): Effect.Effect<boolean> =>
  Effect.raceFirst(Effect.as(line.pong, true), Effect.as(Deferred.await(line.ended), false)).pipe(
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed(false) })
  )
