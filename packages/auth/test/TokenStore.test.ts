/** The behaviour suite for the port, run against each of its layers, and against a backend of somebody else's. */
import { assert, describe, it } from "@effect/vitest"
import { NodeCrypto } from "@effect/platform-node"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import * as TokenStoreSuite from "../src/testing/TokenStoreSuite.ts"
import { type Encoded, TokenStore } from "../src/TokenStore.ts"
import { layerFile, newDirectory } from "./Stored.ts"

// #region backend
const table = (): Encoded => {
  const rows = new Map<string, string>()
  const locks = new Map<string, Semaphore.Semaphore>()
  const lockOf = (name: string) => locks.get(name) ?? locks.set(name, Semaphore.makeUnsafe(1)).get(name)!
  return {
    get: (name) => Effect.sync(() => Option.fromUndefinedOr(rows.get(name))),
    set: (name, text) => Effect.sync(() => void rows.set(name, text)),
    remove: (name) => Effect.sync(() => void rows.delete(name)),
    withLock: (name, use) =>
      Effect.acquireUseRelease(
        Effect.interruptible(lockOf(name).take(1)),
        () => use,
        () => lockOf(name).release(1)
      )
  }
}
// #endregion

const layerTable = (broken: Partial<Encoded> = {}) => {
  const rows = { ...table(), ...broken }
  return Layer.effect(TokenStore, TokenStore.makeEncoded(rows)).pipe(Layer.provide(NodeCrypto.layer))
}

const kit = [
  ["layerMemory", TokenStoreSuite.cases(() => TokenStore.layerMemory, { isShared: false })],
  ["layerFile", TokenStoreSuite.cases(() => layerFile(newDirectory()))],
  ["makeEncoded", TokenStoreSuite.cases(() => layerTable())]
] as const

for (const [name, cases] of kit) {
  describe(`TokenStore.${name}`, () => {
    for (const { name: behaviour, run } of cases) it.live(behaviour, () => run)
  })
}

describe("TokenStoreSuite", () => {
  const broken: ReadonlyArray<readonly [string, Partial<Encoded>, string]> = [
    ["that locks nothing", { withLock: (_, use) => use }, "lets one change at a time happen"],
    ["that stores nothing", { set: () => Effect.void }, "gives back what was stored, all of it"],
    ["that removes nothing", { remove: () => Effect.void }, "removes an entry only if it still holds that token"]
  ]
  for (const [name, parts, expected] of broken) {
    it.live(`find a backend ${name}`, () =>
      Effect.gen(function* () {
        const cases = TokenStoreSuite.cases(() => layerTable(parts))
        const failed = yield* Effect.filter(cases, ({ run }) => Effect.map(Effect.exit(run), Exit.isFailure))
        assert.include(
          failed.map((one) => one.name),
          expected
        )
        assert.isBelow(failed.length, cases.length)
      })
    )
  }

  it.live("find a backend whose stores do not share what they hold", () =>
    Effect.gen(function* () {
      const cases = TokenStoreSuite.cases(() => TokenStore.layerMemory)
      const failed = yield* Effect.filter(cases, ({ run }) => Effect.map(Effect.exit(run), Exit.isFailure))
      assert.lengthOf(failed, 2)
    })
  )
})
