/** The arithmetic of a `RefreshPolicy`: windows of a token's life and pauses after failures, in milliseconds. */
import * as Duration from "effect/Duration"
import type { Policy } from "../RefreshPolicy.ts"
import type { Mandatory } from "./mandatory.ts"

const between = (min: number, max: number, random: number) => min + (max - min) * random

/** After which part of its life a token is renewed. One draw serves the fraction and the cap. */
export const renewAfter = (policy: Policy, life: number, random: number): number =>
  life -
  Math.min(
    life * between(policy.renewFractionMin, policy.renewFractionMax, random),
    between(Duration.toMillis(policy.renewCapMin), Duration.toMillis(policy.renewCapMax), random)
  )

/** For how long a token is handed out. */
export const usableFor = (policy: Mandatory, life: number): number =>
  life - Math.min(life * policy.mandatoryFraction, Duration.toMillis(policy.mandatoryCap))

/** How long a token must have been held to count as one that worked. */
export const provenAfter = (policy: Policy, life: number): number =>
  Math.min(life * policy.provenFraction, Duration.toMillis(policy.provenCap))

const shorten = (policy: Policy, millis: number, random: number) => millis * (1 - policy.jitter * random)

/**
 * The pause after the n-th failure in a row (n ≥ 1).
 * @param longest milliseconds, before the jitter
 */
export const backoff = (
  policy: Policy,
  failures: number,
  random: number,
  longest: Duration.Duration = policy.backoffMax
): number =>
  shorten(
    policy,
    Math.min(Duration.toMillis(longest), Duration.toMillis(policy.backoffInitial) * 2 ** (failures - 1)),
    random
  )

export const probe = (policy: Policy, random: number): number =>
  shorten(policy, Duration.toMillis(policy.probeInterval), random)

/** The longest of the pauses that follow. */
export const longestProbe = 3_600_000

/** The pause after the n-th token in a row that cannot be used: each one may live for long. */
export const probeAgain = (policy: Policy, failures: number, random: number): number =>
  shorten(policy, Math.min(Duration.toMillis(policy.probeInterval) * 2 ** (failures - 1), longestProbe), random)

/** From one token to the next, where its life is so short that nothing would be done but to renew it. */
export const pauseOfShort = (life: number): number => (life < 1_000 ? 1_000 : 0)
