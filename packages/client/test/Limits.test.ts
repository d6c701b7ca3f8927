/**
 * Lists of which Genesys gives but a part: whole all the same where that can be, and an error that says what is missing. `PROVE=1`: in each
 * order, with each way to write an interval, and of a larger world; else in one order, and in one way.
 */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { ConversationDetails } from "../src/ConversationDetails.ts"
import type { GenesysError } from "../src/GenesysError.ts"
import * as Pagination from "../src/Pagination.ts"
import { Users } from "../src/Users.ts"
import * as Lists from "./Lists.ts"
import * as Stack from "./Stack.ts"

const isProof = process.env["PROVE"] !== undefined
const day = "1970-02-01"
const interval = `${day}T00:00:00.000Z/1970-02-02T00:00:00.000Z`
const truth = Effect.map(
  Stream.runCollect(Stream.unwrap(Simulator.use((simulator) => Effect.succeed(simulator.truth(day))))),
  (rows) => rows.map(({ conversationId }) => conversationId)
)
const answers = Effect.map(
  Simulator.use(({ journal }) => journal),
  ({ answers: found }) => found
)
const fieldOf = (name: string) => (row: unknown) => {
  const value: unknown = typeof row === "object" && row !== null ? Reflect.get(row, name) : undefined
  return String(value)
}
const idOf = fieldOf("conversationId")

/** What came, and what it ended with. */
const read = <A, R>(stream: Stream.Stream<A, GenesysError, R>) =>
  Effect.gen(function* () {
    const rows: Array<A> = []
    const end = yield* Effect.result(Stream.runForEach(stream, (row) => Effect.sync(() => void rows.push(row))))
    return { rows, error: end._tag === "Failure" ? end.failure : undefined }
  })

/** In each hour; and how many results Genesys gives of a query. */
const [perHour, limit] = isProof ? [60, 400] : [15, 100]
const total = 24 * perHour
const world = Stack.layer({ conversationsPerHour: perHour, queryLimit: limit, rateLimit: { limit: 100_000 } })
const sixtyDays = TestClock.adjust("60 days")

