/** `GenesysSdk.api`: code with the SDK's promises, within an Effect. */
import { assert, describe, it } from "@effect/vitest"
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Deferred from "effect/Deferred"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import { GenesysSdk } from "../src/GenesysSdk.ts"
import type { AllPromises } from "../src/Operations.ts"
import * as Stack from "./Stack.ts"

const api = <A>(use: (sdk: AllPromises, signal: AbortSignal) => Promise<A>) => GenesysSdk.use((sdk) => sdk.api(use))

describe("GenesysSdk.api", () => {
  it.effect("gives the SDK's classes, which call with our token", () =>
    Effect.gen(function* () {
      const names = yield* api(async (sdk) => {
        const page = await sdk.UsersApi.getUsers({ pageSize: 3 })
        const users = await Promise.all((page.entities ?? []).map(({ id = "" }) => sdk.UsersApi.getUser(id)))
        return users.map(({ name }) => name)
      })
      assert.strictEqual(names.length, 3)
      const { requests, tokenRequests } = yield* Simulator.use(({ journal }) => journal)
      assert.strictEqual(requests.filter(({ status }) => status === 200).length, 5)
      assert.strictEqual(tokenRequests, 1)
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("fails with the error of a call, typed, whatever came between", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(api((sdk) => sdk.UsersApi.getUser("6f1e1b1c-0000-4000-8000-000000000000")))
      assert.strictEqual(failed._tag, "NotFoundError")
      const missing = yield* Effect.flip(api(async (sdk) => await sdk.UsersApi.getUser("")))
      assert.strictEqual(missing._tag, "InvalidRequestError")
      assert.include(missing.message, 'Missing the required parameter "userId"')
      const caught = yield* api((sdk) =>
        sdk.UsersApi.getUser("6f1e1b1c-0000-4000-8000-000000000000").catch((error: unknown) => error)
      )
      assert.deepInclude(caught, { _tag: "NotFoundError" })
      const mistake = new Error("a mistake of the program")
      const exit = yield* Effect.exit(api(() => Promise.reject(mistake)))
      assert.deepStrictEqual(exit, Exit.die(mistake))
      const login = yield* Effect.exit(api((sdk) => sdk.ApiClient.loginClientCredentialsGrant("id", "secret")))
      assert.isTrue(Exit.isFailure(login) && Cause.hasDies(login.cause))
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("takes the caller's retry policy", () =>
    Effect.gen(function* () {
      yield* api((sdk) => sdk.UsersApi.getUsers())
      yield* Simulator.use(({ addFault }) => addFault({ path: "/api/v2/users", status: 503 }))
      const once = api((sdk) => sdk.UsersApi.getUsers())
      const error = yield* Effect.flip(once).pipe(Effect.provideService(RetryPolicy, new Policy({ maxRetries: 0 })))
      assert.strictEqual(error._tag, "UnavailableError")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("when interrupted, ends its calls and tells the promise", () => {
    const started = Deferred.makeUnsafe<void>()
    let interrupted = 0
    const hanging = HttpClient.make(() =>
      Deferred.succeed(started, undefined).pipe(
        Effect.andThen(Effect.never),
        Effect.onInterrupt(() => Effect.sync(() => interrupted++))
      )
    )
    return Effect.gen(function* () {
      const rejections: Array<unknown> = []
      let signal: AbortSignal | undefined
      const waiting = api(async (sdk, given) => {
        signal = given
        // Nobody awaits the first one.
        void sdk.UsersApi.getUsersMe()
        await sdk.UsersApi.getUsers().catch((error: unknown) => rejections.push(error))
        await sdk.UsersApi.getUsers().catch((error: unknown) => rejections.push(error))
      })
      const fiber = yield* Effect.forkChild(waiting, { startImmediately: true })
      yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(interrupted, 2)
      assert.isTrue(signal?.aborted)
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      assert.deepStrictEqual(
        rejections.map((error) => (error instanceof Error ? error.name : "")),
        ["AbortError", "AbortError"]
      )
    }).pipe(Effect.provide(Stack.layerOver(hanging)))
  })

  it.effect("keeps falsy answers and bodies, which the SDK's own way loses", () => {
    const { client, requests } = Stack.recorder(() => Response.json(false))
    return Effect.gen(function* () {
      const answer = yield* api((sdk) => sdk.UsersApi.putUserRoutingstatus("1", Object(false).valueOf()))
      assert.isFalse(answer)
      assert.strictEqual(requests[0]?.body._tag, "Uint8Array")
    }).pipe(Effect.provide(Stack.layerOver(client)))
  })

  it.effect("keeps what one program sets on its client from the others", () => {
    const { client, requests } = Stack.recorder()
    return Effect.gen(function* () {
      yield* api((sdk) => {
        sdk.ApiClient.setDefaultHeaders({ "x-mine": "1", Authorization: "Bearer other", Cookie: "a=b" })
        return sdk.UsersApi.getUsersMe({ customHeaders: { "x-once": "2" } })
      })
      yield* api((sdk) => sdk.UsersApi.getUsersMe())
      const [first, second] = requests.map(({ headers }) => headers)
      assert.deepInclude(first, { "x-mine": "1", "x-once": "2", authorization: "Bearer fixed-token" })
      assert.notProperty(first, "cookie")
      assert.notProperty(second, "x-mine")
    }).pipe(Effect.provide(Stack.layerOver(client)))
  })
})
