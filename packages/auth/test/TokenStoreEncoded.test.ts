/** What stands in front of a backend: whatever that does, there is a token, and nobody reads it there. */
import { assert, describe, it } from "@effect/vitest"
import { NodeCrypto } from "@effect/platform-node"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as References from "effect/References"
import { entry, owner, put, read } from "../src/testing/TokenStoreSuite.ts"
import { type Encoded, TokenStore, TokenStoreError } from "../src/TokenStore.ts"
import * as Host from "./LoginHost.ts"

const login = { host: "https://login.mypurecloud.com", grant: Host.code }

/** A backend without a lock, whose rows the test sees. */
const backend = (rows: Map<string, string>): Encoded => ({
  get: (name) => Effect.sync(() => Option.fromUndefinedOr(rows.get(name))),
  set: (name, text) => Effect.sync(() => void rows.set(name, text)),
  remove: (name) => Effect.sync(() => void rows.delete(name)),
  withLock: (_, use) => use
})

/** Runs it with a store on the backend; gives the warnings with the result. */
const withStore = <A>(parts: Partial<Encoded>, effect: Effect.Effect<A>, rows = new Map<string, string>()) =>
  Effect.gen(function* () {
    const warnings: Array<string> = []
    const logger = Logger.make(({ fiber, message }) => {
      const { reason, where } = fiber.getRef(References.CurrentLogAnnotations)
      warnings.push(`${String(message)} (${String(reason)}, ${String(where)})`)
    })
    const store = yield* TokenStore.makeEncoded({ ...backend(rows), where: () => "a table", ...parts })
    const result = yield* effect.pipe(Effect.provideService(TokenStore, store), Effect.provide(Logger.layer([logger])))
    return { result, rows, warnings }
  }).pipe(Effect.provide(NodeCrypto.layer))

/** What a manager does, and how often it was done. */
const change = Effect.gen(function* () {
  const store = yield* TokenStore
  let times = 0
  const result = yield* store.modify(owner(), (found) =>
    Effect.sync(() => {
      times++
      return [Option.isSome(found) ? "found" : "asked", entry("two")] as const
    })
  )
  return { result, times }
})

const lost = Effect.fail(new TokenStoreError({ message: "the server has gone away" }))
const reason = "(the server has gone away, a table)"
const odd = Effect.die(new Error("a defect"))

