/** One behaviour suite for the port, run against each of its layers; then what only files can have go wrong. */
import { assert, describe, it } from "@effect/vitest"
import { NodeCrypto, NodeServices } from "@effect/platform-node"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AccessToken } from "../src/AccessToken.ts"
import { Credentials } from "../src/Credentials.ts"
import { AuthorizationCode, RefreshToken } from "../src/Grant.ts"
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

  const silent: ReadonlyArray<readonly [string, (lock: string) => void]> = [
    [
      "of another machine",
      (lock) => fs.writeFileSync(lock, JSON.stringify({ pid: 1, host: "another-machine", at: 0, id: "stuck" }))
    ],
    ["that is a directory", (lock) => fs.mkdirSync(join(lock, "x"), { recursive: true })],
    ["that is empty", (lock) => fs.writeFileSync(lock, "")]
  ]
  for (const [name, leave] of silent) {
    it.live(`a lock ${name} that nobody has touched for a while is taken over`, () => {
      const directory = newDirectory()
      return Effect.gen(function* () {
        yield* put(owner(), "one")
        const lock = `${tokenFile(directory)}.lock`
        leave(lock)
        const minuteAgo = new Date(Date.now() - 60_000)
        fs.utimesSync(lock, minuteAgo, minuteAgo)
        yield* put(owner(), "two")
        assert.strictEqual(yield* read(owner()), "two")
        assert.isFalse(fs.existsSync(lock))
      }).pipe(Effect.provide(layerFile(directory)), Effect.timeout("5 seconds"))
    })
  }

  it.live("a lock that was taken over is not given back by its old owner, who writes nothing any more", () => {
    const directory = newDirectory()
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      const lock = `${tokenFile(directory)}.lock`
      const store = yield* TokenStore
      yield* store.modify(owner(), () =>
        Effect.sync(() => {
          // Somebody took this process for dead.
          fs.writeFileSync(lock, JSON.stringify({ pid: process.pid, host: "h", at: Date.now(), id: "the new owner" }))
          return [undefined, entry("two")] as const
        })
      )
      assert.isTrue(fs.existsSync(lock))
      assert.strictEqual(yield* read(owner()), "one")
      assert.deepStrictEqual(filesIn(directory).length, 2)
    }).pipe(Effect.provide(layerFile(directory)))
  })

  it.live("what is only looked at is not written", () => {
    const directory = newDirectory()
    return Effect.gen(function* () {
      yield* put(owner(), "one")
      const { ino } = fs.statSync(tokenFile(directory))
      const store = yield* TokenStore
      yield* store.modify(owner(), (found) => Effect.succeed([undefined, Option.getOrThrow(found)] as const))
      assert.strictEqual(fs.statSync(tokenFile(directory)).ino, ino)
    }).pipe(Effect.provide(layerFile(directory)))
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
      const oneShot = { background: false }
      yield* host.answer(Host.refuse)
      yield* Effect.flip(another(value, oneShot))
      yield* TestClock.adjust("10 seconds")
      const error = yield* Effect.flip(another(value, oneShot))
      assert.strictEqual(error._tag, "AuthenticationError")
      assert.include(error.message, "remembered for another 20s")
      assert.strictEqual(yield* requests, 1)
      yield* TestClock.adjust("20 seconds")
      yield* host.answer(Host.issue())
      assert.strictEqual(yield* another(value, oneShot), "token-2")
    }).pipe(Effect.provide(together))
  )

  it.effect("ten services that are refused probe as seldom as one", () =>
    Effect.gen(function* () {
      const host = yield* Host.LoginHost
      yield* host.answer(Host.refuse)
      const service = Effect.andThen(Effect.flip(value), Effect.sleep("1 hour"))
      const fibers = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.forkChild(another(service)))
      yield* Effect.repeat(Effect.yieldNow, { times: 100 })
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual(yield* requests, 1)
      yield* Effect.forEach(fibers, Fiber.interrupt)
    }).pipe(Effect.provide(together))
  )

  it.effect("a clock that is set back does not make a remembered answer last longer", () =>
    Effect.gen(function* () {
      const host = yield* Host.LoginHost
      yield* TestClock.setTime(3 * 86_400_000)
      yield* host.answer(Host.refuse)
      yield* Effect.flip(another(value))
      yield* TestClock.setTime(2 * 86_400_000)
      yield* host.answer(Host.issue())
      assert.strictEqual(yield* another(value), "token-2")
    }).pipe(Effect.provide(together))
  )

  it.effect("a token from the future is not taken", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(86_400_000)
      yield* another(value)
      yield* TestClock.setTime(0)
      assert.strictEqual(yield* another(value), "token-2")
    }).pipe(Effect.provide(together))
  )

  it.effect("processes that come and go through an outage pace it together", () =>
    Effect.gen(function* () {
      const host = yield* Host.LoginHost
      yield* host.answer(Host.unavailable)
      for (let i = 0; i < 300; i++) {
        const fiber = yield* Effect.forkChild(another(value, { background: false, patience: Duration.millis(500) }))
        yield* TestClock.adjust("1 second")
        yield* Fiber.await(fiber)
      }
      // Pauses of 1, 2, 4 and then about 5 s.
      assert.isAtMost(yield* requests, 100)
    }).pipe(Effect.provide(together))
  )

  it.effect("a --min-life above what a token ever has does not make everybody ask", () =>
    Effect.gen(function* () {
      const long = { background: false, minLife: Duration.hours(2) }
      for (let i = 0; i < 20; i++) yield* another(value, long)
      assert.strictEqual(yield* requests, 1)
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

describe("a login", () => {
  const code = new AuthorizationCode({
    clientId: Host.clientId,
    code: Redacted.make("the-code"),
    redirectUri: "http://127.0.0.1/callback"
  })
  const rotating =
    (expiresIn: number): Host.Answer =>
    (n, request) =>
      Host.json(200, {
        access_token: `token-${n}`,
        token_type: "bearer",
        expires_in: expiresIn,
        refresh_token: `refresh-${n}`
      })(n, request)
  /** What the last request showed. */
  const shown = Host.LoginHost.use((host) =>
    Effect.map(host.last, (request) => {
      const form = request?.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""
      const params = new URLSearchParams(form)
      return params.get("refresh_token") ?? params.get("code")
    })
  )
  const manager = Host.managerWith(Credentials.layer(code))
  const renew = TokenManager.use((one) => one.renew)

  /** A store that can be written once, as on a disk that fills up. */
  const onceOnly = Layer.effect(
    TokenStore,
    Effect.gen(function* () {
      const real = yield* TokenStore
      let writes = 0
      return {
        ...real,
        modify: (of, change) =>
          writes++ === 0
            ? real.modify(of, change)
            : Effect.flatMap(real.get(of), (known) => Effect.map(change(known), ([result]) => result))
      }
    })
  ).pipe(Layer.provide(TokenStore.layerMemory))

  it.effect("goes on with the refresh token that it holds when the store has an older one", () =>
    Effect.gen(function* () {
      yield* Host.LoginHost.use((host) => host.answer(rotating(300)))
      yield* TokenManager.use((one) => one.token)
      assert.strictEqual(yield* shown, "the-code")
      for (const expected of ["refresh-1", "refresh-2", "refresh-3"]) {
        yield* TestClock.adjust("1 second")
        yield* renew
        assert.strictEqual(yield* shown, expected)
      }
    }).pipe(Effect.provide(Layer.provide(manager, onceOnly)))
  )

  it.effect("outlives a token that came too late", () =>
    Effect.gen(function* () {
      yield* Host.LoginHost.use((host) => host.answer(Host.inTurn(Host.after(6, rotating(5)), rotating(300))))
      const fiber = yield* Effect.forkChild(
        TokenManager.use((one) => one.token),
        { startImmediately: true }
      )
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      assert.strictEqual(yield* shown, "refresh-1")
    }).pipe(Effect.provide(manager))
  )

  it.live("is stored to the end although the program is told to stop", () => {
    const directory = newDirectory()
    const scope = Effect.runSync(Scope.make())
    // Closing begins when the answer is there and the file is about to be written.
    let closing: Fiber.Fiber<void> | undefined
    const slowDisk = Layer.effect(
      FileSystem.FileSystem,
      FileSystem.FileSystem.use((real) =>
        Effect.succeed({
          ...real,
          open: (path: string, options?: Parameters<typeof real.open>[1]) =>
            Effect.suspend(() => {
              closing ??= Effect.runFork(Scope.close(scope, Exit.void))
              return Effect.andThen(Effect.sleep("20 millis"), real.open(path, options))
            })
        })
      )
    ).pipe(Layer.provideMerge(NodeServices.layer))
    const store = TokenStore.layerFile({ directory }).pipe(Layer.provide(NodeCrypto.layer), Layer.provide(slowDisk))
    return Effect.gen(function* () {
      const context = yield* Layer.buildWithScope(Layer.provide(manager, store), scope)
      yield* Effect.provideContext(
        Host.LoginHost.use((host) => host.answer(rotating(300))),
        context
      )
      const error = yield* Effect.flip(Effect.provideContext(renew, context))
      assert.strictEqual(error._tag === "UnavailableError" && error.reason, "Closed")
      yield* Effect.repeat(Effect.yieldNow, { until: () => closing !== undefined })
      yield* Fiber.join(closing!)
      const found = yield* Effect.flatMap(TokenStore, (real) =>
        real.get({ host: "https://login.mypurecloud.com", grant: code })
      ).pipe(Effect.provide(layerFile(directory)))
      const { refreshToken } = Option.getOrThrow(found)
      assert.strictEqual(refreshToken && Redacted.value(refreshToken), "refresh-1")
    })
  })
})
