/**
 * What every `TokenStore` must do, as cases for whatever runs your tests: give them a layer of a store on your backend. They need no
 * test runner of their own, and real time, since a real lock is held across it.
 *
 * ```ts
 * for (const { name, run } of TokenStoreSuite.cases(layer)) test(name, () => Effect.runPromise(run))
 * ```
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as assert from "node:assert/strict"
import { RefreshToken } from "../Grant.ts"
import { TokenEntry, type TokenOwner } from "../TokenEntry.ts"
import { RateLimitError } from "../TokenError.ts"
import { TokenStore } from "../TokenStore.ts"
import { clientId, entry, host, issued, owner, put, read, tokenOf } from "./internal/stored.ts"

export { entry, owner, put, read }

/** One thing that a store must do, and how it is tried. */
export interface Case {
  readonly name: string
  /** Fails, or dies of an `AssertionError`, if the store does not do it. */
  readonly run: Effect.Effect<void, unknown>
}

/** What the store is, which decides what it must do. */
export interface Options {
  /**
   * Whether a layer that is built twice gives two stores that share what they hold, as two processes do.
   * @default true
   */
  readonly isShared?: boolean | undefined
}

const longest = Duration.seconds(30)

/**
 * All cases for a store. Each builds its layer anew.
 *
 * @param layer a store that holds nothing; asked for once for each case
 */
export const cases = <E>(
  layer: () => Layer.Layer<never, E>,
  { isShared = true }: Options = {}
): ReadonlyArray<Case> => {
  const single = Object.entries(alone).map(([name, run]) => ({
    name,
    run: Effect.suspend(() => provided(run, layer()))
  }))
  const shared = Object.entries(together).map(([name, run]) => ({
    name,
    run: Effect.suspend(() => {
      const one = layer()
      const another: Another = (effect) => Effect.orDie(Effect.provide(effect, Layer.fresh(one)))
      return provided(run(another), one)
    })
  }))
  return isShared ? [...single, ...shared] : single
}

/** A layer is built anew, though a program around it has such a store. */
const provided = <E>(run: Effect.Effect<void>, layer: Layer.Layer<never, E>) =>
  Effect.timeout(Effect.provide(run, Layer.fresh(layer)), longest)

/** Adds one to the failures of the entry, and takes its time. */
const count = (of: TokenOwner, inside: (by: number) => void = () => undefined) =>
  Effect.flatMap(TokenStore, (store) =>
    store.modify(of, (found) =>
      Effect.gen(function* () {
        inside(1)
        yield* Effect.sleep("2 millis")
        inside(-1)
        const failures = Option.match(found, { onNone: () => 0, onSome: (known) => known.failures })
        return [undefined, new TokenEntry({ outcome: issued, failures: failures + 1 })] as const
      })
    )
  )

const failuresOf = (of: TokenOwner) =>
  Effect.flatMap(TokenStore, (store) => Effect.map(store.get(of), (found) => Option.getOrThrow(found).failures))

const manyAtOnce = <R>(effect: Effect.Effect<void, never, R>) =>
  Effect.all(
    Array.from({ length: 20 }, () => effect),
    { concurrency: "unbounded", discard: true }
  )

const login = (refreshToken: string): TokenOwner => ({
  host,
  grant: new RefreshToken({ clientId, refreshToken: Redacted.make(refreshToken) })
})

