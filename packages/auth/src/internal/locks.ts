/** A lock for each name, within this process: `withLock` of a backend that has none of its own. */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { Encoded } from "./tokenBackend.ts"

export const make = (): Encoded["withLock"] => {
  const locks = new Map<string, Semaphore.Semaphore>()
  const lockOf = (name: string) => {
    const lock = locks.get(name) ?? Semaphore.makeUnsafe(1)
    locks.set(name, lock)
    return lock
  }
  // Only the wait for the lock can be interrupted from outside.
  return (name, use) =>
    Effect.acquireUseRelease(
      Effect.interruptible(lockOf(name).take(1)),
      () => use,
      () => lockOf(name).release(1)
    )
}
