/** A token store on an object of a program without Effect, which keeps sealed texts by name: loaded where one is given. */
import * as Sealing from "@effect-genesys/core/Sealing"
import * as Effect from "effect/Effect"
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
   * seconds until it begins; it takes as long as a request for a token.
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

/** Takes the lock; what it gives lets go of it. */
const take = (lock: NonNullable<PromiseStore["withLock"]>, name: string) =>
  Effect.callback<() => Promise<unknown>, TokenStoreError>((resume) => {
    let letGo: (() => void) | undefined
    let isOver = false
    const whole = (async () => {
      await lock(name, () => {
        const used = new Promise<void>((done) => (letGo = done))
        if (isOver) letGo?.()
        else resume(Effect.succeed(() => (letGo?.(), whole)))
        return used
      })
    })()
    whole.catch(() => resume(Effect.fail(failed())))
    return Effect.sync(() => {
      isOver = true
      letGo?.()
    })
  }).pipe(Effect.timeoutOrElse({ duration: lockPatience, orElse: () => Effect.fail(late()) }))

const withLockOf = (store: PromiseStore): Backend["withLock"] => {
  const { withLock } = store
  if (withLock === undefined) return Locks.make()
  const lock: typeof withLock = (name, use) => withLock.call(store, name, use)
  return (name, use) =>
    Effect.acquireUseRelease(
      Effect.interruptible(take(lock, name)),
      () => use,
      (letGo) => Effect.ignore(Effect.tryPromise({ try: letGo, catch: failed }))
    )
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
