/**
 * Opaque values that are good for one use and for a while, such as authorization codes. Whoever looks one up uses it up
 * when the rest of the request is good too.
 */
import type { Client } from "./clients.ts"
import * as Random from "../shared/random.ts"

export interface OneTime<Entry extends { readonly client: Client }> {
  /** A new value for an entry. */
  readonly add: (entry: Entry, now: number) => string
  /** The entry of a value that is neither used up nor too old. */
  readonly find: (value: string, now: number) => Entry | undefined
  readonly useUp: (value: string) => void
  /** Forgets those of a client. */
  readonly drop: (client: Client) => void
}

export const make = <Entry extends { readonly client: Client }>(
  seed: number,
  stream: Random.Stream,
  lifetimeSeconds: number
): OneTime<Entry> => {
  // All live equally long, so the oldest die first.
  const live = new Map<string, { readonly entry: Entry; readonly expiresAt: number }>()
  let made = 0
  return {
    add: (entry, now) => {
      for (const [value, { expiresAt }] of live) {
        if (now < expiresAt) break
        live.delete(value)
      }
      const value = Random.opaque(seed, stream, made++, 64)
      live.set(value, { entry, expiresAt: now + lifetimeSeconds * 1000 })
      return value
    },
    find: (value, now) => {
      const found = live.get(value)
      return found !== undefined && now < found.expiresAt ? found.entry : undefined
    },
    useUp: (value) => void live.delete(value),
    drop: (client) => {
      for (const [value, { entry }] of live) if (entry.client === client) live.delete(value)
    }
  }
}
