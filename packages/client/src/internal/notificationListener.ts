/**
 * Keeps one group of topics subscribed for ever: a channel that is about to end is replaced before it does, one that ended
 * is followed by another, and the span between them is told as a gap.
 */
import type { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import type * as Semaphore from "effect/Semaphore"
import type * as Socket from "effect/socket/Socket"
import * as Stream from "effect/Stream"
import type { GenesysError } from "../GenesysError.ts"
import { Event, Gap, type GapReason, type NotificationEvent } from "../NotificationEvent.ts"
import type { Policy } from "../NotificationPolicy.ts"
import type { Channel, Channels } from "./notificationChannels.ts"
import * as Line from "./notificationLine.ts"
import * as Loss from "./notificationLoss.ts"
import * as Sieve from "./notificationSieve.ts"

export interface Parts {
  readonly channels: Channels
  readonly manager: TokenManager["Service"]
  readonly makeWebSocket: Socket.WebSocketConstructor["Service"]
  /** Held while a group has two channels, so that the groups of a program have at most one too many. */
  readonly replacing: Semaphore.Semaphore
  readonly policy: Policy
}

const millis = Duration.toMillis

/** Runs until it is interrupted, or until it fails with what no later attempt can mend. */
export const run = Effect.fnUntraced(function* (
  parts: Parts,
  topics: ReadonlyArray<string>,
  offer: (event: NotificationEvent, length?: number) => void,
  listening: () => void
) {
  const { channels, makeWebSocket, manager, policy, replacing } = parts
  const parent = yield* Effect.scope
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const sieve = Sieve.make()
  let failures = 0
  let evictions = 0
  let hasListened = false
  /** Whether an old line is still told. */
  let doubled = false

  const tell = (reason: GapReason, from: number, to?: number) =>
    offer(
      new Gap({
        reason,
        topics,
        from: DateTime.makeUnsafe(from),
        ...(to === undefined ? {} : { to: DateTime.makeUnsafe(Math.max(from, to)) })
      })
    )

  const onEvent: Line.Options["onEvent"] = (line, event, at, length) => {
    if (sieve.isNew(line, event, at)) offer(new Event({ ...event, receivedAt: DateTime.makeUnsafe(at) }), length)
  }

  /** Half of it at least, and more with each time. */
  const pause = (initial: Duration.Duration, longest: Duration.Duration, times: number) =>
    Effect.map(Random.next, (random) => Math.min(millis(longest), millis(initial) * 2 ** times) * (1 - random / 2))
  const backoff = Effect.suspend(() => pause(policy.backoffInitial, policy.backoffMax, failures++))

  // --- opening ------------------------------------------------------------------------------------------------------

  const verifying = (line: Line.Line) =>
    Effect.gen(function* () {
      while (true) {
        yield* Effect.sleep(policy.verifyEvery)
        const at = now()
        if ((yield* manager.status).fingerprint !== line.channel.token) continue
        const found = yield* channels.verify(line.channel)
        if (found === "gone") Line.end(line, "Gone")
        if (found === "alive") line.provenAt = Math.max(line.provenAt, at)
      }
    })

  /** One attempt. The topics are subscribed last, when there is somebody to tell. */
  const open = Effect.fnUntraced(
    function* (scope: Scope.Closeable, channel: Channel | undefined) {
      const used = channel ?? (yield* channels.create)
      let line: Line.Line | undefined
      yield* Effect.addFinalizer(() =>
        line !== undefined && Deferred.isDoneUnsafe(line.ended)
          ? Effect.void
          : channels.unsubscribe(used, policy.cleanupTimeout)
      )
      if (doubled) sieve.start()
      line = yield* Line.open(used, scope, { makeWebSocket, policy, onEvent })
      yield* channels.subscribe(used, topics)
      line.readyAt = line.provenAt = now()
      yield* Effect.forkScoped(verifying(line))
      return line
    },
    (effect, scope) =>
      effect.pipe(
        Scope.provide(scope),
        Effect.onExit((exit) => (Exit.isFailure(exit) ? Scope.close(scope, exit) : Effect.void))
      )
  )

  /** As many attempts as it takes. */
  const connect = Effect.fnUntraced(function* (
    first?: Channel,
    onFailure: () => void = () => {}
  ): Effect.fn.Return<Line.Line, GenesysError> {
    let channel = first
    while (true) {
      const result = yield* Effect.result(open(yield* Scope.fork(parent), channel))
      if (result._tag === "Success") return result.success
      const error = result.failure
      if (error._tag !== "NotOpened" && Loss.isFinal(error, hasListened)) return yield* error
      channel = undefined
      onFailure()
      const asked = "retryAfter" in error && error.retryAfter !== undefined ? millis(error.retryAfter) : 0
      const wait = Math.max(yield* backoff, asked)
      yield* Effect.logDebug("notifications: the channel is tried again").pipe(
        Effect.annotateLogs({ error: error._tag, reason: error.message, waitMillis: Math.round(wait) })
      )
      yield* Effect.sleep(wait)
    }
  })

  // --- the end of a line --------------------------------------------------------------------------------------------

  /** Waits for the end, finds out what it means, and tells that a gap has begun. */
  const lossOf = Effect.fnUntraced(function* (line: Line.Line) {
    const ending = yield* Deferred.await(line.ended)
    const { channel } = line
    const found = ending === "Gone" ? "gone" : yield* channels.verify(channel)
    const { fingerprint } = yield* manager.status
    const ofToken = fingerprint !== channel.token || now() >= channel.tokenEndsAt
    const reason = Loss.reasonOf({ line, ending, found, ofToken, now: now() })
    const outlived = reason === "ConnectionLost" || reason === "ServerClosing"
    const from = (outlived ? line.heardAt : Math.min(line.heardAt, line.provenAt)) - millis(policy.overlap)
    tell(reason, from)
    yield* Effect.logDebug("notifications: a channel was lost").pipe(Effect.annotateLogs({ reason, ending }))
    return { reason, from, channel: found === "alive" && !ofToken ? channel : undefined } satisfies Loss.Loss
  })

  const age = (line: Line.Line) => now() - line.readyAt

  const reconnect = Effect.fnUntraced(function* (line: Line.Line, loss: Loss.Loss) {
    yield* Scope.close(line.scope, Exit.void)
    if (loss.reason === "Evicted") {
      if (age(line) > millis(policy.evictionPauseMax)) evictions = 0
      const wait = yield* pause(policy.evictionPause, policy.evictionPauseMax, evictions++)
      yield* Effect.logWarning(
        "notifications: a channel was evicted. A user and an OAuth client have 20 channels between all programs."
      ).pipe(Effect.annotateLogs({ waitMillis: Math.round(wait) }))
      yield* Effect.sleep(wait)
    } else {
      yield* Effect.sleep(yield* backoff)
    }
    const next = yield* connect(loss.channel)
    tell(loss.reason, loss.from, next.readyAt)
    return next
  })

  // --- a planned end ------------------------------------------------------------------------------------------------

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

  const due = Effect.fnUntraced(function* (line: Line.Line) {
    yield* Effect.raceAllFirst([newToken(line), lastMoments(line), oldAge(line), Deferred.await(line.closing)])
    // What is due again and again, whatever the cause, must not be a tight loop.
    if (age(line) < millis(policy.stableAfter)) yield* Effect.sleep(yield* backoff)
  })

  /** Whether the old line was whole until the new one was ready. */
  const isWhole = (line: Line.Line) =>
    Effect.raceFirst(Effect.as(line.pong, true), Effect.as(Deferred.await(line.ended), false)).pipe(
      Effect.timeoutOrElse({ duration: policy.pongTimeout, orElse: () => Effect.succeed(false) })
    )

  const replace = Effect.fnUntraced(function* (line: Line.Line, lost: Fiber.Fiber<Loss.Loss>) {
    doubled = true
    const next = yield* connect()
    doubled = false
    if (yield* isWhole(line)) {
      yield* Fiber.interrupt(lost)
      yield* Effect.sleep(policy.overlap)
    } else {
      Line.end(line, "Silent")
      const { from, reason } = yield* Fiber.join(lost)
      tell(reason, from, next.readyAt)
    }
    yield* Scope.close(line.scope, Exit.void)
    sieve.stopAt(now() + millis(policy.overlap))
    return next
  })

  // --- for ever -----------------------------------------------------------------------------------------------------

  const begun = now()
  let late = false
  let line = yield* connect(undefined, () => {
    if (!late) tell("ConnectionLost", begun)
    late = true
  })
  if (late) tell("ConnectionLost", begun, line.readyAt)
  hasListened = true
  listening()

  while (true) {
    const current: Line.Line = line
    const lost: Fiber.Fiber<Loss.Loss> = yield* Effect.forkChild(lossOf(current), { startImmediately: true })
    yield* Effect.raceFirst(Effect.asVoid(Fiber.await(lost)), due(current))
    if (age(current) >= millis(policy.stableAfter)) failures = 0
    line = Deferred.isDoneUnsafe(current.ended)
      ? yield* reconnect(current, yield* Fiber.join(lost))
      : yield* replacing.withPermit(replace(current, lost))
  }
}, Effect.scoped)