describe("a query of conversations", () => {
  it.effect("that has more results than Genesys gives is split as soon as its first page says so", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { queryAll, queryAllRaw } = yield* ConversationDetails
      const expected = yield* truth
      const raw = yield* read(queryAllRaw({ interval, lookAhead: 0 }))
      assert.deepStrictEqual([raw.rows.map(idOf), raw.error], [expected, undefined])
      const { answers: after } = yield* Simulator.use(({ journal }) => journal)
      assert.notProperty(after, "400")
      // In 8 spans, each of which has what was alive at its beginning, and the page that told of it.
      assert.isAtMost(after["200"]!, 8 * 3 + 3)
      const backwards = yield* read(queryAll({ interval, order: "desc", lookAhead: 3 }))
      assert.deepStrictEqual([backwards.rows.map(idOf), backwards.error], [expected.toReversed(), undefined])
    }).pipe(Effect.provideService(Pagination.QueryLimit, limit), Effect.provide(world))
  )

  for (const [orderBy, order, known, most, isShort] of [
    ["conversationEnd", "asc", limit, 30, false],
    ["conversationEnd", "desc", limit, 30, false],
    ["segmentStart", "asc", limit, 30, false],
    ["conversationStart", "unordered", limit, 30, false],
    // Genesys gives less than is known: the 400 says it.
    ["conversationEnd", "asc", 100_000, 40, false],
    ["conversationStart", "unordered", 100_000, 40, true]
  ] as const) {
    it.effect.skipIf(!isShort && !isProof)(
      `in the order of ${orderBy}, ${order}, where ${known} are said to be had, has every row once`,
      () =>
        Effect.gen(function* () {
          yield* sixtyDays
          const { queryAllRaw } = yield* ConversationDetails
          const expected = yield* truth
          const { error, rows } = yield* read(queryAllRaw({ interval, orderBy, order, lookAhead: 0 }))
          assert.isUndefined(error)
          assert.deepStrictEqual(rows.map(idOf).toSorted(), expected.toSorted())
          const { answers: after } = yield* Simulator.use(({ journal }) => journal)
          assert.strictEqual(after["400"] ?? 0, known === limit ? 0 : 1)
          assert.isAtMost(after["200"]!, most)
        }).pipe(Effect.provideService(Pagination.QueryLimit, known), Effect.provide(world))
    )
  }

  for (const [place, [from, to]] of [
    ["T00:00:00+00:00", "T00:00:00+00:00"],
    ["T02:00:00.000+02:00", "T02:00:00+0200"],
    ["T00:00:00.000Z", "T00:00:00-00:00"],
    ["T00:00:00", "T00:00:00.000"]
  ].entries()) {
    it.effect.skipIf(place !== 1 && !isProof)(`is split as well if its interval is written as ${from}/${to}`, () =>
      Effect.gen(function* () {
        yield* sixtyDays
        const { queryAllRaw } = yield* ConversationDetails
        const expected = yield* truth
        const { error, rows } = yield* read(queryAllRaw({ interval: `${day}${from}/1970-02-02${to}`, lookAhead: 0 }))
        assert.deepStrictEqual([rows.map(idOf), error], [expected, undefined])
        assert.notProperty(yield* answers, "400")
      }).pipe(Effect.provideService(Pagination.QueryLimit, limit), Effect.provide(world))
    )
  }

  it.effect("goes on where it was refused, in an organization that gives less than is known", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { queryAll, queryAllRaw } = yield* ConversationDetails
      const expected = yield* truth
      const raw = yield* read(queryAllRaw({ interval, lookAhead: 0 }))
      assert.deepStrictEqual([raw.rows.map(idOf), raw.error], [expected, undefined])
      assert.isAtMost((yield* answers)["400"] ?? 0, 4)
      const backwards = yield* read(queryAll({ interval, order: "desc" }))
      assert.deepStrictEqual([backwards.rows.map(idOf), backwards.error], [expected.toReversed(), undefined])
    }).pipe(Effect.provide(world))
  )

  it.effect("from a later page on says what is missing, and never to correct the request", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const request = HttpClientRequest.bodyJsonUnsafe(
        HttpClientRequest.post("/api/v2/analytics/conversations/details/query"),
        { interval, orderBy: "conversationEnd", paging: { pageSize: limit / 4, pageNumber: 2 } }
      )
      const { error, rows } = yield* read(Pagination.follow(request))
      const came = (limit * 3) / 4
      assert.strictEqual(rows.length, came)
      assert.include(error, { _tag: "IncompleteError", reason: "Limit", rows: came, total })
      assert.match(error!.message, new RegExp(`gives no more of this list: .*may not exceed ${limit} results`))
      const [missing, all] = [total - came, total].map((count) => count.toLocaleString("en-US"))
      assert.include(error!.message, `${missing} of ${all} are missing`)
      assert.notMatch(error!.message, /Correct the request/)
    }).pipe(Effect.provide(world))
  )

  it.effect("is whole when any list is followed, too", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const request = HttpClientRequest.bodyJsonUnsafe(
        HttpClientRequest.post("/api/v2/analytics/conversations/details/query"),
        { interval, paging: { pageSize: 100, pageNumber: 1 } }
      )
      const { error, rows } = yield* read(Pagination.follow(request))
      assert.deepStrictEqual([rows.map(idOf), error], [yield* truth, undefined])
    }).pipe(Effect.provide(world))
  )
})

