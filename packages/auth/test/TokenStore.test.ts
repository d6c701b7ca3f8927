/** One behaviour suite for the port, run against each of its layers; then what only files can have go wrong. */
import { assert, describe, it } from "@effect/vitest"
import { NodeCrypto, NodeServices } from "@effect/platform-node"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AccessToken } from "../src/AccessToken.ts"
import { RefreshToken } from "../src/Grant.ts"
import { TokenManager } from "../src/TokenManager.ts"
import { TokenEntry, type TokenOwner } from "../src/TokenEntry.ts"
import { TokenStore } from "../src/TokenStore.ts"
import * as Host from "./LoginHost.ts"

const owner = (secret = Host.secret): TokenOwner => ({
  host: "https://login.mypurecloud.com",
  grant: Host.grant(secret)
})

const entry = (value: string) =>
  new TokenEntry({
    token: new AccessToken({
      value: Redacted.make(value),
      fingerprint: `print-of-${value}`,
      issuedAt: DateTime.makeUnsafe(1_000),
      expiresIn: Duration.seconds(300)
    }),
    outcome: { at: DateTime.makeUnsafe(1_000), result: "issued", message: "" },
    failures: 0
  })

const put = (of: TokenOwner, value: string) =>
  Effect.flatMap(TokenStore, (store) => store.modify(of, () => Effect.succeed([undefined, entry(value)] as const)))

const read = (of: TokenOwner) =>
  Effect.flatMap(TokenStore, (store) => store.get(of)).pipe(
    Effect.map((found) => Option.getOrUndefined(Option.map(found, ({ token }) => token && Redacted.value(token.value))))
  )

const newDirectory = () => join(fs.mkdtempSync(join(tmpdir(), "genesys-store-")), "tokens")

