/** Token managers on a store that tells of its changes and that can be out of order, as one in a database is. */
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Redacted from "effect/Redacted"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import * as TestClock from "effect/testing/TestClock"
import { Credentials } from "../src/Credentials.ts"
import { makeWith, type Wrapping } from "../src/internal/tokenEncoded.ts"
import { subjectOf } from "../src/internal/tokenOwner.ts"
import { TokenManager } from "../src/TokenManager.ts"
import { TokenStore, TokenStoreError } from "../src/TokenStore.ts"
import * as Host from "./LoginHost.ts"

/** To seal takes threads, which no clock of a test moves. */
const unsealed: Wrapping = {
  placeOf: (owner) => Effect.sync(() => ({ name: JSON.stringify(subjectOf(owner)), secret: "" })),
  close: (_, text) => Effect.succeed(text),
  open: (_, text) => Effect.succeedSome(text)
}

/** What the tests do to the store. */
class Table extends Context.Service<Table, { isDown: boolean; delay: Duration.Input }>()("test/Table") {}

const table = Layer.effectContext(
  Effect.gen(function* () {
    const state: Table["Service"] = { isDown: false, delay: 0 }
    const rows = new Map<string, string>()
    const lock = yield* Semaphore.make(1)
    const hub = yield* PubSub.unbounded<string>()
    const up = Effect.suspend(() =>
      state.isDown
        ? Effect.delay(Effect.fail(new TokenStoreError({ message: "it is down" })), state.delay)
        : Effect.void
    )
    const store = makeWith(
      {
        get: (name) =>
          Effect.andThen(
            up,
            Effect.sync(() => Option.fromUndefinedOr(rows.get(name)))
          ),
        set: (name, text) =>
          Effect.andThen(
            up,
            Effect.andThen(
              Effect.sync(() => rows.set(name, text)),
              Effect.asVoid(PubSub.publish(hub, name))
            )
          ),
        remove: (name) =>
          Effect.andThen(
            up,
            Effect.sync(() => void rows.delete(name))
          ),
        withLock: (_, use) => lock.withPermits(1)(Effect.andThen(up, use)),
        changes: Stream.fromPubSub(hub),
        // Its name holds the secret.
        where: () => "the table"
      },
      unsealed
    )
    return Context.make(Table, state).pipe(Context.add(TokenStore, store))
  })
)

const fleet = Layer.merge(table, Host.endpoint)
const requests = Host.LoginHost.use((host) => host.requests)

/** Another process, for as long as the test. Its renewals are drawn by itself. */
const worker = Effect.map(Layer.build(Layer.fresh(Host.onlyManager())), (context) => Context.get(context, TokenManager))
const held = (manager: TokenManager["Service"]) => Effect.map(manager.token, ({ value }) => Redacted.value(value))

describe("managers on a store that tells of its changes", () => {
  it.effect("take over at once what one of them has renewed", () =>
    Effect.gen(function* () {
      const workers = yield* Effect.all([worker, worker, worker])
      for (const one of workers) assert.strictEqual(yield* held(one), "token-1")
      yield* workers[0].renew
      yield* TestClock.adjust(0)
      for (const one of workers) assert.strictEqual(yield* held(one), "token-2")
      // Each life is renewed once, by whoever has drawn the earliest moment.
      yield* TestClock.adjust("50 minutes")
      assert.isAtMost(yield* requests, 2 + 50 / 4)
      const [first, ...others] = yield* Effect.forEach(workers, held)
      for (const other of others) assert.strictEqual(other, first)
    }).pipe(Effect.provide(fleet))
  )

  it.effect("ask once for what the API refused all of them", () =>
    Effect.gen(function* () {
      const workers = yield* Effect.all([worker, worker, worker])
      const tokens = yield* Effect.forEach(workers, (one) => one.token)
      yield* TestClock.adjust("2 minutes")
      yield* Effect.forEach(workers, (one, index) => one.reject(tokens[index]!))
      for (const one of workers) assert.strictEqual(yield* held(one), "token-2")
      assert.strictEqual(yield* requests, 2)
    }).pipe(Effect.provide(fleet))
  )

  it.effect("one that was refused takes what another one got, and never the refused token again", () =>
    Effect.gen(function* () {
      const [one, other] = yield* Effect.all([worker, worker])
      const refused = yield* one.token
      yield* other.token
      yield* TestClock.adjust("2 minutes")
      yield* other.renew
      yield* TestClock.adjust(0)
      yield* one.reject(refused)
      assert.strictEqual(yield* held(one), "token-2")
      assert.strictEqual(yield* requests, 2)
    }).pipe(Effect.provide(fleet))
  )

  it.effect("take nothing that nobody has asked them for", () =>
    Effect.gen(function* () {
      const [one, idle] = yield* Effect.all([worker, worker])
      yield* one.token
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* idle.status).state, "empty")
    }).pipe(Effect.provide(fleet))
  )

  it.effect("follow the entry of other credentials", () => {
    const current = SubscriptionRef.make(Host.grant())
    return Effect.gen(function* () {
      const ref = yield* current
      const changing = Layer.succeed(Credentials, {
        current: SubscriptionRef.get(ref),
        changes: SubscriptionRef.changes(ref)
      })
      const rotated = Effect.map(Layer.build(Layer.fresh(Layer.provide(TokenManager.layer, changing))), (context) =>
        Context.get(context, TokenManager)
      )
      const [one, other] = yield* Effect.all([rotated, rotated])
      yield* one.token
      yield* other.token
      yield* SubscriptionRef.set(ref, Host.grant("another-secret"))
      yield* TestClock.adjust("1 second")
      const before = yield* requests
      yield* one.renew
      yield* TestClock.adjust(0)
      assert.strictEqual(yield* held(other), yield* held(one))
      assert.strictEqual(yield* requests, before + 1)
    }).pipe(Effect.provide(fleet))
  })
})

