/** A list whose way from page to page is told by its first answer, and where that way must not lead. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Pagination from "../src/Pagination.ts"
import * as Lists from "./Lists.ts"
import * as Stack from "./Stack.ts"
import { Row, collect, ids, list, post, things } from "./Things.ts"

describe("the address of the next page", () => {
  const next = (uri: string) =>
    Effect.gen(function* () {
      const seen: Array<Lists.Asked> = []
      const answer = ({ path }: Lists.Asked) =>
        Effect.succeed(
          path === "/api/v2/lists/things" ? { entities: [{ id: "1" }], nextUri: uri } : { entities: [{ id: "2" }] }
        )
      const result = yield* collect(Pagination.nextUri(list(), Row)).pipe(Effect.provide(Lists.layer(answer, seen)))
      assert.isTrue(seen.every(({ host }) => host === "api.mypurecloud.com"))
      return { ...result, seen }
    })

  for (const uri of [
    "/api/v2/lists/more?a=b%20c&d=%2F",
    "https://api.mypurecloud.com/api/v2/lists/more?a=b%20c&d=%2F",
    "more?a=b+c&d=/"
  ]) {
    it.effect(`${uri} is followed`, () =>
      Effect.gen(function* () {
        const { failed, rows, seen } = yield* next(uri)
        assert.isUndefined(failed)
        assert.deepStrictEqual(ids(rows), ["1", "2"])
        assert.strictEqual(seen[1]!.params.get("a"), "b c")
        assert.strictEqual(seen[1]!.params.get("d"), "/")
        assert.match(seen[1]!.authorization ?? "", /^Bearer /)
      })
    )
  }

  for (const uri of [
    "https://elsewhere.example/api/v2/lists/more",
    "http://api.mypurecloud.com/api/v2/lists/more",
    "https://api.mypurecloud.com.elsewhere.example/more",
    "https://api.mypurecloud.com:8443/more",
    "https://api.mypurecloud.com@elsewhere.example/more",
    "//elsewhere.example/more",
    "/\\elsewhere.example/more",
    "https://user:pass@api.mypurecloud.com/api/v2/lists/more",
    "https:\\\\elsewhere.example\\more",
    "\thttps://elsewhere.example/more",
    "wss://api.mypurecloud.com/api/v2/lists/more",
    "file:///api/v2/lists/more",
    "data:application/json,{}",
    "javascript:alert(1)",
    "/api/v2/lists/..%2f..%2foauth/token",
    "/api/v2/lists/%252e%252e/more",
    "/api/v2/lists/..;/more"
  ]) {
    it.effect(`${uri} is refused after the rows`, () =>
      Effect.gen(function* () {
        const { failed, rows, seen } = yield* next(uri)
        assert.deepStrictEqual(ids(rows), ["1"])
        assert.strictEqual(failed?._tag, "InvalidRequestError")
        assert.lengthOf(seen, 1)
      })
    )
  }
})

describe("follow", () => {
  const follow = (request: HttpClientRequest.HttpClientRequest, answer: (asked: Lists.Asked) => unknown) =>
    Effect.gen(function* () {
      const seen: Array<Lists.Asked> = []
      const layer = Lists.layer((asked) => Effect.succeed(answer(asked)), seen)
      const rows = yield* Stream.runCollect(Pagination.follow(request)).pipe(Effect.provide(layer))
      return { rows, seen }
    })

  it.effect("a cursor within cursors, which external contacts want as cursor", () =>
    Effect.gen(function* () {
      const answer = ({ params }: Lists.Asked) =>
        params.get("cursor") === "2" ? { entities: ["b"], cursors: {} } : { entities: ["a"], cursors: { after: "2" } }
      const scan = HttpClientRequest.get("/api/v2/lists/externalcontacts/scan/contacts?limit=1")
      assert.deepStrictEqual((yield* follow(scan, answer)).rows, ["a", "b"])
    })
  )

  it.effect("a cursor within cursors, which all others want as after", () =>
    Effect.gen(function* () {
      const answer = ({ params }: Lists.Asked) =>
        params.get("after") === "2" ? { entities: ["b"], cursors: {} } : { entities: ["a"], cursors: { after: "2" } }
      assert.deepStrictEqual((yield* follow(list({ limit: "1" }), answer)).rows, ["a", "b"])
    })
  )

  it.effect("a cursor in the body of a POST, which keeps the rest of it", () =>
    Effect.gen(function* () {
      const answer = ({ body }: Lists.Asked) =>
        body["after"] === "x" ? { entities: [body] } : { entities: [body], after: "x" }
      const { rows } = yield* follow(post({ filters: [1] }), answer)
      assert.deepStrictEqual(rows, [{ filters: [1] }, { filters: [1], after: "x" }])
    })
  )

  it.effect("a query of analytics, until its rows are absent", () =>
    Effect.gen(function* () {
      const answer = ({ body }: Lists.Asked) => {
        const { pageNumber } = Schema.decodeUnknownSync(Schema.Struct({ pageNumber: Schema.Int }))(body["paging"])
        return {
          ...(pageNumber < 4 ? { userDetails: [pageNumber, pageNumber] } : {}),
          totalHits: 100,
          aggregations: []
        }
      }
      const { rows, seen } = yield* follow(post({ interval: "i", paging: { pageSize: 2, pageNumber: 1 } }), answer)
      assert.deepStrictEqual(rows, [1, 1, 2, 2, 3, 3])
      assert.deepStrictEqual(seen.at(-1)!.body, { interval: "i", paging: { pageSize: 2, pageNumber: seen.length } })
    })
  )

  it.effect("a thing that is no list is one row, an array is its rows, nothing is none", () =>
    Effect.gen(function* () {
      const thing = { id: "u", name: "n", skills: ["a", "b"], cursor: null }
      assert.deepStrictEqual((yield* follow(list(), () => thing)).rows, [thing])
      assert.deepStrictEqual((yield* follow(list(), () => [1, 2])).rows, [1, 2])
      assert.deepStrictEqual((yield* follow(list(), () => null)).rows, [])
    })
  )

  it.effect("the query of a path, and a first page that is not the first", () =>
    Effect.gen(function* () {
      const request = HttpClientRequest.get(`${things}?pageSize=2&pageNumber=2&q=x%20y`)
      const { rows, seen } = yield* follow(request, (asked) =>
        Effect.runSync(Lists.numbered(() => Lists.rows(5))(asked))
      )
      assert.deepStrictEqual(ids(rows), ["row-2", "row-3", "row-4"])
      assert.strictEqual(seen[0]!.params.get("q"), "x y")
    })
  )

  it.effect("rows with one id that differ are all emitted", () =>
    Effect.gen(function* () {
      const versions = [
        { id: "a", version: 1 },
        { id: "a", version: 2 },
        { id: "a", version: 2 }
      ]
      const answer = Lists.numbered(() => versions)
      const { rows } = yield* follow(list({ pageSize: "1" }), (asked) => Effect.runSync(answer(asked)))
      assert.deepStrictEqual(rows, versions.slice(0, 2))
    })
  )

  it.effect("the last page of a cursor is the last, however many rows it has", () =>
    Effect.gen(function* () {
      for (const end of [{ cursors: {} }, { cursors: { before: "x" } }, {}]) {
        const { rows, seen } = yield* follow(list({ limit: "100" }), ({ params }) =>
          params.has("after")
            ? { entities: Lists.rows(30), ...end }
            : { entities: [{ id: "first" }], cursors: { after: "next" } }
        )
        assert.deepStrictEqual([rows.length, seen.length], [31, 2])
      }
      const one = yield* follow(list({ limit: "100" }), () => ({ entities: Lists.rows(30), cursors: {} }))
      assert.deepStrictEqual([one.rows.length, one.seen.length], [30, 1])
    })
  )

  it.effect("a list that comes as a whole, and speaks of no pages, is asked for once", () =>
    Effect.gen(function* () {
      const { rows, seen } = yield* follow(list(), () => ({ entities: Lists.rows(60), selfUri: things }))
      assert.deepStrictEqual([rows.length, seen.length], [60, 1])
      // Where pages were asked for, a full one has another after it.
      const answer = ({ params }: Lists.Asked) => ({
        entities: Lists.rows(60)
          .slice((Number(params.get("pageNumber")) - 1) * 30)
          .slice(0, 30)
      })
      const paged = yield* follow(list({ pageSize: "30", pageNumber: "1" }), answer)
      assert.lengthOf(paged.rows, 60)
    })
  )

  it.effect("pages are told of as they come, and what is no list is refused where one was asked for", () =>
    Effect.gen(function* () {
      const seen: Array<Pagination.PageSeen> = []
      const onPage = (page: Pagination.PageSeen) => void seen.push(page)
      const answer = Lists.numbered(() => Lists.rows(5))
      const walk = Pagination.follow(list({ pageSize: "2" }), { onPage })
      const { rows } = yield* collect(walk).pipe(Effect.provide(Lists.layer(answer)))
      assert.lengthOf(rows, 5)
      const told = { total: 5, isOddTotal: false, size: 2 }
      assert.deepStrictEqual(seen, [
        { ...told, rows: 2, said: "next", isNumbered: false, isLast: false },
        { ...told, rows: 2, said: "next", isNumbered: true, isLast: false },
        { ...told, rows: 1, said: "end", isNumbered: true, isLast: true }
      ])
      const note = () => Effect.succeed({ message: "maintenance" })
      const strict = Pagination.follow(list(), { isList: true })
      const { failed } = yield* collect(strict).pipe(Effect.provide(Lists.layer(note)))
      assert.strictEqual(Object(failed)._tag, "UnavailableError")
    })
  )

  it.effect("the simulator's users, queues and searches", () =>
    Effect.gen(function* () {
      const count = (request: HttpClientRequest.HttpClientRequest) => Stream.runCount(Pagination.follow(request))
      assert.strictEqual(yield* count(HttpClientRequest.get("/api/v2/users?state=any&pageSize=33")), 200)
      const search = HttpClientRequest.post("/api/v2/users/search")
      const everybody = { pageSize: 33, query: [{ type: "MATCH_ALL" }] }
      assert.strictEqual(yield* count(HttpClientRequest.bodyJsonUnsafe(search, everybody)), 200)
      assert.isAbove(yield* count(HttpClientRequest.get("/api/v2/routing/queues?pageSize=2")), 2)
      const { requests } = yield* Simulator.use((simulator) => simulator.journal)
      assert.isTrue(requests.every(({ status }) => status === 200))
    }).pipe(Effect.provide(Stack.layer()))
  )
})
