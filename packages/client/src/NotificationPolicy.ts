/**
 * When a notification channel counts as lost, when it is replaced and how attempts are paced. The defaults suit Genesys
 * Cloud; a test or a program with unusual needs provides a `Policy` of its own.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const duration = (value: Duration.Input) =>
  Schema.Duration.check(
    Schema.makeFilter((length) => Duration.isGreaterThan(length, Duration.zero), { message: "a duration above zero" })
  ).pipe(Schema.withConstructorDefault(Effect.sync(() => Duration.fromInputUnsafe(value))))

/** The times and numbers of a notification channel. */
export class Policy extends Schema.Class<Policy>("@effect-genesys/client/NotificationPolicy")({
  /**
   * A connection on which nothing comes for so long is lost: Genesys sends a heartbeat every 30 seconds. Halfway it is sent a
   * ping. @default 75 seconds
   */
  silence: duration("75 seconds"),
  /** How often Genesys is asked whether the channel still exists, although its connection is open. @default 5 minutes */
  verifyEvery: duration("5 minutes"),
  /** So long before its 24 hours are over, or up to twice as long, a channel is replaced. @default 30 minutes */
  replaceBefore: duration("30 minutes"),
  /**
   * How long an event may be under way: the old channel is kept so long beside the one that replaces it, and a gap begins so
   * long before the last sign of life. @default 5 seconds
   */
  overlap: duration("5 seconds"),
  /** How long the old channel may take to prove, by a pong, that it missed nothing. @default 10 seconds */
  pongTimeout: duration("10 seconds"),
  /** The longest pause before the first attempt to connect again; it doubles with each further one. @default 1 second */
  backoffInitial: duration("1 second"),
  /** The longest pause. @default 60 seconds */
  backoffMax: duration("60 seconds"),
  /**
   * The longest pause after an eviction, doubled with each further one: two programs with too many channels between them
   * must not evict each other all the time. @default 30 seconds
   */
  evictionPause: duration("30 seconds"),
  /** The longest pause after many evictions. A channel that lived longer makes them forgotten. @default 10 minutes */
  evictionPauseMax: duration("10 minutes"),
  /** A channel that lived so long makes failures before it forgotten. @default 1 minute */
  stableAfter: duration("1 minute"),
  /** How long the end of a stream waits for Genesys to delete its subscriptions. @default 5 seconds */
  cleanupTimeout: duration("5 seconds"),
  /** How many elements wait for a slow consumer, of 32 million characters together at most. @default 10,000 */
  bufferSize: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })).pipe(
    Schema.withConstructorDefault(Effect.succeed(10_000))
  )
}) {}

/** The policy of the streams that are run with it. */
export const NotificationPolicy = Context.Reference<Policy>("@effect-genesys/client/NotificationPolicy", {
  defaultValue: () => new Policy({})
})
