/**
 * Keeps one group of topics subscribed for ever: a channel that is about to end is replaced before it does, one that ended
 * is followed by another, and the span between them is told as a gap.
 */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import { Event, type FollowedEvent, Gap, type GapReason } from "../NotificationEvent.ts"
import * as Due from "./notificationDue.ts"
import * as Line from "./notificationLine.ts"
import * as Loss from "./notificationLoss.ts"
import * as Opening from "./notificationOpening.ts"
import * as Sieve from "./notificationSieve.ts"
import type { Topics } from "./notificationTopics.ts"

const millis = Duration.toMillis

/** Topics that share a channel. */
export interface Group {
  readonly topics: Topics
  /** Counted from 0. */
  readonly place: number
  /** Others listen already: nothing that can pass ends it, from its beginning on. */
  readonly isLater: boolean
  /** Until when all was told, or is in a gap that was: in milliseconds since 1970. */
  known: () => number
}

/** What was never promised, or is in a gap, holds nothing up. */
export const promised = () => Number.POSITIVE_INFINITY

/** Has a line subscribed to what is wanted since it was opened, for ever. */
const joining = ({ channels, policy }: Opening.Parts, { topics }: Group, line: Line.Line, now: () => number) =>
  Effect.gen(function* () {
    let failures = 0
    while (true) {
      yield* topics.isFresh
      const fresh = topics.fresh()
      const result = yield* Effect.result(channels.add(line.channel, fresh))
      if (result._tag === "Success") {
        topics.asked(fresh, result.success, now(), false)
        failures = 0
        continue
      }
      if (Loss.isFinal(result.failure, true)) return yield* result.failure
      yield* Effect.sleep(yield* Opening.pause(policy.backoffInitial, policy.backoffMax, failures++))
    }
  })

/** Runs until it is interrupted, or until it fails with what no later attempt can mend. */
export const run = Effect.fnUntraced(function* (
  parts: Opening.Parts,
  group: Group,
  offer: (event: FollowedEvent, length?: number) => void,
  listening: () => void
) {
  const { channels, manager, policy, replacing } = parts
  const { topics } = group
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const sieve = Sieve.make()
  const state: Opening.State = { now, sieve, failures: 0, hasListened: group.isLater, doubled: false }
  let evictions = 0
  let isLost = false

  const tell = (reason: GapReason, from: number, to?: number) =>
    offer(
      new Gap({
        reason,
        topics: topics.told(),
        channel: group.place,
        from: DateTime.makeUnsafe(from),
        ...(to === undefined ? {} : { to: DateTime.makeUnsafe(Math.max(from, to)) })
      })
    )

  const onEvent: Line.Options["onEvent"] = (line, event, at, length) => {
    if (sieve.isNew(line, event, at)) offer(new Event({ ...event, receivedAt: DateTime.makeUnsafe(at) }), length)
  }

  const backoff = Opening.backoff(parts.policy, state)
  const connect = Opening.make(parts, topics, state, onEvent, yield* Effect.scope)
  const due = Due.make(parts, state)

  /** Waits for the end, finds out what it means, and tells that a gap has begun. */
  const lossOf = Effect.fnUntraced(function* (line: Line.Line) {
    const { channel, ending, reason } = yield* Loss.find(line, channels, manager, now)
    const outlived = reason === "ConnectionLost" || reason === "ServerClosing"
    const from = (outlived ? line.heardAt : Math.min(line.heardAt, line.provenAt)) - millis(policy.overlap)
    isLost = true
    tell(reason, from)
    yield* Effect.logDebug("notifications: a channel was lost").pipe(Effect.annotateLogs({ reason, ending }))
    return { reason, from, channel } satisfies Loss.Loss
  })

  const age = (line: Line.Line) => now() - line.readyAt

  const reconnect = Effect.fnUntraced(function* (line: Line.Line, loss: Loss.Loss) {
    yield* Scope.close(line.scope, Exit.void)
    if (loss.reason === "Evicted") {
      if (age(line) > millis(policy.evictionPauseMax)) evictions = 0
      const wait = yield* Opening.pause(policy.evictionPause, policy.evictionPauseMax, evictions++)
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

  const replace = Effect.fnUntraced(function* (line: Line.Line, lost: Fiber.Fiber<Loss.Loss>) {
    state.doubled = true
    const next = yield* connect()
    state.doubled = false
    if (yield* Due.isWhole(line, policy.pongTimeout)) {
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

  // Nothing was promised before the first one: what was until then is read when it listens.
  let line = yield* connect()
  state.hasListened = true
  // No earlier than any gap that may be found out later begins.
  group.known = () => (isLost ? promised() : Math.min(line.heardAt, line.provenAt) - millis(policy.overlap))
  listening()

  while (true) {
    const current: Line.Line = line
    const lost: Fiber.Fiber<Loss.Loss> = yield* Effect.forkChild(lossOf(current), { startImmediately: true })
    yield* Effect.raceAllFirst([Effect.asVoid(Fiber.await(lost)), due(current), joining(parts, group, current, now)])
    if (age(current) >= millis(policy.stableAfter)) state.failures = 0
    line = Deferred.isDoneUnsafe(current.ended)
      ? yield* reconnect(current, yield* Fiber.join(lost))
      : yield* replacing.withPermit(replace(current, lost))
    isLost = false
  }
}, Effect.scoped)
