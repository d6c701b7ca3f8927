import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Users } from "../src/Users.ts"
import * as Stack from "./Stack.ts"

const journal = Simulator.use((simulator) => simulator.journal)
const answered = (body: Schema.Json) =>
  Simulator.use((simulator) => simulator.addFault({ path: "/api/", status: 200, body: body }))

const plain = (value: unknown) => Object.fromEntries(Object.entries(value ?? {}))

describe("users", () => {
  it.effect("all of them, of every state, each once", () =>
    Effect.gen(function* () {
      const { listAll } = yield* Users
      const users = yield* Stream.runCollect(listAll({ state: "any", pageSize: 30 }))
      assert.strictEqual(new Set(users.map(({ id }) => id)).size, 200)
      const [first] = users
      assert.isString(first?.division?.name)
      assert.isString(first?.primaryContactInfo?.[0]?.address)
      assert.strictEqual((yield* journal).apiRequests, 7)
      const inactive = yield* Stream.runCollect(listAll({ state: "inactive" }))
      assert.isAbove(inactive.length, 0)
      assert.isTrue(inactive.every(({ state }) => state === "inactive"))
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("a page of them, sorted, with what is expanded", () =>
    Effect.gen(function* () {
      const { list } = yield* Users
      const page = yield* list({ pageSize: 3, pageNumber: 2, expand: ["presence", "routingStatus"] })
      assert.lengthOf(page.entities, 3)
      assert.strictEqual(page.pageNumber, 2)
      assert.isString(page.entities[0]?.presence?.presenceDefinition?.systemPresence)
      assert.isString(page.entities[0]?.routingStatus?.status)
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("one of them; none is a NotFoundError", () =>
    Effect.gen(function* () {
      const { get, list } = yield* Users
      const [user] = (yield* list()).entities
      const found = yield* get(user!.id, { expand: ["presence"] })
      assert.strictEqual(found.email, user!.email)
      assert.isDefined(found.presence)
      assert.strictEqual((yield* Effect.flip(get("no such user/x")))._tag, "NotFoundError")
      // That would be another path.
      assert.strictEqual((yield* Effect.flip(get("no such user/../x")))._tag, "InvalidRequestError")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("all that a search finds", () =>
    Effect.gen(function* () {
      const { searchAll } = yield* Users
      const everybody = searchAll({ query: [{ type: "MATCH_ALL" }], sortBy: "name", sortOrder: "DESC", pageSize: 64 })
      const names = (yield* Stream.runCollect(everybody)).map(({ name }) => name ?? "")
      assert.lengthOf(names, 200)
      assert.deepStrictEqual(names, names.toSorted().toReversed())
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("a list outlives its token many times over", () =>
    Effect.gen(function* () {
      const { listAll } = yield* Users
      // A page every 2 minutes, of tokens that live 5.
      const fiber = yield* listAll({ state: "any", pageSize: 5 }).pipe(
        Stream.chunks,
        Stream.mapEffect((page) => Effect.as(Effect.sleep("2 minutes"), page.length)),
        Stream.runCollect,
        Effect.forkChild({ startImmediately: true })
      )
      yield* TestClock.adjust("2 hours")
      const sizes = yield* Fiber.join(fiber)
      assert.deepStrictEqual(
        sizes,
        Array.from({ length: 40 }, () => 5)
      )
      const { answers, requests, tokensIssued } = yield* journal
      assert.deepStrictEqual(Object.keys(answers), ["200"])
      assert.isAtLeast(tokensIssued, 16)
      const used = new Set(requests.filter(({ path }) => path === "/api/v2/users").map((one) => one.tokenFingerprint))
      assert.isAtLeast(used.size, 14)
    }).pipe(Effect.provide(Stack.layer({ tokenLifetime: 300 })))
  )
})

describe("answers of other shapes", () => {
  it.effect("unknown fields are dropped, null is absent, nothing but the id is needed", () =>
    Effect.gen(function* () {
      yield* answered({
        entities: [
          { id: "1", name: null, division: null, addresses: null, presence: { message: null }, brandNew: { a: 1 } },
          { id: "2" }
        ],
        pageCount: null,
        brandNew: true
      })
      const { listAll, listAllRaw } = yield* Users
      const [one, two] = yield* Stream.runCollect(listAll())
      assert.deepStrictEqual(plain(one), { id: "1", presence: {} })
      assert.deepStrictEqual(plain(two), { id: "2" })
      const [raw] = yield* Stream.runCollect(listAllRaw())
      assert.deepInclude(plain(raw), { name: null, brandNew: { a: 1 } })
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("rows that are null or absent are none where the page says that there are none", () =>
    Effect.gen(function* () {
      const { list, listAll } = yield* Users
      yield* answered({ entities: null, total: 0 })
      assert.deepStrictEqual((yield* list()).entities, [])
      assert.deepStrictEqual(yield* Stream.runCollect(listAll()), [])
      yield* Simulator.use((simulator) => simulator.clearFaults)
      yield* answered({ total: 3 })
      const error = yield* Effect.flip(list())
      assert.include(error, { _tag: "UnavailableError", reason: "InvalidResponse" })
      assert.include(error.message, "it has no entities, which were asked for")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("a field of another type is a typed error", () =>
    Effect.gen(function* () {
      yield* answered({ id: 1 })
      const error = yield* Effect.flip(Users.use(({ get }) => get("x")))
      assert.strictEqual(error._tag, "UnavailableError")
      assert.include(error.message, "unknown shape")
    }).pipe(Effect.provide(Stack.layer()))
  )
})
