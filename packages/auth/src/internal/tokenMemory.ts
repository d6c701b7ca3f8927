/**
 * `TokenStore.layerMemory`: a map of texts, and a lock for each of them. They are not sealed, since whoever reads the memory of this
 * process finds the tokens themselves in it.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Locks from "./locks.ts"
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
  return {
    get: (name) => Effect.sync(() => Option.fromUndefinedOr(texts.get(name))),
    set: (name, text) => Effect.sync(() => void texts.set(name, text)),
    remove: (name) => Effect.sync(() => void texts.delete(name)),
    withLock: Locks.make(),
    // Its name holds the secret.
    where: () => "memory"
  }
}

export const makeMemory = Effect.sync(() => makeWith(make(), open))
