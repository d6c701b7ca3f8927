/**
 * What is left of the calls that Genesys allows a token in a minute, as its last answers told it. Some kinds of resources
 * have a budget of their own; all others share one.
 */
export interface RateBudget {
  /** The first word of the paths that it is for, such as `analytics`; `*` is the one that all others share. */
  readonly kind: string
  /** Calls in a window of about a minute. */
  readonly allowed: number
  /** Calls in the present window, those of other programs with the same token included. */
  readonly used: number
  /** Milliseconds since 1970 at which the window is over; absent if none is open. */
  readonly resetAt: number | undefined
}
