/**
 * What a good programmer writes by hand: one promise for all callers, kept until its token expires, and forgotten when
 * it fails. It renews nothing ahead of time and trusts the wall clock.
 */

export interface Expiring {
  /** By `Date.now()`. */
  readonly expiresAt: number
}

export const memoise = <A extends Expiring>(ask: () => Promise<A>): (() => Promise<A>) => {
  let cached: Promise<A> | undefined
  let expiresAt = 0
  return () => {
    if (cached !== undefined && Date.now() < expiresAt) return cached
    const asked = ask()
    cached = asked
    expiresAt = Number.POSITIVE_INFINITY
    asked.then(
      (value) => {
        if (cached === asked) expiresAt = value.expiresAt
      },
      () => {
        if (cached === asked) cached = undefined
      }
    )
    return asked
  }
}
