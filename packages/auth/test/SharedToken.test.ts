/** Token managers that share a store: what one leaves there saves the others a request, and never a login. */
import { assert, describe, it } from "@effect/vitest"
import { NodeCrypto, NodeServices } from "@effect/platform-node"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { Credentials } from "../src/Credentials.ts"
import { AuthorizationCode } from "../src/Grant.ts"
import { TokenManager } from "../src/TokenManager.ts"
import { TokenStore } from "../src/TokenStore.ts"
import * as Host from "./LoginHost.ts"
import { layerFile, newDirectory } from "./Stored.ts"

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

  it.effect("takes it without the lock for a program that ends by itself, unless the API has refused it", () => {
    const texts = new Map<string, string>()
    let locks = 0
    const store = Layer.effect(
      TokenStore,
      TokenStore.makeEncoded({
        get: (name) => Effect.sync(() => Option.fromUndefinedOr(texts.get(name))),
        set: (name, text) => Effect.sync(() => void texts.set(name, text)),
        remove: (name) => Effect.sync(() => void texts.delete(name)),
        withLock: (_, use) =>
          Effect.andThen(
            Effect.sync(() => void locks++),
            use
          )
      })
    )
    const oneShot = { background: false }
    return Effect.gen(function* () {
      assert.strictEqual(yield* another(value, oneShot), "token-1")
      assert.strictEqual(locks, 1)
      yield* another(
        Effect.gen(function* () {
          assert.strictEqual(yield* value, "token-1")
          assert.strictEqual(locks, 1)
          yield* TestClock.adjust("1 minute")
          const manager = yield* TokenManager
          yield* manager.reject(yield* manager.token)
          assert.strictEqual(yield* value, "token-2")
          assert.strictEqual(locks, 2)
        }),
        oneShot
      )
      assert.strictEqual(yield* requests, 2)
    }).pipe(Effect.provide(Layer.merge(Layer.provide(store, NodeCrypto.layer), Host.endpoint)))
  })

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

  it.effect("processes that come and go do not ask for token after token that cannot be used", () =>
    Effect.gen(function* () {
      const host = yield* Host.LoginHost
      yield* host.answer(Host.issueUnusable)
      const oneShot = { background: false }
      const error = Effect.flip(another(value, oneShot))
      assert.deepInclude(yield* error, { _tag: "UnavailableError", reason: "UnusableToken" })
      yield* TestClock.adjust("3 minutes")
      assert.match((yield* error).message, /remembered for another .*; a renewal asks again at once/)
      for (let hour = 0; hour < 4; hour += 0.25) {
        yield* TestClock.adjust("15 minutes")
        assert.deepInclude(yield* error, { reason: "UnusableToken" })
      }
      // At first after 5 minutes, in the end after an hour. Each costs two: the token, and its end.
      assert.isAtMost(yield* requests, 2 * 8)
      yield* host.answer(Host.issue())
      const renewed = yield* another(
        TokenManager.use(({ renew }) => renew),
        oneShot
      )
      assert.match(Redacted.value(renewed.value), /^token-/)
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
            : Effect.flatMap(real.get(of), (known) => Effect.map(change(known, false), ([result]) => result))
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
              if (path.includes(".token") && !path.includes(".lock"))
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
