/** What a token from a store is worth to whoever needs one. */
import * as Duration from "effect/Duration"
import type { AccessToken } from "../AccessToken.ts"
import { TokenEntry } from "../TokenEntry.ts"
import type { Mandatory } from "./mandatory.ts"
import * as Timing from "./timing.ts"

/** Milliseconds. A clock may be a little behind the one of the process that stored the token. */
export const skew = 2_000

export interface Wish extends Mandatory {
  readonly minLife: Duration.Duration
}

/**
 * Whether it may be handed out.
 * @param now milliseconds since 1970
 * @param usableFor how long a token of this life is of use, both in milliseconds; by default as long as it may be handed out at all
 */
export const isGood = (
  wish: Wish,
  token: AccessToken,
  now: number,
  usableFor = (life: number) => Timing.usableFor(wish, life)
): boolean => {
  const age = now - token.issuedAt.epochMilliseconds
  const life = Duration.toMillis(token.expiresIn)
  // More than a token ever has would make every process ask for one.
  const wanted = Math.min(Duration.toMillis(wish.minLife), life * 0.9)
  return age >= -skew && life - age > Math.max(wanted, life - usableFor(life))
}

/** An entry, without its token if that is the one that the API has refused. */
export const without = (entry: TokenEntry, rejected: string | undefined): TokenEntry => {
  if (entry.token?.fingerprint !== rejected) return entry
  const { error, failures, notBefore, outcome, refreshToken, refreshedAt } = entry
  return new TokenEntry({
    outcome,
    failures,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(refreshedAt === undefined ? {} : { refreshedAt }),
    ...(error === undefined ? {} : { error }),
    ...(notBefore === undefined ? {} : { notBefore })
  })
}