describe("users who are not active", () => {
  const listed = (state: "any" | "inactive" | "deleted" | "active") =>
    Effect.gen(function* () {
      const { listAllRaw } = yield* Users
      const found = yield* read(listAllRaw({ state, pageSize: 5 }))
      const ids = found.rows.map(fieldOf("id"))
      assert.strictEqual(new Set(ids).size, ids.length)
      return { ...found, ids: ids.toSorted() }
    })
  /** Of an organization that has no limit. */
  const whole = (state: "any" | "inactive") =>
    Effect.map(
      Effect.provide(listed(state), Stack.layer({ users: 400, rateLimit: { limit: 100_000 } }), { local: true }),
      ({ ids }) => ids
    )

  for (const [how, known] of [
    ["as the first page says", 40],
    ["once a page is refused", 10_000]
  ] as const) {
    it.effect(`are read by state and from both ends, ${how}`, () =>
      Effect.gen(function* () {
        const { error, ids } = yield* listed("any")
        assert.deepStrictEqual([ids, error], [yield* whole("any"), undefined])
        assert.isAtLeast((yield* answers)["400"] ?? 0, known === 40 ? 0 : 1)
      }).pipe(
        Effect.provideService(Pagination.UserListLimit, known),
        Effect.provide(Stack.layer({ users: 400, userListLimit: 40, rateLimit: { limit: 100_000 } }))
      )
    )
  }

  it.effect("are given as far as they can be, and the error says how many are missing", () =>
    Effect.gen(function* () {
      const all = yield* whole("inactive")
      const { error, ids } = yield* listed("inactive")
      assert.strictEqual(ids.length, 10)
      assert.isAbove(all.length, 10)
      assert.include(error, { _tag: "IncompleteError", rows: 10, total: all.length })
      const everybody = yield* listed("any")
      assert.include(everybody.error, { _tag: "IncompleteError" })
      // Neither what is missing of one state nor the limit takes anything from the active ones.
      assert.includeMembers(everybody.ids, (yield* listed("active")).ids)
    }).pipe(
      Effect.provideService(Pagination.UserListLimit, 5),
      Effect.provide(Stack.layer({ users: 400, userListLimit: 5, rateLimit: { limit: 100_000 } }))
    )
  )
})

describe("any list", () => {
  const numbered = Lists.numbered(() => Lists.rows(50))

  it.effect("whose later page is refused says what came and what is missing", () =>
    Effect.gen(function* () {
      const request = HttpClientRequest.get("/api/v2/lists/a?pageSize=10")
      const { error, rows } = yield* read(Pagination.follow(request, { lookAhead: 3 }))
      assert.lengthOf(rows, 30)
      assert.include(error, { _tag: "IncompleteError", reason: "Limit", rows: 30, total: 50 })
      assert.match(error!.message, /20 of 50 are missing\. Ask for them in parts/)
    }).pipe(
      Effect.provide(
        Lists.layer((asked) => (Number(asked.params.get("pageNumber")) > 3 ? Effect.succeed(400) : numbered(asked)))
      )
    )
  )

  it.effect("whose first page is refused is a wrong request, as ever", () =>
    Effect.gen(function* () {
      const { error } = yield* read(Pagination.follow(HttpClientRequest.get("/api/v2/lists/a?pageNumber=1")))
      assert.strictEqual(error?._tag, "InvalidRequestError")
    }).pipe(Effect.provide(Lists.layer(() => Effect.succeed(400))))
  )

  for (const status of [400, 404, 410]) {
    it.effect(`whose cursor has expired (${status}) is to be read again`, () =>
      Effect.gen(function* () {
        const { error, rows } = yield* read(Pagination.follow(HttpClientRequest.get("/api/v2/lists/a")))
        assert.lengthOf(rows, 10)
        assert.include(error, { _tag: "IncompleteError", reason: "Expired", rows: 10 })
        assert.match(error!.message, /Read it again from its beginning/)
      }).pipe(
        Effect.provide(
          Lists.layer(({ params }) =>
            Effect.succeed(params.has("cursor") ? status : { entities: Lists.rows(10), cursor: "c" })
          )
        )
      )
    )
  }
})
