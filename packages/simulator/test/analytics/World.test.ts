/**
 * The users and conversations: searches, pages, the moving clock, and the same world for the same seed.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { UserSearchResult } from "../../src/api/UsersApi.ts"
import { Simulator } from "../../src/Simulator.ts"
import { at, query, queryAll } from "../support/Analytics.ts"
import { call, login } from "../support/Calls.ts"

const searchUsers = Effect.fnUntraced(function* (token: string, body: unknown) {
  const answer = yield* call(token, "POST", "/api/v2/users/search", body)
  return yield* Schema.decodeUnknownEffect(UserSearchResult)(answer.body)
})

it.effect("finds the well-known user", () =>
  Effect.gen(function* () {
    const token = yield* login()
    for (const type of ["EXACT", "STARTS_WITH", "CONTAINS", "TERM", "QUERY_STRING", "REGEX"]) {
      const criteria = { type, fields: ["email"], value: "test.user@yourcompany.com" }
      const found = yield* searchUsers(token, { query: [criteria] })
      assert.include(found, { total: 1, pageCount: 1, pageSize: 25, pageNumber: 1 })
      assert.strictEqual(found.results[0]?.name, "Test User")
    }
    const none = yield* searchUsers(token, { query: [{ type: "EXACT", fields: ["email"], value: "no@body.com" }] })
    assert.deepInclude(none, { total: 0, pageCount: 0, results: [] })
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

const is = (field: string, value: string) => ({ type: "EXACT", fields: [field], value })

it.effect("joins conditions by AND, OR, NOT and groups", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const all = yield* searchUsers(token, { pageSize: 500 })
    const count = (test: (user: (typeof all.results)[number]) => boolean) => all.results.filter(test).length
    const total = Effect.fnUntraced(function* (...criteria: ReadonlyArray<object>) {
      return (yield* searchUsers(token, { query: criteria })).total
    })
    const [sales, agent] = [is("department", "sales"), is("title", "Agent")]
    assert.strictEqual(all.total, 200)
    assert.isAbove(
      count((user) => user.department === "Sales"),
      10
    )
    assert.strictEqual(
      yield* total(sales, agent),
      count((user) => user.department === "Sales" && user.title === "Agent")
    )
    assert.strictEqual(
      yield* total({ ...sales, operator: "OR" }, { ...agent, operator: "OR" }),
      count((user) => user.department === "Sales" || user.title === "Agent")
    )
    assert.strictEqual(
      yield* total({ type: "MATCH_ALL" }, { ...sales, operator: "NOT" }),
      count((user) => user.department !== "Sales")
    )
    assert.strictEqual(
      yield* total(
        { type: "TERMS", fields: ["department"], values: ["Sales", "Billing"] },
        { type: "EXACT", group: [agent] }
      ),
      count((user) => ["Sales", "Billing"].includes(user.department) && user.title === "Agent")
    )
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("pages and sorts users, and names the neighbouring pages", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const search = { pageSize: 30, sortBy: "name", sortOrder: "DESC" }
    let page = yield* searchUsers(token, search)
    const names = page.results.map((user) => user.name)
    const ids = new Set(page.results.map((user) => user.id))
    while (page.nextPage !== undefined) {
      const answer = yield* call(token, "GET", `/api/v2/users/search?q64=${encodeURIComponent(page.nextPage)}`)
      page = yield* Schema.decodeUnknownEffect(UserSearchResult)(answer.body)
      for (const user of page.results) names.push(user.name)
      for (const user of page.results) ids.add(user.id)
    }
    assert.strictEqual(page.pageNumber, 7)
    assert.strictEqual(ids.size, 200)
    assert.deepStrictEqual(names, names.toSorted().toReversed())
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

const oneDay = "2026-11-01T00:00:00Z/2026-11-02T00:00:00Z"

for (const order of ["asc", "desc"]) {
  for (const orderBy of ["conversationStart", "conversationEnd"] as const) {
    it.effect(`pages an ended interval so that each conversation comes once (${orderBy} ${order})`, () =>
      Effect.gen(function* () {
        yield* at("2026-11-08T00:00:00Z")
        const token = yield* login()
        const found = yield* queryAll(token, { interval: oneDay, order, orderBy }, 37)
        const { totalHits } = yield* query(token, { interval: oneDay })
        assert.strictEqual(found.length, totalHits)
        assert.strictEqual(new Set(found.map((row) => row.conversationId)).size, totalHits)
        assert.strictEqual(totalHits, 24 * 60)
        const dates = found.map((row) => row[orderBy] ?? "")
        assert.deepStrictEqual(dates, order === "asc" ? dates.toSorted() : dates.toSorted().toReversed())
      }).pipe(Effect.provide(Simulator.layerHttpClient()))
    )
  }
}

it.effect("returns those that started on a UTC day the interval touches, and were alive in it", () =>
  Effect.gen(function* () {
    yield* at("2026-11-08T00:00:00Z")
    const token = yield* login()
    const day = yield* queryAll(token, { interval: oneDay })
    assert.strictEqual(day.length, 24 * 60)
    const alive = (rows: typeof day, from: string, to: string) =>
      rows.filter((row) => row.conversationStart < to && (row.conversationEnd ?? "9") > from)
    for (const [from, to] of [
      ["2026-11-01T12:00:00.000Z", "2026-11-01T12:10:00.000Z"],
      ["2026-11-01T23:59:00.000Z", "2026-11-02T00:00:00.000Z"]
    ] as const) {
      const found = yield* queryAll(token, { interval: `${from}/${to}` })
      assert.deepStrictEqual(found, alive(day, from, to))
      // Some of them began before.
      assert.isTrue(found.some((row) => row.conversationStart < from))
    }
    const both = yield* queryAll(token, { interval: "2026-11-01/2026-11-03" })
    const [from, to] = ["2026-11-01T23:59:00.000Z", "2026-11-02T00:01:00.000Z"]
    assert.deepStrictEqual(yield* queryAll(token, { interval: `${from}/${to}` }), alive(both, from, to))
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("lets conversations start, run and end as the clock moves", () =>
  Effect.gen(function* () {
    yield* at("2026-11-01T12:00:00Z")
    const token = yield* login()
    const before = yield* queryAll(token, { interval: oneDay })
    const running = before.filter((row) => row.conversationEnd === undefined)
    assert.isAbove(running.length, 0)
    assert.isTrue(before.every((row) => row.conversationStart <= "2026-11-01T12:00:00.000Z"))

    yield* TestClock.adjust("1 hour")
    const after = new Map((yield* queryAll(token, { interval: oneDay })).map((row) => [row.conversationId, row]))
    assert.strictEqual(after.size, before.length + 60)
    const ended = running.filter((row) => after.get(row.conversationId)?.conversationEnd !== undefined)
    // A few are threads that run for days.
    assert.isAbove(ended.length, running.length / 2)
    for (const row of ended) {
      assert.isAbove(Date.parse(after.get(row.conversationId)!.conversationEnd!), Date.parse("2026-11-01T12:00:00Z"))
    }
    assert.strictEqual((yield* query(token, { interval: "2026-11-02/2026-11-03" })).totalHits, 0)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ tokenLifetime: 86_400 })))
)

const sample = (seed: number) =>
  Effect.gen(function* () {
    yield* at("2026-11-01T12:00:00Z")
    const token = yield* login()
    const { results } = yield* searchUsers(token, { pageSize: 50 })
    const { clientId } = yield* Simulator
    return { token, clientId, results, conversations: yield* queryAll(token, { interval: oneDay }) }
  }).pipe(Effect.provide(Simulator.layerHttpClient({ seed })))

it.effect("is the same world for the same seed and clock, and another for another seed", () =>
  Effect.gen(function* () {
    const [one, same, other] = [yield* sample(1), yield* sample(1), yield* sample(2)]
    assert.deepStrictEqual(one, same)
    assert.notDeepEqual(one.results, other.results)
    assert.notDeepEqual(one.conversations, other.conversations)
    assert.notStrictEqual(one.token, other.token)
    assert.notStrictEqual(one.clientId, other.clientId)
  })
)