/** One whose renewal waits for a store that is slow to say that it is out of order, while somebody asks for a token that is new. */
const renewing = Effect.gen(function* () {
  const state = yield* Table
  const one = yield* worker
  const first = yield* one.token
  yield* TestClock.adjust("200 seconds")
  state.isDown = true
  state.delay = "5 seconds"
  // It is due after 240 s at the earliest, and looks at the store then.
  yield* TestClock.adjust("39 seconds")
  while (!(yield* one.status).renewing) yield* TestClock.adjust("1 second")
  return { one, first, renewed: yield* Effect.forkChild(one.renew, { startImmediately: true }) }
})

describe("managers whose store is out of order", () => {
  it.effect("go on with the token that they have, and ask for one of their own only before it ends", () =>
    Effect.gen(function* () {
      const state = yield* Table
      const workers = yield* Effect.all([worker, worker, worker])
      for (const one of workers) yield* one.token
      state.isDown = true
      // Of 300 s, it is due after 240 to 270, and gone after 294.
      yield* TestClock.adjust("262 seconds")
      assert.strictEqual(yield* requests, 1)
      for (const one of workers) assert.strictEqual(yield* held(one), "token-1")
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* requests, 4)
      for (const one of workers) assert.notStrictEqual(yield* held(one), "token-1")
    }).pipe(Effect.provide(fleet))
  )

  it.effect("ask once more together when it is back in time", () =>
    Effect.gen(function* () {
      const state = yield* Table
      const workers = yield* Effect.all([worker, worker, worker])
      for (const one of workers) yield* one.token
      yield* TestClock.adjust("200 seconds")
      state.isDown = true
      yield* TestClock.adjust("55 seconds")
      state.isDown = false
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* requests, 2)
      for (const one of workers) assert.strictEqual(yield* held(one), "token-2")
    }).pipe(Effect.provide(fleet))
  )

  it.effect("give a token that is new to whoever asked for one while another request waited for the store", () =>
    Effect.gen(function* () {
      const { renewed } = yield* renewing
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual(Redacted.value((yield* Fiber.join(renewed)).value), "token-2")
    }).pipe(Effect.provide(fleet))
  )

  it.effect("answer whoever joined a request that waited for the store when the token is refused meanwhile", () =>
    Effect.gen(function* () {
      const { first, one, renewed } = yield* renewing
      yield* one.reject(first)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual(Redacted.value((yield* Fiber.join(renewed)).value), "token-2")
    }).pipe(Effect.provide(fleet))
  )

  it.effect("do not wait for it where a token was refused, or where one is asked for", () =>
    Effect.gen(function* () {
      const state = yield* Table
      const one = yield* worker
      const first = yield* one.token
      state.isDown = true
      yield* TestClock.adjust("2 minutes")
      yield* one.reject(first)
      assert.strictEqual(yield* held(one), "token-2")
      yield* one.renew
      assert.strictEqual(yield* held(one), "token-3")
    }).pipe(Effect.provide(fleet))
  )
})
