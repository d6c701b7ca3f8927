/** `TokenStore.layerMemory`: a map, and a lock for each of its entries. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type { TokenEntry, TokenOwner } from "../TokenEntry.ts"
import type { TokenStoreService } from "../TokenStore.ts"
import { subjectOf } from "./tokenOwner.ts"

export const makeMemory = Effect.sync(() => {
  const entries = new Map<string, TokenEntry>()
  const locks = new Map<string, Semaphore.Semaphore>()
  const lockOf = (key: string) => {
    const lock = locks.get(key) ?? Semaphore.makeUnsafe(1)
    locks.set(key, lock)
    return lock
  }
  const get = (key: string) => Option.fromUndefinedOr(entries.get(key))
  const service: TokenStoreService = {
    get: (owner) => Effect.sync(() => get(keyOf(owner))),
    modify: (owner, change) => {
      const key = keyOf(owner)
      return Effect.suspend(() => change(get(key))).pipe(
        Effect.map(([result, entry]) => {
          entries.set(key, entry)
          return result
        }),
        // Only the wait for the lock can be interrupted from outside.
        (effect) =>
          Effect.acquireUseRelease(
            Effect.interruptible(lockOf(key).take(1)),
            () => effect,
            () => lockOf(key).release(1)
          )
      )
    },
    remove: (owner, fingerprint) => {
      const key = keyOf(owner)
      return lockOf(key).withPermit(
        Effect.sync(() => {
          if (fingerprint === undefined || entries.get(key)?.token?.fingerprint === fingerprint) entries.delete(key)
        })
      )
    }
  }
  return service
})

const keyOf = (owner: TokenOwner) => JSON.stringify(subjectOf(owner))
