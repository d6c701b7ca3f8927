/**
 * Counts in a fixed window that opens with the first hit. It only counts: what happens to the hit that is one too many is
 * the caller's business.
 */
export interface Window {
  opened: number
  count: number
}

export const empty = (): Window => ({ opened: Number.NEGATIVE_INFINITY, count: 0 })

/** Opens a new window if the present one is over (or the clock was set back), and answers the hits so far. */
export const count = (window: Window, now: number, millis: number): number => {
  if (now >= window.opened + millis || now < window.opened) {
    window.opened = now
    window.count = 0
  }
  return window.count
}

/** Whole seconds until the window is over, at least 1. */
export const secondsLeft = (window: Window, now: number, millis: number): number =>
  Math.max(1, Math.ceil((window.opened + millis - now) / 1000))