const layerFile = (directory: string) =>
  TokenStore.layerFile({ directory }).pipe(Layer.provide(NodeCrypto.layer), Layer.provide(NodeServices.layer))

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

    it.live("serves a grant without a secret, whose refresh token changes", () =>
      Effect.gen(function* () {
        const login = (refreshToken: string): TokenOwner => ({
          host: "https://login.mypurecloud.com",
          grant: new RefreshToken({ clientId: Host.clientId, refreshToken: Redacted.make(refreshToken) })
        })
        yield* put(login("first"), "one")
        assert.strictEqual(yield* read(login("second")), "one")
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

describe("TokenStore.layerFile", () => {
  const filesIn = (directory: string) => fs.readdirSync(directory).map((name) => join(directory, name))
  const tokenFile = (directory: string) => filesIn(directory).find((file) => file.endsWith(".token"))!

  it.live("writes encrypted files of mode 0600 in a directory of mode 0700, and leaves nothing else", () => {
    const directory = newDirectory()
    return Effect.gen(function* () {
      yield* put(owner(), "canary-token")
      assert.strictEqual(fs.statSync(directory).mode & 0o777, 0o700)
      const files = filesIn(directory)
      assert.strictEqual(files.length, 1)
      assert.strictEqual(fs.statSync(files[0]!).mode & 0o777, 0o600)
      const text = fs.readFileSync(files[0]!, "latin1") + files[0]!
      for (const hidden of ["canary-token", Host.secret, Host.clientId]) assert.notInclude(text, hidden)
    }).pipe(Effect.provide(layerFile(directory)))
  })

  it.live("closes a directory that was open to others", () => {
    const directory = newDirectory()
    fs.mkdirSync(directory, { mode: 0o755 })
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      assert.strictEqual(fs.statSync(directory).mode & 0o777, 0o700)
    }).pipe(Effect.provide(layerFile(directory)))
  })

  const damages: ReadonlyArray<readonly [string, (file: string) => void]> = [
    ["empty", (file) => fs.writeFileSync(file, "")],
    ["truncated", (file) => fs.truncateSync(file, 40)],
    ["foreign", (file) => fs.writeFileSync(file, '{"version":2,"token":"x"}')],
    ["not text", (file) => fs.writeFileSync(file, Buffer.alloc(1000, 0xff))],
    ["huge", (file) => fs.writeFileSync(file, Buffer.alloc(10_000_000, 32))],
    [
      "changed by one bit",
      (file) => {
        const sealed: { data: string } = JSON.parse(fs.readFileSync(file, "utf8"))
        const data = Buffer.from(sealed.data, "base64")
        data[0] = data[0]! ^ 1
        fs.writeFileSync(file, JSON.stringify({ ...sealed, data: data.toString("base64") }))
      }
    ],
    [
      "a symlink",
      (file) => {
        fs.renameSync(file, `${file}.elsewhere`)
        fs.symlinkSync(`${file}.elsewhere`, file)
      }
    ],
    [
      "a directory",
      (file) => {
        fs.rmSync(file)
        fs.mkdirSync(file)
        fs.writeFileSync(join(file, "x"), "x")
      }
    ]
  ]
  for (const [name, damage] of damages) {
    it.live(`a file that is ${name} is ignored, and a new token can be put there or not, but nothing fails`, () => {
      const directory = newDirectory()
      return Effect.gen(function* () {
        yield* put(owner(), "one")
        const file = tokenFile(directory)
        damage(file)
        assert.isUndefined(yield* read(owner()))
        yield* put(owner(), "two")
        if (name === "a directory") return
        assert.strictEqual(yield* read(owner()), "two")
        assert.isTrue(fs.lstatSync(file).isFile())
      }).pipe(Effect.provide(layerFile(directory)))
    })
  }

  it.live("a file that was put in another one's place does not open", () => {
    const directory = newDirectory()
    const second = { ...owner(), host: "https://login.mypurecloud.de" }
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      const first = tokenFile(directory)
      yield* put(second, "two")
      const other = filesIn(directory).find((file) => file.endsWith(".token") && file !== first)!
      fs.copyFileSync(first, other)
      assert.isUndefined(yield* read(second))
    }).pipe(Effect.provide(layerFile(directory)))
  })

  it.live("a lock left by a dead process is taken over", () => {
    const directory = newDirectory()
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      const { hostname } = yield* Effect.promise(() => import("node:os"))
      // No process has this id: it is above the largest one.
      const lock = JSON.stringify({ pid: 2 ** 30, host: hostname(), at: Date.now(), id: "gone" })
      fs.writeFileSync(`${tokenFile(directory)}.lock`, lock)
      yield* Effect.all(
        Array.from({ length: 10 }, () => put(owner(), "two")),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(yield* read(owner()), "two")
      assert.deepStrictEqual(filesIn(directory), [tokenFile(directory)])
    }).pipe(Effect.provide(layerFile(directory)), Effect.timeout("5 seconds"))
  })

  it.live("a lock that is older than any use of it is taken over", () => {
    const directory = newDirectory()
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      const lock = JSON.stringify({ pid: 1, host: "another-machine", at: Date.now() - 60_000, id: "stuck" })
      fs.writeFileSync(`${tokenFile(directory)}.lock`, lock)
      yield* put(owner(), "two")
      assert.strictEqual(yield* read(owner()), "two")
    }).pipe(Effect.provide(layerFile(directory)), Effect.timeout("5 seconds"))
  })

  it.live("a directory that cannot be made costs a warning, and the change still runs", () =>
    Effect.gen(function* () {
      const store = yield* TokenStore
      const result = yield* store.modify(owner(), () => Effect.succeed(["ran", entry("one")] as const))
      assert.strictEqual(result, "ran")
      assert.isUndefined(yield* read(owner()))
    }).pipe(Effect.provide(layerFile(join(process.execPath, "tokens"))))
  )

  it.live("a full disk costs a warning, the change still runs, and what was there stays", () => {
    const directory = newDirectory()
    const full = (method: string) =>
      Effect.fail(PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method, description: "ENOSPC" }))
    // The real file system, but for writes.
    const fullDisk = Layer.effect(
      FileSystem.FileSystem,
      FileSystem.FileSystem.use((real) =>
        Effect.succeed({ ...real, writeFileString: () => full("writeFileString"), open: () => full("open") })
      )
    ).pipe(Layer.provideMerge(NodeServices.layer))
    return Effect.gen(function* () {
      yield* Effect.provide(put(owner(), "one"), layerFile(directory))
      const store = yield* TokenStore
      const result = yield* store.modify(owner(), () => Effect.succeed(["ran", entry("two")] as const))
      assert.strictEqual(result, "ran")
      assert.strictEqual(yield* read(owner()), "one")
    }).pipe(
      Effect.provide(TokenStore.layerFile({ directory }).pipe(Layer.provide(NodeCrypto.layer), Layer.provide(fullDisk)))
    )
  })
})

