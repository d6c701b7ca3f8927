import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import pc from "purecloud-platform-client-v2"
import { argumentsOf, Catalogue } from "../src/Catalogue.ts"
import type { Operation } from "../src/CatalogueEntry.ts"

const provided = Effect.provide(Catalogue.layer)
const find = (name: string) => Catalogue.use((catalogue) => catalogue.find(name))
const one = (name: string) => Effect.map(find(name), ([operation]): Operation => operation ?? assert.fail(name))

/** The operations that the SDK has when it runs. */
const atRunTime = Object.entries(pc).flatMap(([api, value]) =>
  api.endsWith("Api") && typeof value === "function"
    ? Object.getOwnPropertyNames(value.prototype)
        .filter((name) => name !== "constructor")
        .map((name) => `${api}.${name}`)
    : []
)

describe("Catalogue", () => {
  it.effect("has each operation of the SDK, and no other", () =>
    Effect.gen(function* () {
      const operations = yield* (yield* Catalogue).operations
      const names = operations.map(({ api, name }) => `${api}.${name}`)
      assert.strictEqual(names.length, 3_468)
      assert.strictEqual(new Set(operations.map(({ api }) => api)).size, 87)
      assert.deepStrictEqual(names.toSorted(), atRunTime.toSorted())
    }).pipe(provided)
  )

  it.effect(
    "says of each operation what it is for, and of each parameter its type; and every part of a path is a parameter",
    () =>
      Effect.gen(function* () {
        for (const { name, parameters, path, summary } of yield* (yield* Catalogue).operations) {
          assert.notStrictEqual(summary, "", name)
          const inPath = parameters.filter((parameter) => parameter.in === "path").map(({ sentAs }) => sentAs)
          const parts = [...path.matchAll(/\{([^}]+)\}/g)].map(([, part]) => part)
          assert.sameMembers(inPath, parts, name)
          assert.isTrue(
            parameters.every((parameter) => parameter.in !== "path" || parameter.required),
            name
          )
          for (const { type } of parameters)
            assert.match(type, /^(?:String|Number|Boolean|Date|Object|Array\.<\w+>|Object\.<.*>)$/)
        }
      }).pipe(provided)
  )

  it.effect("finds one operation as the whole list has it, by its name and by its class", () =>
    Effect.gen(function* () {
      const operations = yield* (yield* Catalogue).operations
      for (const operation of operations.filter((_, index) => index % 40 === 0)) {
        assert.deepStrictEqual(yield* find(`${operation.api}.${operation.name}`), [operation])
        assert.deepInclude(yield* find(operation.name), operation)
      }
      assert.deepStrictEqual(
        (yield* find("deleteAnalyticsUsersAggregatesJob")).map(({ api }) => api),
        ["AnalyticsApi", "UsersApi"]
      )
      for (const name of ["none", "", "NoApi.getUser", "constructor", "callApi", "getUser(", "UsersApi"]) {
        assert.deepStrictEqual(yield* find(name), [], name)
      }
    }).pipe(provided)
  )

  it.effect("describes places, names, types and texts of parameters", () =>
    Effect.gen(function* () {
      const { method, parameters, path, summary } = yield* one("UsersApi.getUsers")
      assert.deepStrictEqual([method, path, summary], ["GET", "/api/v2/users", "Get the list of available users."])
      assert.deepInclude(parameters, {
        name: "jabberId",
        in: "query",
        sentAs: "jabberId",
        type: "Array.<String>",
        required: false,
        description: "A list of jabberIds to fetch by bulk (cannot be used with the id parameter)"
      })
      const patched = yield* one("SCIMApi.patchScimUser")
      assert.deepStrictEqual(
        patched.parameters.map((parameter) => [parameter.name, parameter.in, parameter.sentAs, parameter.required]),
        [
          ["userId", "path", "userId", true],
          ["body", "body", "body", true],
          ["ifMatch", "header", "If-Match", false]
        ]
      )
      assert.include((yield* one("postUsersSearchConversationTarget")).description, "preview")
    }).pipe(provided)
  )

  it.effect("knows the types of body and answer, and an example body", () =>
    Effect.gen(function* () {
      const { operations, types } = yield* Catalogue
      const search = yield* types(yield* one("UsersApi.postUsersSearch"))
      assert.deepStrictEqual(search.body, Option.some("Models.UserSearchRequest"))
      assert.strictEqual(search.answer, "Models.UsersSearchResponse")
      assert.deepNestedInclude(Option.getOrThrow(search.example), { "query[0].type": "string", pageSize: 0 })
      const list = yield* types(yield* one("UsersApi.getUsers"))
      assert.deepStrictEqual([list.body, list.answer], [Option.none(), "Models.UserEntityListing"])
      for (const operation of (yield* operations).filter((_, index) => index % 20 === 0)) {
        const { answer, body } = yield* types(operation)
        assert.notStrictEqual(answer, "unknown", operation.name)
        assert.strictEqual(
          Option.isSome(body),
          operation.parameters.some((parameter) => parameter.in === "body")
        )
      }
    }).pipe(provided)
  )

  it.effect("is read well below a second", () =>
    Effect.gen(function* () {
      const start = performance.now()
      yield* (yield* Catalogue).operations
      assert.isBelow(performance.now() - start, 1_000)
    }).pipe(provided)
  )

  it.effect("turns values by name into the arguments of a call", () =>
    Effect.gen(function* () {
      const patch = yield* one("SCIMApi.patchScimUser")
      const values = { ifMatch: "tag", userId: "1", body: {}, customHeaders: { a: "b" }, unknown: 1 }
      assert.deepStrictEqual(argumentsOf(patch, values), ["1", {}, { ifMatch: "tag", customHeaders: { a: "b" } }])
      assert.deepStrictEqual(argumentsOf(yield* one("UsersApi.getUser"), {}), [undefined, {}])
    }).pipe(provided)
  )
})
