/** Whom `genesys users find` takes for the one that was meant. */
import { assert, describe, it } from "@effect/vitest"
import { Users } from "@effect-genesys/client/Users"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Stack from "../../../../packages/client/test/Stack.ts"
import * as UserSearch from "../../src/users/UserSearch.ts"

const email = "eva@example.org"
const eva = (id: string, state: string, name = "Eva") => ({ id, state, name, email: "Eva@Example.org" })

/** What a search finds, whatever it asks for. */
const found = (...results: ReadonlyArray<object>) =>
  Simulator.use((simulator) =>
    simulator.addFault({
      path: "/api/v2/users/search",
      status: 200,
      body: {
        results: JSON.parse(JSON.stringify(results)),
        total: results.length,
        pageCount: 1,
        pageSize: 100,
        pageNumber: 1
      }
    })
  )
const ids = (wanted: string) =>
  Effect.map(Stream.runCollect(UserSearch.users(wanted)), (rows) => rows.map(({ id }) => id))

describe("an e-mail address", () => {
  it.effect("is that of the active user, not of the first one, with blanks around it or not", () =>
    Effect.gen(function* () {
      yield* found(eva("left", "deleted"), eva("leave", "inactive"), eva("here", "active"))
      for (const wanted of [email, ` ${email}`, `${email}\t\n`, "EVA@example.ORG"]) {
        assert.deepStrictEqual(yield* ids(wanted), ["here"])
        const one = yield* Users.use((users) => users.findByEmail(wanted))
        assert.strictEqual(Option.getOrUndefined(one)?.id, "here")
      }
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("is sent without its blanks", () =>
    Effect.gen(function* () {
      assert.lengthOf(yield* ids("  test.user@yourcompany.com "), 1)
      assert.isTrue(Option.isSome(yield* Users.use((users) => users.findByEmail(" test.user@yourcompany.com\n"))))
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("of nobody who is active is an error that names who is not", () =>
    Effect.gen(function* () {
      yield* found(eva("left", "deleted"))
      const error = yield* Effect.flip(ids(email))
      assert.strictEqual(error._tag, "NotFoundError")
      assert.include(error.message, "Eva (left, deleted)")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("of several is an error that lists them", () =>
    Effect.gen(function* () {
      yield* found(eva("one", "active"), eva("two", "active", "Other"), eva("left", "deleted"))
      const error = yield* Effect.flip(ids(email))
      assert.strictEqual(error._tag, "UsageError")
      assert.include(error.message, "belongs to 2 active users: Eva (one, active), Other (two, active)")
    }).pipe(Effect.provide(Stack.layer()))
  )
})

describe("a part of a name", () => {
  it.effect("is that of active users alone", () =>
    Effect.gen(function* () {
      yield* found(eva("left", "deleted"), eva("here", "active"), eva("too", "active"))
      assert.deepStrictEqual(yield* ids(" eva "), ["here", "too"])
    }).pipe(Effect.provide(Stack.layer()))
  )

  for (const wanted of ["", " ", "\t\n"]) {
    it.effect(`${JSON.stringify(wanted)} is nobody's, and everybody is not meant`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(ids(wanted))
        assert.strictEqual(error._tag, "UsageError")
        assert.lengthOf((yield* Simulator.use(({ journal }) => journal)).requests, 0)
      }).pipe(Effect.provide(Stack.layer()))
    )
  }
})
