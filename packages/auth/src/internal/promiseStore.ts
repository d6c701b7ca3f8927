/** A token store on an object of a program without Effect, which keeps sealed texts by name: loaded where one is given. */
import * as Sealing from "@effect-genesys/core/Sealing"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Locks from "./locks.ts"
import { type Encoded as Backend, TokenStoreError, type TokenStoreService } from "./tokenBackend.ts"
import * as Encoded from "./tokenEncoded.ts"

/**
 * Texts by name, which are sealed: whoever reads them has nothing without the secret. What fails, or takes more than 5 seconds, costs
 * a new token, and nothing else.
 */
export interface PromiseStore {
  /** The text that was set last; `undefined` or `null` if there is none. */
  readonly get: (name: string) => Promise<string | null | undefined> | string | null | undefined
  /** In place of what is there, whole or not at all. */
  readonly set: (name: string, text: string) => unknown
  /** It is no failure if there is nothing. */
  readonly remove: (name: string) => unknown
  /**
   * Runs the function once, while nobody else, in whatever process, runs one for the same name, and waits for it: at most for 15
   * seconds until it begins; it takes as long as a request for a token. For what comes after it, it has 5 seconds.
   * @default one after the other in this process; two processes may ask for a token at once
   */
  readonly withLock?: ((name: string, use: () => Promise<void>) => Promise<unknown>) | undefined
}

const patience = "5 seconds"
const lockPatience = "15 seconds"

const failed = () => new TokenStoreError({ message: "the store that was given failed" })
const late = () => new TokenStoreError({ message: "the store that was given took too long" })

const asked = <A>(ask: () => A | Promise<A>): Effect.Effect<A, TokenStoreError> =>
  Effect.tryPromise({ try: async () => ask(), catch: failed }).pipe(
    Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(late()) })
  )

/** Takes the lock; what it gives lets go of it, and is done when whoever keeps the lock is. */
const take = (lock: NonNullable<PromiseStore["withLock"]>, name: string) =>
  Effect.callback<() => Promise<unknown>, TokenStoreError>((resume) => {
    // However often it is used.
    const { promise: used, resolve: letGo } = Promise.withResolvers<void>()
    const whole = (async () => {
      await lock(name, () => {
        resume(Effect.succeed(() => (letGo(), whole)))
        return used
      })
    })()
    const over = () => resume(Effect.fail(failed()))
    whole.then(over, over)
    return Effect.sync(letGo)
  }).pipe(Effect.timeoutOrElse({ duration: lockPatience, orElse: () => Effect.fail(late()) }))

/** It is not waited for without end, and in a fiber of its own: where a lock is let go, nothing can be interrupted. */
const give = (letGo: () => Promise<unknown>) =>
  Effect.flatMap(Effect.forkDetach(asked(letGo), { startImmediately: true }), (fiber) => Effect.exit(Fiber.join(fiber)))

const withLockOf = (store: PromiseStore): Backend["withLock"] => {
  const { withLock } = store
  if (withLock === undefined) return Locks.make()
  const lock: typeof withLock = (name, use) => withLock.call(store, name, use)
  return (name, use) => Effect.acquireUseRelease(Effect.interruptible(take(lock, name)), () => use, give)
}

const backendOf = (store: PromiseStore): Backend => ({
  get: (name) =>
    Effect.map(
      asked(() => store.get(name)),
      Option.fromNullishOr
    ),
  set: (name, text) => Effect.asVoid(asked(() => store.set(name, text))),
  remove: (name) => Effect.asVoid(asked(() => store.remove(name))),
  withLock: withLockOf(store),
  where: () => "the store that was given"
})

export const make = (store: PromiseStore): Effect.Effect<TokenStoreService, never, Scope.Scope> =>
  Effect.flatMap(Layer.build(Sealing.layer), (crypto) => Effect.provideContext(Encoded.make(backendOf(store)), crypto))
