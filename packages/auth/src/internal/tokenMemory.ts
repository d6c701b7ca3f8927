/**
 * `TokenStore.layerMemory`: a map of texts, and a lock for each of them. They are not sealed, since whoever reads the memory of this
 * process finds the tokens themselves in it.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type { Encoded } from "./tokenBackend.ts"
import { makeWith, type Wrapping } from "./tokenEncoded.ts"
import { subjectOf } from "./tokenOwner.ts"

const open: Wrapping = {
  placeOf: (owner) => Effect.sync(() => ({ name: JSON.stringify(subjectOf(owner)), secret: "" })),
  close: (_, text) => Effect.succeed(text),
  open: (_, text) => Effect.succeedSome(text)
}

const make = (): Encoded => {
  const texts = new Map<string, string>()
  const locks = new Map<string, Semaphore.Semaphore>()
  const lockOf = (name: string) => {
    const lock = locks.get(name) ?? Semaphore.makeUnsafe(1)
    locks.set(name, lock)
    return lock
  }
  return {
    get: (name) => Effect.sync(() => Option.fromUndefinedOr(texts.get(name))),
    set: (name, text) => Effect.sync(() => void texts.set(name, text)),
    remove: (name) => Effect.sync(() => void texts.delete(name)),
    // Only the wait for the lock can be interrupted from outside.
    withLock: (name, use) =>
      Effect.acquireUseRelease(
        Effect.interruptible(lockOf(name).take(1)),
        () => use,
        () => lockOf(name).release(1)
      ),
    // Its name holds the secret.
    where: () => "memory"
  }
}

export const makeMemory = Effect.sync(() => makeWith(make(), open))
