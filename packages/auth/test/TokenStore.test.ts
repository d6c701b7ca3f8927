/** One behaviour suite for the port, run against each of its layers. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { RefreshToken } from "../src/Grant.ts"
import { TokenEntry, type TokenOwner } from "../src/TokenEntry.ts"
import { TokenStore } from "../src/TokenStore.ts"
import * as Host from "./LoginHost.ts"
import { entry, layerFile, newDirectory, owner, put, read } from "./Stored.ts"

const layers: ReadonlyArray<readonly [string, () => Layer.Layer<never>]> = [
  ["layerMemory", () => TokenStore.layerMemory],
  ["layerFile", () => layerFile(newDirectory())]
]

for (const [name, layer] of layers) {
  describe(`TokenStore.${name}`, () => {
    it.live("has nothing at first", () =>
      Effect.gen(function* () {
        assert.isUndefined(yield* read(owner()))
      }).pipe(Effect.provide(layer()))
    )

    it.live("gives back what was stored", () =>
      Effect.gen(function* () {
        yield* put(owner(), "one")
        const found = Option.getOrThrow(yield* Effect.flatMap(TokenStore, (store) => store.get(owner())))
        assert.strictEqual(found.token?.fingerprint, "print-of-one")
        assert.strictEqual(found.token?.expiresAt.epochMilliseconds, 301_000)
        assert.strictEqual(yield* read(owner()), "one")
      }).pipe(Effect.provide(layer()))
    )

    it.live("shows the change what is there", () =>
      Effect.gen(function* () {
        yield* put(owner(), "one")
        const store = yield* TokenStore
        const seen = yield* store.modify(owner(), (found) =>
          Effect.succeed([Option.map(found, ({ token }) => token?.fingerprint), entry("two")] as const)
        )
        assert.deepStrictEqual(seen, Option.some("print-of-one"))
        assert.strictEqual(yield* read(owner()), "two")
      }).pipe(Effect.provide(layer()))
    )

    it.live("keeps owners apart: another secret is another owner", () =>
      Effect.gen(function* () {
        yield* put(owner(), "one")
        assert.isUndefined(yield* read(owner("another-secret")))
        assert.isUndefined(yield* read({ ...owner(), host: "https://login.mypurecloud.de" }))
      }).pipe(Effect.provide(layer()))
    )

    it.live("serves logins, which have no secret, each by itself", () =>
      Effect.gen(function* () {
        const login = (refreshToken: string): TokenOwner => ({
          host: "https://login.mypurecloud.com",
          grant: new RefreshToken({ clientId: Host.clientId, refreshToken: Redacted.make(refreshToken) })
        })
        yield* put(login("mine"), "one")
        assert.strictEqual(yield* read(login("mine")), "one")
        assert.isUndefined(yield* read(login("somebody else's")))
      }).pipe(Effect.provide(layer()))
    )

    it.live("lets one change at a time happen", () =>
      Effect.gen(function* () {
        const store = yield* TokenStore
        let inside = 0
        let most = 0
        const change = store.modify(owner(), (found) =>
          Effect.gen(function* () {
            most = Math.max(most, ++inside)
            // Real time: a real lock is held across it.
            yield* Effect.sleep("2 millis")
            inside--
            const count = Option.match(found, { onNone: () => 0, onSome: ({ failures }) => failures })
            return [undefined, new TokenEntry({ outcome: entry("x").outcome, failures: count + 1 })] as const
          })
        )
        yield* Effect.all(
          Array.from({ length: 20 }, () => change),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(most, 1)
        const found = Option.getOrThrow(yield* store.get(owner()))
        assert.strictEqual(found.failures, 20)
      }).pipe(Effect.provide(layer()))
    )

    it.live("an interrupted change stores nothing and gives the lock back", () =>
      Effect.gen(function* () {
        const store = yield* TokenStore
        yield* put(owner(), "one")
        const fiber = yield* Effect.forkChild(store.modify(owner(), () => Effect.never))
        yield* Effect.sleep("20 millis")
        yield* Fiber.interrupt(fiber)
        yield* put(owner(), "two")
        assert.strictEqual(yield* read(owner()), "two")
      }).pipe(Effect.provide(layer()))
    )

    it.live("removes an entry only if it still holds that token", () =>
      Effect.gen(function* () {
        const store = yield* TokenStore
        yield* put(owner(), "one")
        yield* store.remove(owner(), "print-of-another")
        assert.strictEqual(yield* read(owner()), "one")
        yield* store.remove(owner(), "print-of-one")
        assert.isUndefined(yield* read(owner()))
      }).pipe(Effect.provide(layer()))
    )
  })
}
