/**
 * Takes out what comes twice while an old channel and the one that replaces it are both open. Genesys gives events no id, and
 * a correlation id is that of an operation with perhaps many events, so the key is topic and body. Keys are counted for
 * each channel: the second of two equal events is a duplicate only if the other channel has told both.
 */
import type { Received } from "./notificationFrame.ts"

interface Told {
  readonly by: Map<object, number>
  most: number
}

export interface Sieve {
  /** From now on both channels may tell the same. What was counted before is forgotten. */
  readonly start: () => void
  /** Nothing comes twice any more from this moment, in milliseconds since 1970. */
  readonly stopAt: (moment: number) => void
  /** Whether this event, told by this channel, is new. */
  readonly isNew: (channel: object, event: Received, now: number) => boolean
}

export const make = (): Sieve => {
  let told: Map<string, Told> | undefined
  let end = Number.POSITIVE_INFINITY
  return {
    start: () => {
      told = new Map()
      end = Number.POSITIVE_INFINITY
    },
    stopAt: (moment) => {
      end = moment
    },
    isNew: (channel, event, now) => {
      if (told === undefined) return true
      if (now >= end) {
        told = undefined
        return true
      }
      const key = JSON.stringify([event.topic, event.eventBody])
      const entry = told.get(key) ?? { by: new Map<object, number>(), most: 0 }
      told.set(key, entry)
      const count = (entry.by.get(channel) ?? 0) + 1
      entry.by.set(channel, count)
      if (count <= entry.most) return false
      entry.most = count
      return true
    }
  }
}