const alone: Readonly<Record<string, Effect.Effect<void>>> = {
  "has nothing at first": Effect.gen(function* () {
    assert.equal(yield* read(owner()), undefined)
  }),

  "gives back what was stored, all of it": Effect.gen(function* () {
    const store = yield* TokenStore
    const at = DateTime.makeUnsafe(86_400_123)
    const long = "r".repeat(10_000)
    const message = "Zu viele Anfragen – «später» 再び 🕰"
    const whole = new TokenEntry({
      token: tokenOf("one"),
      refreshToken: Redacted.make(long),
      refreshedAt: at,
      outcome: { at, result: "RateLimitError", message },
      error: new RateLimitError({ source: "login", retryAfter: Duration.millis(1_500), message }),
      failures: 3,
      notBefore: at
    })
    yield* store.modify(owner(), () => Effect.succeed([undefined, whole] as const))
    const found = Option.getOrThrow(yield* store.get(owner()))
    assert.equal(yield* read(owner()), "one")
    assert.equal(found.token?.fingerprint, "print-of-one")
    assert.equal(found.token?.expiresAt.epochMilliseconds, 301_000)
    assert.equal(found.refreshToken && Redacted.value(found.refreshToken), long)
    assert.equal(found.refreshedAt?.epochMilliseconds, at.epochMilliseconds)
    assert.equal(found.outcome.message, message)
    assert.equal(found.error?._tag === "RateLimitError" && found.error.retryAfter?.toString(), "1500 millis")
    assert.equal(found.failures, 3)
    assert.equal(found.notBefore?.epochMilliseconds, at.epochMilliseconds)
  }),

  "shows the change what is there": Effect.gen(function* () {
    yield* put(owner(), "one")
    const store = yield* TokenStore
    const seen = yield* store.modify(owner(), (found) =>
      Effect.succeed([Option.getOrUndefined(found)?.token?.fingerprint, entry("two")] as const)
    )
    assert.equal(seen, "print-of-one")
    assert.equal(yield* read(owner()), "two")
  }),

  "keeps owners apart: another secret is another owner": Effect.gen(function* () {
    yield* put(owner(), "one")
    assert.equal(yield* read(owner("another-secret")), undefined)
    assert.equal(yield* read({ ...owner(), host: "https://login.mypurecloud.de" }), undefined)
  }),

  "serves logins, which have no secret, each by itself": Effect.gen(function* () {
    yield* put(login("mine"), "one")
    assert.equal(yield* read(login("mine")), "one")
    assert.equal(yield* read(login("somebody else's")), undefined)
  }),

  "lets one change at a time happen": Effect.gen(function* () {
    let inside = 0
    let most = 0
    yield* manyAtOnce(count(owner(), (by) => (most = Math.max(most, (inside += by)))))
    assert.equal(most, 1)
    assert.equal(yield* failuresOf(owner()), 20)
  }),

  "locks each owner by itself: one need not wait for another": Effect.gen(function* () {
    const store = yield* TokenStore
    const other = owner("another-secret")
    yield* store.modify(owner(), () => Effect.as(put(other, "two"), [undefined, entry("one")] as const))
    assert.equal(yield* read(owner()), "one")
    assert.equal(yield* read(other), "two")
  }),

  "an interrupted change stores nothing and gives the lock back": Effect.gen(function* () {
    const store = yield* TokenStore
    yield* put(owner(), "one")
    const fiber = yield* Effect.forkChild(store.modify(owner(), () => Effect.never))
    yield* Effect.sleep("20 millis")
    yield* Fiber.interrupt(fiber)
    assert.equal(yield* read(owner()), "one")
    yield* put(owner(), "two")
    assert.equal(yield* read(owner()), "two")
  }),

  "whoever is interrupted while waiting for the lock changes nothing": Effect.gen(function* () {
    const store = yield* TokenStore
    let ran = false
    yield* store.modify(owner(), () =>
      Effect.gen(function* () {
        const wait = store.modify(owner(), () => Effect.sync(() => [void (ran = true), entry("two")] as const))
        // As a manager waits.
        const fiber = yield* Effect.forkDetach(Effect.uninterruptible(wait))
        yield* Effect.sleep("50 millis")
        yield* Fiber.interrupt(fiber)
        return [undefined, entry("one")] as const
      })
    )
    assert.equal(ran, false)
    assert.equal(yield* read(owner()), "one")
  }),

  "removes an entry only if it still holds that token": Effect.gen(function* () {
    const store = yield* TokenStore
    yield* put(owner(), "one")
    yield* store.remove(owner(), "print-of-another")
    assert.equal(yield* read(owner()), "one")
    yield* store.remove(owner(), "print-of-one")
    assert.equal(yield* read(owner()), undefined)
  }),

  "removes an entry in any case if no token is named, and none without a word": Effect.gen(function* () {
    const store = yield* TokenStore
    yield* store.remove(owner())
    yield* put(owner(), "one")
    yield* store.remove(owner())
    assert.equal(yield* read(owner()), undefined)
    yield* put(owner(), "two")
    assert.equal(yield* read(owner()), "two")
  })
}

/** In a store of its own, on what the other one is on. */
type Another = <A>(effect: Effect.Effect<A>) => Effect.Effect<A>

const together: Readonly<Record<string, (another: Another) => Effect.Effect<void>>> = {
  "finds what another process has stored, and changes it for both": (another) =>
    Effect.gen(function* () {
      yield* another(put(owner(), "one"))
      assert.equal(yield* read(owner()), "one")
      yield* put(owner(), "two")
      assert.equal(yield* another(read(owner())), "two")
      yield* another(Effect.flatMap(TokenStore, (store) => store.remove(owner())))
      assert.equal(yield* read(owner()), undefined)
    }),

  "lets one change at a time happen, whichever process makes it": (another) =>
    Effect.gen(function* () {
      let inside = 0
      let most = 0
      const one = manyAtOnce(count(owner(), (by) => (most = Math.max(most, (inside += by)))))
      yield* Effect.all([one, another(one)], { concurrency: "unbounded" })
      assert.equal(most, 1)
      assert.equal(yield* failuresOf(owner()), 40)
    })
}
