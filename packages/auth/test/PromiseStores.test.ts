/** Where token managers as promises keep a token for others, also where that does not work, or never comes to an end. */
import { assert, describe, it } from "@effect/vitest"
import * as Sealing from "@effect-genesys/core/Sealing"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setImmediate } from "node:timers/promises"
import { vi } from "vitest"
import { Credentials } from "../src/Credentials.ts"
import { Environment } from "../src/Environment.ts"
import { ClientCredentials } from "../src/Grant.ts"
import * as StoredToken from "../src/StoredToken.ts"
import { TokenStore } from "../src/TokenStore.ts"
import { folder, login, made, tidied, who } from "./Promises.ts"

tidied()

describe("store", () => {
  it('"file" shares a token with all processes of this user, and with the command line', async () => {
    const cache = folder()
    vi.stubEnv("XDG_CACHE_HOME", cache)
    const { asked, fetch } = login()
    const [one, other] = [made({ ...who, fetch, store: "file" }), made({ ...who, fetch, store: "file" })]
    assert.deepStrictEqual(await Promise.all([one.getToken(), other.getToken()]), ["token-1", "token-1"])
    assert.strictEqual(asked.length, 1)

    const grant = new ClientCredentials({ clientId: who.clientId, clientSecret: Redacted.make(who.clientSecret) })
    const directory = join(cache, "effect-genesys", "tokens")
    const files = Layer.mergeAll(NodeFileSystem.layer, NodePath.layer, Sealing.layer)
    const found = await Effect.runPromise(
      StoredToken.find(Duration.zero).pipe(
        Effect.provide([Credentials.layer(grant), Environment.layer(), TokenStore.layerFile({ directory })]),
        Effect.provide(files)
      )
    )
    assert.strictEqual(Redacted.value(Option.getOrThrow(found).value), "token-1")
  })

  it("that cannot be used costs no token, and the status says why it is not shared, until it works", async () => {
    const cache = folder()
    vi.stubEnv("XDG_CACHE_HOME", cache)
    // A file in the place of the folder.
    const place = join(cache, "effect-genesys")
    writeFileSync(place, "")
    const { fetch } = login()
    const manager = made({ ...who, fetch, store: "file" })
    assert.notProperty(await manager.getStatus(), "storeProblem")
    assert.strictEqual(await manager.getToken(), "token-1")
    const { storeProblem = "" } = await manager.getStatus()
    assert.match(storeProblem, /^The stored token \([^)]+\) has no place to be in: .*\.$/)
    assert.notInclude(storeProblem, who.clientSecret)
    rmSync(place)
    await manager.renewToken()
    assert.notProperty(await manager.getStatus(), "storeProblem")
  })

  it("may be an object that keeps sealed texts, under its own lock or one of this process", async () => {
    const { asked, fetch } = login()
    const texts = new Map<string, string>()
    const locked: Array<string> = []
    const store = {
      get: (name: string) => texts.get(name),
      set: async (name: string, text: string) => void texts.set(name, text),
      remove: (name: string) => texts.delete(name)
    }
    const withLock = async (name: string, use: () => Promise<void>) => {
      locked.push(name)
      await use()
    }
    const first = made({ ...who, fetch, store })
    assert.strictEqual(await first.getToken(), "token-1")
    assert.strictEqual(await made({ ...who, fetch, store: { ...store, withLock } }).getToken(), "token-1")
    assert.strictEqual(asked.length, 1)
    assert.deepStrictEqual(locked, [...texts.keys()])
    assert.notInclude([...texts.values()].join(), "token-1")
  })

  it("that fails costs a request, and nothing else", async () => {
    const broken = () => {
      throw new Error("out of order")
    }
    const store = { get: broken, set: broken, remove: broken, withLock: broken }
    assert.strictEqual(await made({ ...who, fetch: login().fetch, store }).getToken(), "token-1")
  })
})

describe("a store that never comes to an end", () => {
  const never = () => new Promise<never>(() => undefined)
  const quick = { get: () => undefined, set: () => undefined, remove: () => undefined }

  /** What becomes of it within so many seconds, which pass at once. */
  const within = async (seconds: number, promise: Promise<unknown>) => {
    const state = { isOver: false }
    const over = () => void (state.isOver = true)
    promise.then(over, over)
    /* oxlint-disable no-await-in-loop -- second after second, each with time for what is sealed and sent in it */
    for (let passed = 0; passed <= seconds && !state.isOver; passed++) {
      const end = performance.now() + 5
      while (performance.now() < end) await setImmediate()
      await vi.advanceTimersByTimeAsync(1_000)
    }
    /* oxlint-enable no-await-in-loop */
    return state.isOver ? promise : assert.fail(`nothing came of it in ${seconds} s`)
  }

  for (const [what, store] of [
    ["get", { ...quick, get: never }],
    ["set", { ...quick, set: never }],
    ["withLock, before it runs what it is given", { ...quick, withLock: never }],
    ["withLock, without running it", { ...quick, withLock: async () => undefined }],
    [
      "withLock, after it",
      {
        ...quick,
        withLock: async (_: string, use: () => Promise<void>) => {
          await use()
          await never()
        }
      }
    ],
    [
      "withLock, which runs it twice",
      {
        ...quick,
        withLock: async (_: string, use: () => Promise<void>) => {
          await use()
          await use()
        }
      }
    ],
    [
      "withLock, which runs it twice at once",
      { ...quick, withLock: (_: string, use: () => Promise<void>) => Promise.all([use(), use()]) }
    ]
  ] as const) {
    it(`costs a token of our own, and time: ${what}`, async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
      const { asked, fetch } = login()
      const manager = made({ ...who, fetch, store })
      assert.strictEqual(await within(25, manager.getToken()), "token-1")
      assert.strictEqual(await within(25, manager.renewToken()), "token-2")
      assert.lengthOf(asked, 2)
      await within(25, manager.close())
    })
  }
})