describe("a manager with a store", () => {
  const value = Effect.map(
    TokenManager.use((manager) => manager.token),
    (token) => Redacted.value(token.value)
  )
  const requests = Host.LoginHost.use((host) => host.requests)

  /** Another process: a manager of its own on the same store and login host. */
  const another = <A, E, R>(effect: Effect.Effect<A, E, TokenManager | R>, policy: Host.PolicyOptions = {}) =>
    Effect.provide(effect, Layer.fresh(Host.onlyManager(policy)))

  const together = Layer.merge(TokenStore.layerMemory, Host.endpoint)

  it.effect("takes the token that another one has stored", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* another(value), "token-1")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* another(value), "token-1")
      assert.strictEqual(yield* requests, 1)
    }).pipe(Effect.provide(together))
  )

  it.effect("asks anew when too little of it is left", () =>
    Effect.gen(function* () {
      yield* another(value)
      yield* TestClock.adjust("250 seconds")
      assert.strictEqual(yield* another(value, { background: false }), "token-1")
      assert.strictEqual(yield* another(value, { background: false, minLife: Duration.seconds(60) }), "token-2")
    }).pipe(Effect.provide(together))
  )

  it.effect("counts a stored token's life from when it was asked for", () =>
    Effect.gen(function* () {
      yield* another(value)
      yield* TestClock.adjust("200 seconds")
      yield* another(
        Effect.gen(function* () {
          assert.strictEqual(yield* value, "token-1")
          yield* TestClock.adjust("95 seconds")
          assert.strictEqual(yield* value, "token-2")
        }),
        { background: false }
      )
    }).pipe(Effect.provide(together))
  )

  it.effect("takes a refusal that another one was given for 30 s, and says so", () =>
    Effect.gen(function* () {
      const host = yield* Host.LoginHost
      yield* host.answer(Host.refuse)
      yield* Effect.flip(another(value))
      yield* TestClock.adjust("10 seconds")
      const error = yield* Effect.flip(another(value))
      assert.strictEqual(error._tag, "AuthenticationError")
      assert.include(error.message, "remembered for another 20s")
      assert.strictEqual(yield* requests, 1)
      yield* TestClock.adjust("20 seconds")
      yield* host.answer(Host.issue())
      assert.strictEqual(yield* another(value), "token-2")
    }).pipe(Effect.provide(together))
  )

  it.effect("asks at once with renew", () =>
    Effect.gen(function* () {
      const host = yield* Host.LoginHost
      yield* host.answer(Host.refuse)
      yield* Effect.flip(another(value))
      yield* host.answer(Host.issue())
      yield* another(TokenManager.use((manager) => manager.renew))
      assert.strictEqual(yield* requests, 2)
    }).pipe(Effect.provide(together))
  )

  it.effect("takes a rate limit that another one was given", () =>
    Effect.gen(function* () {
      const host = yield* Host.LoginHost
      yield* host.answer(Host.rateLimited(3600))
      yield* Effect.flip(another(value))
      yield* TestClock.adjust("10 minutes")
      const error = yield* Effect.flip(another(value))
      assert.strictEqual(error._tag === "RateLimitError" && Duration.toSeconds(error.retryAfter!), 3000)
      assert.strictEqual(yield* requests, 1)
    }).pipe(Effect.provide(together))
  )

  it.effect("after reject, takes a different stored token before it asks", () =>
    Effect.gen(function* () {
      yield* another(
        Effect.gen(function* () {
          const manager = yield* TokenManager
          const old = yield* manager.token
          yield* TestClock.adjust("1 minute")
          yield* another(TokenManager.use((other) => other.renew))
          assert.strictEqual(yield* requests, 2)
          yield* manager.reject(old)
          assert.strictEqual(yield* value, "token-2")
          assert.strictEqual(yield* requests, 2)
        })
      )
    }).pipe(Effect.provide(together))
  )

  it.effect("does not take the token that it rejected from the store again", () =>
    Effect.gen(function* () {
      yield* another(
        Effect.gen(function* () {
          const manager = yield* TokenManager
          yield* TestClock.adjust("1 minute")
          const old = yield* manager.token
          yield* TestClock.adjust("1 minute")
          yield* manager.reject(old)
          assert.strictEqual(yield* value, "token-2")
        })
      )
    }).pipe(Effect.provide(together))
  )

  it.effect("renews with whatever another one renewed first", () =>
    Effect.gen(function* () {
      const service = Effect.gen(function* () {
        yield* value
        yield* Effect.sleep("1 hour")
        return yield* value
      })
      const fibers = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.forkChild(another(service)))
      // A lock is handed on in a later task, for which the test clock does not wait.
      yield* Effect.repeat(Effect.yieldNow, { times: 100 })
      yield* TestClock.adjust("1 hour")
      yield* Effect.forEach(fibers, Fiber.join)
      // 12 lives of 5 minutes, for ten services together.
      assert.isAtMost(yield* requests, 12 * 1.25 + 1)
    }).pipe(Effect.provide(together))
  )
})
