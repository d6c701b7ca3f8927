/**
 * A moment on both clocks. What has passed since is the larger of the two differences: wall clocks are set back, and
 * monotonic clocks stand still while a laptop sleeps.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"

export interface Instant {
  readonly wallMillis: number
  readonly monotonicNanos: bigint
}

export const now = (clock: Clock.Clock): Instant => ({
  wallMillis: clock.currentTimeMillisUnsafe(),
  monotonicNanos: clock.monotonicTimeNanosUnsafe()
})

/** The moment so many milliseconds before another one. */
export const ago = (instant: Instant, millis: number): Instant => ({
  wallMillis: instant.wallMillis - millis,
  monotonicNanos: instant.monotonicNanos - BigInt(Math.round(millis * 1e6))
})

/** Milliseconds from one moment to another. */
export const elapsed = (since: Instant, until: Instant): number =>
  Math.max(until.wallMillis - since.wallMillis, Number(until.monotonicNanos - since.monotonicNanos) / 1e6)

/** So many milliseconds later. Rounded down to a nanosecond. */
export const plus = (instant: Instant, millis: number): Instant => ({
  wallMillis: instant.wallMillis + millis,
  monotonicNanos: instant.monotonicNanos + BigInt(Math.floor(millis * 1e6))
})

/** Whether both clocks say that it is still to come. Compares without arithmetic on `bigint`, which is slow. */
export const isAhead = (instant: Instant, clock: Clock.Clock): boolean =>
  clock.currentTimeMillisUnsafe() < instant.wallMillis && clock.monotonicTimeNanosUnsafe() < instant.monotonicNanos

/** A span of time that started at an instant. */
export interface Window {
  readonly since: Instant
  readonly millis: number
}

export const remaining = (window: Window, at: Instant): number => window.millis - elapsed(window.since, at)

export const isOver = (window: Window | undefined, at: Instant): boolean =>
  window === undefined || remaining(window, at) <= 0

export const window = (since: Instant, duration: Duration.Duration | number): Window => ({
  since,
  millis: typeof duration === "number" ? duration : Duration.toMillis(duration)
})

/** Of two windows, the one that is over later. */
export const later = (one: Window | undefined, other: Window, at: Instant): Window =>
  one !== undefined && remaining(one, at) > remaining(other, at) ? one : other
