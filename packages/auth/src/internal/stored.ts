/** What a token from a store is worth to whoever needs one. */
import * as Duration from "effect/Duration"
import type { AccessToken } from "../AccessToken.ts"
import type { Policy } from "../RefreshPolicy.ts"
import * as Timing from "./timing.ts"

/** Milliseconds. A clock may be a little behind the one of the process that stored the token. */
export const skew = 2_000

/** Whether it may be handed out. @param now milliseconds since 1970 */
export const isGood = (policy: Policy, token: AccessToken, now: number): boolean => {
  const age = now - token.issuedAt.epochMilliseconds
  const life = Duration.toMillis(token.expiresIn)
  return age >= -skew && life - age > leastLeft(policy, life)
}

/** A program that runs one command takes whatever it may hand out; a service wants one that it need not renew at once. */
const leastLeft = (policy: Policy, life: number): number =>
  Math.max(
    // More than a token ever has would make every process ask for one.
    Math.min(Duration.toMillis(policy.minLife), life * 0.9),
    life - (policy.background ? Timing.renewAfter(policy, life, 1) : Timing.usableFor(policy, life))
  )