describe("TokenStore.makeEncoded", () => {
  it.effect("gives the backend names and texts that tell nothing", () =>
    Effect.gen(function* () {
      const { rows } = yield* withStore({}, put({ ...owner(), grant: Host.grant() }, "canary-token"))
      assert.strictEqual(rows.size, 1)
      for (const [name, text] of rows) {
        assert.match(name, /^[0-9a-f]{64}$/)
        for (const hidden of ["canary-token", "print-of", Host.secret, Host.clientId])
          assert.notInclude(name + text, hidden)
      }
    })
  )

  const failures: ReadonlyArray<readonly [string, Partial<Encoded>, string, ReadonlyArray<string>]> = [
    ["a get that fails", { get: () => lost }, "asked", [`the stored token cannot be read and is ignored ${reason}`]],
    ["a set that fails", { set: () => lost }, "found", [`the stored token cannot be written ${reason}`]],
    ["no lock", { withLock: () => lost }, "asked", [`the stored token cannot be locked ${reason}`]],
    [
      "a lock that is broken off when it is asked for",
      { withLock: () => Effect.interrupt },
      "asked",
      ["the stored token cannot be locked (a defect of the store, a table)"]
    ],
    [
      "a commit that fails",
      { withLock: (_, use) => Effect.andThen(use, lost) },
      "found",
      [`the stored token cannot be written ${reason}`]
    ],
    [
      "a get with a defect",
      { get: () => odd },
      "asked",
      ["the stored token cannot be read and is ignored (a defect of the store, a table)"]
    ],
    [
      "a set with a defect",
      { set: () => odd },
      "found",
      ["the stored token cannot be written (a defect of the store, a table)"]
    ],
    [
      "a lock with a defect",
      { withLock: () => odd },
      "asked",
      ["the stored token cannot be locked (a defect of the store, a table)"]
    ]
  ]
  for (const [name, parts, expected, expectedWarnings] of failures) {
    it.effect(`${name} costs a warning: the change runs once all the same, and its result is kept`, () =>
      Effect.gen(function* () {
        const { rows } = yield* withStore({}, put(owner(), "one"))
        const { result, warnings } = yield* withStore(parts, change, rows)
        assert.deepStrictEqual(result, { result: expected, times: 1 })
        assert.deepStrictEqual(warnings, expectedWarnings)
      })
    )
  }

  it.effect("a remove that fails costs a warning", () =>
    Effect.gen(function* () {
      const removal = Effect.flatMap(TokenStore, (store) => store.remove(owner()))
      const { warnings } = yield* withStore({ remove: () => lost }, removal)
      assert.deepStrictEqual(warnings, [`the stored token cannot be removed ${reason}`])
    })
  )

  it.effect("a backend's own words take the place of ours", () =>
    Effect.gen(function* () {
      const error = new TokenStoreError({ what: "has no table", where: "a schema", message: "make it" })
      const { warnings } = yield* withStore({ get: () => Effect.fail(error) }, read(owner()))
      assert.deepStrictEqual(warnings, ["the stored token has no table (make it, a schema)"])
    })
  )

  it.effect("a text that was put under another name does not open, nor does what is no text of ours", () =>
    Effect.gen(function* () {
      const { rows } = yield* withStore({}, put(owner(), "one"))
      const [text = ""] = rows.values()
      for (const wrong of [text, "x", '{"version":2}']) {
        const seen = yield* withStore({ get: () => Effect.succeedSome(wrong) }, read(owner("another-secret")))
        assert.isUndefined(seen.result)
        assert.deepStrictEqual(seen.warnings, ["the stored token is damaged and is ignored (undefined, a table)"])
      }
    })
  )

  it.effect("a grant without a secret needs the key of the backend; without one it is not kept", () =>
    Effect.gen(function* () {
      const both = Effect.andThen(put(login, "one"), read(login))
      const without = yield* withStore({}, both)
      assert.isUndefined(without.result)
      assert.strictEqual(without.rows.size, 0)
      assert.include(without.warnings[0], "the stored token is not kept (its grant brings no secret")
      const key = Effect.succeed("0123456789abcdef".repeat(4))
      const { result, warnings } = yield* withStore({ key }, both)
      assert.strictEqual(result, "one")
      assert.deepStrictEqual(warnings, [])
    })
  )

  it.effect("what the lock puts into the context is there for get, set and remove", () =>
    Effect.gen(function* () {
      class Connection extends Context.Reference("test/Connection", { defaultValue: () => "none" }) {}
      const used: Array<string> = []
      const note = Effect.map(Connection, (connection) => void used.push(connection))
      const parts: Partial<Encoded> = {
        get: () => Effect.as(note, Option.none()),
        set: () => note,
        remove: () => note,
        withLock: (_, use) => Effect.provideService(use, Connection, "locked")
      }
      const removal = Effect.flatMap(TokenStore, (store) => store.remove(owner()))
      yield* withStore(parts, Effect.andThen(put(owner(), "one"), removal))
      assert.deepStrictEqual(used, ["locked", "locked", "locked"])
    })
  )

  it.effect("what was only looked at is not written", () =>
    Effect.gen(function* () {
      const { rows } = yield* withStore({}, put(owner(), "one"))
      const look = Effect.flatMap(TokenStore, (store) =>
        store.modify(owner(), (found) => Effect.succeed([undefined, Option.getOrThrow(found)] as const))
      )
      const { warnings } = yield* withStore({ set: () => lost }, look, rows)
      assert.deepStrictEqual(warnings, [])
    })
  )
})
