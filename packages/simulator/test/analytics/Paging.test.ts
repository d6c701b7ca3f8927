/**
 * Paging: of an ended interval each conversation comes once, whatever the page size and the order; of one that is not, rows
 * shift. `PROVE=1`: 15 ways to page, and every order; else 5, and each order and each place of it once.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { Simulator } from "../../src/Simulator.ts"
import { at, details, query, queryAll, runJob } from "../support/Analytics.ts"
import { call, login } from "../support/Calls.ts"

const isProof = process.env["PROVE"] !== undefined

const Order = Schema.Literals(["asc", "desc", "unordered"])
const OrderBy = Schema.Literals(["conversationStart", "conversationEnd", "segmentStart", "segmentEnd"])
const PageSize = Schema.Int.check(Schema.isBetween({ minimum: 5, maximum: 100 }))
const Seed = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 }))
const settled = { order: Order, orderBy: OrderBy, pageSize: PageSize, seed: Seed, filtered: Schema.Boolean }

const interval = "2026-11-01T06:00:00Z/2026-11-02T18:00:00Z"
const voice = { type: "and", predicates: [{ type: "dimension", dimension: "mediaType", value: "voice" }] }
const world = (seed: number, conversationsPerHour = 5) =>
  Simulator.layerHttpClient({ seed, conversationsPerHour, rateLimit: "off" })
const ids = (rows: ReadonlyArray<{ readonly conversationId: string }>) => rows.map((row) => row.conversationId)

it.effect.prop(
  "pages an ended interval so that each conversation comes exactly once, in order",
  settled,
  ({ filtered, order, orderBy, pageSize, seed }) =>
    Effect.gen(function* () {
      yield* at("2026-11-10T00:00:00Z")
      const token = yield* login()
      const filters = filtered ? { segmentFilters: [voice] } : {}
      const body = { interval, order, orderBy, ...filters }
      const all = ids(yield* queryAll(token, { interval }))
      assert.isAtLeast(all.length, 36 * 5)
      const found = yield* queryAll(token, body, pageSize)
      const { totalHits } = yield* query(token, body)
      assert.strictEqual(found.length, totalHits)
      assert.strictEqual(new Set(ids(found)).size, totalHits)
      if (!filtered) assert.sameMembers(ids(found), all)
      if (order !== "unordered") {
        const field = orderBy.endsWith("Start") ? "conversationStart" : "conversationEnd"
        const dates = found.map((row) => row[field] ?? "")
        assert.deepStrictEqual(dates, order === "asc" ? dates.toSorted() : dates.toSorted().toReversed())
      }
      for (const startOfDayIntervalMatching of [true, false]) {
        const rows = ids(yield* runJob(token, { ...body, startOfDayIntervalMatching }, pageSize * 10))
        assert.strictEqual(new Set(rows).size, rows.length)
        if (startOfDayIntervalMatching) assert.sameMembers(rows, ids(found))
      }
    }).pipe(Effect.provide(world(seed))),
  { arbitrary: { runs: isProof ? 15 : 2 }, timeout: 60_000 }
)

it.effect(
  "finds the same in any order while conversations are running",
  () =>
    Effect.gen(function* () {
      yield* at("2026-11-02T12:00:30Z")
      const token = yield* login()
      const all = ids(yield* queryAll(token, { interval }))
      const overlapping = ids(yield* runJob(token, { interval: "2026-11-02T07:00:00Z/2026-11-02T23:00:00Z" }))
      for (const [place, orderBy] of OrderBy.literals.entries()) {
        for (const order of isProof ? Order.literals : [Order.literals[place % Order.literals.length]!]) {
          yield* at("2026-11-02T12:00:30Z")
          assert.sameMembers(ids(yield* queryAll(token, { interval, order, orderBy }, 97)), all)
          const body = { interval: "2026-11-02T07:00:00Z/2026-11-02T23:00:00Z", order, orderBy }
          assert.sameMembers(ids(yield* runJob(token, body, 83)), overlapping)
        }
      }
    }).pipe(Effect.provide(world(1, 60))),
  60_000
)

for (const sort of [{ orderBy: "conversationEnd" }, { order: "unordered" }]) {
  it.effect(`shifts rows between pages while calls are running (${JSON.stringify(sort)})`, () =>
    Effect.gen(function* () {
      yield* at("2026-11-01T12:00:00Z")
      const token = yield* login()
      const seen = []
      for (let pageNumber = 1; ; pageNumber++) {
        const { conversations } = yield* query(token, { interval, ...sort, paging: { pageSize: 50, pageNumber } })
        if (conversations === undefined) break
        seen.push(...ids(conversations))
        yield* TestClock.adjust("30 seconds")
      }
      const all = ids(yield* queryAll(token, { interval }))
      assert.isTrue(new Set(seen).size < seen.length || new Set(seen).size < all.length)
    }).pipe(Effect.provide(world(1, 120)))
  )
}

it.effect("refuses the page of a query that lies beyond what its pages reach", () =>
  Effect.gen(function* () {
    yield* at("2026-11-10T00:00:00Z")
    const token = yield* login()
    const page = (pageNumber: number) =>
      call(token, "POST", `${details}/query`, { interval, paging: { pageSize: 50, pageNumber } })
    assert.strictEqual((yield* page(8)).status, 200)
    const refused = yield* page(9)
    assert.strictEqual(refused.status, 400)
    assert.include(refused.body, { message: "Pagination may not exceed 400 results." })
  }).pipe(Effect.provide(Simulator.layerHttpClient({ conversationsPerHour: 12, queryLimit: 400 })))
)

it.effect("answers conversations by their ids, those that it knows, and not too many", () =>
  Effect.gen(function* () {
    yield* at("2026-11-10T00:00:00Z")
    const token = yield* login()
    const rows = (yield* queryAll(token, { interval })).slice(0, 3)
    const search = rows.map(({ conversationId }) => `id=${conversationId}`).join("&")
    const unknown = "00000000-0000-4000-8000-000000000000"
    const byId = (text: string) => call(token, "GET", `${details}?${text}`)
    assert.deepStrictEqual((yield* byId(`${search}&id=${unknown}`)).body, { conversations: rows })
    assert.deepStrictEqual((yield* byId(`id=${ids(rows).join(",")}`)).body, { conversations: rows })
    assert.deepStrictEqual((yield* byId(`id=${unknown}`)).body, {})
    assert.strictEqual((yield* byId(`id=${Array.from({ length: 101 }, () => unknown).join(",")}`)).status, 400)
  }).pipe(Effect.provide(world(1)))
)

it.effect("counts only approximately while calls are running", () =>
  Effect.gen(function* () {
    yield* at("2026-11-01T12:00:45Z")
    const token = yield* login()
    const body = { interval: "2026-11-01/2026-11-02" }
    const found = yield* queryAll(token, body)
    const { totalHits } = yield* query(token, body)
    assert.isBelow(totalHits, found.length)
    assert.isAbove(totalHits, found.length * 0.9)
  }).pipe(Effect.provide(world(1, 600)))
)
