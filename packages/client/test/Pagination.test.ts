import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Pagination from "../src/Pagination.ts"
import * as Lists from "./Lists.ts"
import * as Stack from "./Stack.ts"

const Row = Schema.Struct({ id: Schema.String })
const key = ({ id }: typeof Row.Type) => id
const things = "/api/v2/lists/things"
const list = (params: Record<string, string> = {}) => HttpClientRequest.get(things, { urlParams: params })
const post = (body: unknown) => HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(`${things}/search`), body)
const ids = (rows: ReadonlyArray<unknown>) => rows.map((row) => Schema.decodeUnknownSync(Row)(row).id)
const numbers = (asked: ReadonlyArray<Lists.Asked>) => asked.map(({ params }) => Number(params.get("pageNumber") ?? 1))
const int = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** All rows, and the error that came after them. */
const collect = <E, R>(stream: Stream.Stream<unknown, E, R>) =>
  Effect.gen(function* () {
    const rows: Array<unknown> = []
    const failed = yield* stream.pipe(
      Stream.runForEach((row) => Effect.sync(() => rows.push(row))),
      Effect.match({ onFailure: (error) => error, onSuccess: () => undefined })
    )
    return { rows, failed }
  })

describe("numbered pages", () => {
  it.effect.prop(
    "every row once and in order, whatever the sizes and the look-ahead",
    { count: int(0, 60), pageSize: int(1, 20), lookAhead: int(0, 6), style: int(0, 3) },
    ({ count, lookAhead, pageSize, style }) => {
      const rows = Lists.rows(count)
      const options = { lookAhead, key }
      const size = { pageSize: String(pageSize) }
      const stream = [
        Pagination.pageNumber(list(size), Row, options),
        Pagination.search(post({ pageSize, query: [] }), Row, options),
        Pagination.nextUri(list(size), Row, options),
        Pagination.follow(list(size), { lookAhead })
      ][style]!
      const asked: Array<Lists.Asked> = []
      return Effect.gen(function* () {
        assert.deepStrictEqual((yield* collect(stream)).rows, rows)
        // Without any call that was not needed.
        assert.strictEqual(asked.length, Math.max(1, Math.ceil(count / pageSize)))
      }).pipe(
        Effect.provide(
          Lists.layer(
            Lists.numbered(() => rows),
            asked
          )
        )
      )
    },
    { arbitrary: { runs: 40 } }
  )

  it.effect.prop(
    "rows that are added meanwhile: none of the others is lost or comes twice",
    { count: int(1, 60), pageSize: int(1, 10), lookAhead: int(0, 5), added: Schema.Array(int(0, 7)) },
    ({ added, count, lookAhead, pageSize }) => {
      let rows = Lists.rows(count)
      let news = 0
      // Before the n-th call, so many new rows come first.
      const grow = () => {
        const more = Array.from({ length: added[news] ?? 0 }, (_, n) => ({ id: `new-${rows.length + n}` }))
        rows = [...more, ...rows]
        news++
      }
      return Effect.gen(function* () {
        const found = ids(
          yield* Stream.runCollect(Pagination.pageNumber(list({ pageSize: String(pageSize) }), Row, { key, lookAhead }))
        )
        assert.strictEqual(new Set(found).size, found.length)
        assert.deepStrictEqual(
          found.filter((id) => id.startsWith("row-")),
          ids(Lists.rows(count))
        )
      }).pipe(Effect.provide(Lists.layer(Lists.numbered(() => rows, grow))))
    },
    { arbitrary: { runs: 40 } }
  )

  it.effect.prop(
    "rows that go away meanwhile: it ends, and none comes twice",
    { count: int(1, 60), pageSize: int(1, 10), lookAhead: int(0, 5), removed: Schema.Array(int(0, 9)) },
    ({ count, lookAhead, pageSize, removed }) => {
      let rows = Lists.rows(count)
      let calls = 0
      const shrink = () => {
        rows = rows.slice(0, Math.max(0, rows.length - (removed[calls++] ?? 0)))
      }
      const asked: Array<Lists.Asked> = []
      return Effect.gen(function* () {
        const found = ids(
          yield* Stream.runCollect(Pagination.pageNumber(list({ pageSize: String(pageSize) }), Row, { key, lookAhead }))
        )
        assert.strictEqual(new Set(found).size, found.length)
        // What stayed to the end was found.
        for (const { id } of rows) assert.include(found, id)
        assert.isAtMost(asked.length, Math.max(1, Math.ceil(count / pageSize)) + lookAhead)
      }).pipe(
        Effect.provide(
          Lists.layer(
            Lists.numbered(() => rows, shrink),
            asked
          )
        )
      )
    },
    { arbitrary: { runs: 40 } }
  )

  it.effect("without a key a row that moved comes twice", () => {
    let rows = Lists.rows(4)
    const grow = (page: number) => {
      if (page === 2) rows = [{ id: "new" }, ...rows]
    }
    return Effect.gen(function* () {
      const found = yield* Stream.runCollect(Pagination.pageNumber(list({ pageSize: "2" }), Row))
      assert.deepStrictEqual(ids(found), ["row-0", "row-1", "row-1", "row-2", "row-3"])
    }).pipe(Effect.provide(Lists.layer(Lists.numbered(() => rows, grow))))
  })

  it.effect("only so many keys are remembered", () =>
    Effect.gen(function* () {
      const stream = Pagination.pageNumber(list({ pageSize: "2" }), Row, { key, remember: 2 })
      assert.deepStrictEqual(ids(yield* Stream.runCollect(stream)), ["a", "b", "c", "a"])
    }).pipe(
      Effect.provide(
        Lists.layer(Lists.numbered(() => [{ id: "a" }, { id: "b" }, { id: "b" }, { id: "c" }, { id: "a" }]))
      )
    )
  )
})

describe("pages of an analytics query", () => {
  const Found = Schema.Struct({ conversationId: Schema.Int })
  /** So many rows in each page; then the rows are absent. */
  const found = (sizes: ReadonlyArray<number>, totalHits: number | undefined, lookAhead: number) =>
    Effect.gen(function* () {
      const seen: Array<Lists.Asked> = []
      const answer = ({ body }: Lists.Asked) => {
        const { paging } = Schema.decodeUnknownSync(
          Schema.Struct({ paging: Schema.Struct({ pageNumber: Schema.Int, pageSize: Schema.Int }) })
        )(body)
        const size = sizes[paging.pageNumber - 1]
        const conversations = Array.from({ length: size ?? 0 }, () => ({ conversationId: paging.pageNumber }))
        return Effect.succeed({ ...(size === undefined ? {} : { conversations }), totalHits })
      }
      const request = post({ paging: { pageSize: 2, pageNumber: 1 } })
      const rows = yield* Stream.runCollect(Pagination.query(request, Found, { lookAhead })).pipe(
        Effect.provide(Lists.layer(answer, seen))
      )
      return { rows: rows.length, calls: seen.length }
    })

  for (const [what, sizes, totalHits, calls] of [
    ["whose total is right", [2, 2, 1], 5, 3],
    ["whose total is right, and whose last page is full", [2, 2], 4, 3],
    ["whose total is too low", [2, 2, 2, 1], 3, 4],
    ["whose total is too high", [2, 2, 1], 9, 4],
    ["without a total", [2, 2, 1], undefined, 4],
    ["with a page in between that is not full", [2, 1, 2], 6, 4],
    ["that finds nothing", [], 0, 1]
  ] as const) {
    it.effect(`${what}: every row`, () =>
      Effect.gen(function* () {
        const rows = sizes.reduce((sum: number, size) => sum + size, 0)
        assert.deepStrictEqual(yield* found(sizes, totalHits, 0), { rows, calls })
        assert.strictEqual((yield* found(sizes, totalHits, 3)).rows, rows)
      })
    )
  }
})

describe("look-ahead", () => {
  const hundred = () => {
    const seen: Array<Lists.Asked> = []
    return {
      seen,
      layer: Lists.layer(
        Lists.numbered(() => Lists.rows(100)),
        seen
      )
    }
  }
  const size = { pageSize: "10" }

  it.effect("nothing is asked before it is pulled", () => {
    const { layer, seen } = hundred()
    return Effect.gen(function* () {
      const stream = Pagination.pageNumber(list(size), Row, { lookAhead: 0 })
      assert.lengthOf(seen, 0)
      yield* Stream.runCollect(Stream.take(stream, 10))
      assert.deepStrictEqual(numbers(seen), [1])
      yield* Stream.runCollect(Stream.take(stream, 11))
      assert.deepStrictEqual(numbers(seen), [1, 1, 2])
    }).pipe(Effect.provide(layer))
  })

  for (const lookAhead of [0, 1, 3]) {
    it.effect(`${lookAhead}: while the consumer works on a page, ${lookAhead} more are there`, () => {
      const { layer, seen } = hundred()
      return Effect.gen(function* () {
        const most: Array<number> = []
        yield* Pagination.pageNumber(list(size), Row, { lookAhead }).pipe(
          Stream.chunks,
          Stream.runForEach(() =>
            Effect.gen(function* () {
              yield* Effect.sleep("1 second")
              most.push(seen.length)
            })
          ),
          Effect.forkChild({ startImmediately: true }),
          Effect.tap(TestClock.adjust("1 minute")),
          Effect.flatMap(Fiber.join)
        )
        assert.deepStrictEqual(
          most,
          Array.from({ length: 10 }, (_, page) => Math.min(10, page + 1 + lookAhead))
        )
      }).pipe(Effect.provide(layer))
    })
  }

  it.effect("numbered pages come at once: 10 pages of a second each take 4 with 3 ahead, and 10 without", () => {
    const slow = (asked: Lists.Asked) => Effect.delay(Lists.numbered(() => Lists.rows(100))(asked), "1 second")
    const seconds = (lookAhead: number) =>
      Effect.gen(function* () {
        const stream = Pagination.pageNumber(list(size), Row, { lookAhead })
        const fiber = yield* Effect.forkChild(Effect.timed(Stream.runDrain(stream)), { startImmediately: true })
        yield* TestClock.adjust("1 minute")
        const [took] = yield* Fiber.join(fiber)
        return Duration.toSeconds(took)
      })
    return Effect.gen(function* () {
      assert.strictEqual(yield* seconds(0), 10)
      assert.strictEqual(yield* seconds(3), 4)
    }).pipe(Effect.provide(Lists.layer(slow)))
  })

  it.effect("pages with cursors come one after the other, as far ahead", () => {
    const seen: Array<Lists.Asked> = []
    const answer = ({ params }: Lists.Asked) => {
      const page = Number(params.get("cursor") ?? 0)
      return Effect.succeed({ entities: [{ id: String(page) }], ...(page < 9 ? { cursor: String(page + 1) } : {}) })
    }
    return Effect.gen(function* () {
      const latch = yield* Deferred.make<void>()
      const stream = Pagination.cursor(list(), Row, { lookAhead: 3 })
      const found: Array<unknown> = []
      const fiber = yield* stream.pipe(
        Stream.runForEach((row) =>
          Effect.andThen(
            Deferred.await(latch),
            Effect.sync(() => found.push(row))
          )
        ),
        Effect.forkChild({ startImmediately: true })
      )
      yield* TestClock.adjust("1 minute")
      assert.lengthOf(seen, 4)
      yield* Deferred.succeed(latch, undefined)
      yield* Fiber.join(fiber)
      assert.lengthOf(found, 10)
      assert.lengthOf(seen, 10)
    }).pipe(Effect.provide(Lists.layer(answer, seen)))
  })

  it.effect("a page that was sent for, but is not the one that the page before names, is not used", () => {
    const seen: Array<Lists.Asked> = []
    // From the second page on, the addresses have a mark that nobody can guess.
    const answer = ({ params }: Lists.Asked) => {
      const page = Number(params.get("pageNumber") ?? 1)
      const guessed = page > 2 && params.get("mark") !== String(page)
      return Effect.succeed({
        entities: [{ id: guessed ? "guessed" : String(page) }],
        pageNumber: page,
        pageCount: 6,
        ...(page < 6 ? { nextUri: `${things}?pageNumber=${page + 1}${page > 1 ? `&mark=${page + 1}` : ""}` } : {})
      })
    }
    return Effect.gen(function* () {
      const rows = yield* Stream.runCollect(Pagination.nextUri(list(), Row, { lookAhead: 4 }))
      assert.deepStrictEqual(ids(rows), ["1", "2", "3", "4", "5", "6"])
    }).pipe(Effect.provide(Lists.layer(answer, seen)))
  })

  it.effect("a consumer that goes away takes the pages that are on their way with it", () => {
    let ended = 0
    const answer = (asked: Lists.Asked) =>
      asked.params.get("pageNumber") === null
        ? Lists.numbered(() => Lists.rows(100))(asked)
        : Effect.onInterrupt(Effect.never, () => Effect.sync(() => ended++))
    return Effect.gen(function* () {
      yield* Stream.runDrain(Stream.take(Pagination.pageNumber(list(size), Row, { lookAhead: 3 }), 5))
      assert.strictEqual(ended, 3)
    }).pipe(Effect.provide(Lists.layer(answer)))
  })
})

describe("an end that is none", () => {
  const circling = (name: string, next: (asked: Lists.Asked) => unknown, pages: number) =>
    it.effect(`${name}: the rows, then an error`, () => {
      const seen: Array<Lists.Asked> = []
      return Effect.gen(function* () {
        const { failed, rows } = yield* collect(Pagination.follow(list(), { lookAhead: 2 }))
        assert.strictEqual(rows.length, pages)
        assert.strictEqual(failed?._tag, "UnavailableError")
        assert.include(failed?.message, "has no end")
        assert.isAtMost(seen.length, pages + 3)
      }).pipe(Effect.provide(Lists.layer((asked) => Effect.succeed(next(asked)), seen)))
    })

  circling("the same cursor again", ({ params }) => ({ entities: [{ id: params.get("cursor") }], cursor: "x" }), 2)
  circling(
    "the same address again",
    ({ params }) => ({ entities: [{ id: params.get("p") }], nextUri: `${things}?p=1` }),
    2
  )
  circling(
    "a circle of three",
    ({ params }) => {
      const page = Number(params.get("after") ?? 0)
      return { entities: [{ id: `${page}` }], after: `${(page % 3) + 1}` }
    },
    4
  )
  it.effect("empty pages without end: an error after a thousand", () => {
    const seen: Array<Lists.Asked> = []
    return Effect.gen(function* () {
      const { failed } = yield* collect(Pagination.cursor(list(), Row, { lookAhead: 0 }))
      assert.strictEqual(failed?._tag, "UnavailableError")
      assert.lengthOf(seen, 1_001)
    }).pipe(Effect.provide(Lists.layer(() => Effect.succeed({ entities: [], cursor: String(seen.length) }), seen)))
  })

  for (const [name, walk] of [
    [
      "listing",
      (options: Pagination.PagingOptions<typeof Row.Type>) =>
        Pagination.pageNumber(list({ pageSize: "2" }), Row, options)
    ],
    ["followed", (options: Pagination.PagingOptions<unknown>) => Pagination.follow(list({ pageSize: "2" }), options)]
  ] as const) {
    it.effect(`a total, a count and an address that are wrong cost one empty page: ${name}`, () => {
      const seen: Array<Lists.Asked> = []
      return Effect.gen(function* () {
        const { failed, rows } = yield* collect(walk({ lookAhead: 0 }))
        assert.include(failed, { _tag: "IncompleteError", reason: "Limit", rows: 4, total: 10_000 })
        assert.lengthOf(rows, 4)
        assert.lengthOf(seen, 3)
      }).pipe(
        Effect.provide(
          Lists.layer((asked) => {
            const page = Number(asked.params.get("pageNumber") ?? 1)
            const entities = page > 2 ? [] : Lists.rows(4).slice(2 * page - 2, 2 * page)
            const nextUri = `${asked.path}?pageSize=2&pageNumber=${page + 1}`
            return Effect.succeed({ entities, pageSize: 2, pageNumber: page, pageCount: 5_000, total: 10_000, nextUri })
          }, seen)
        )
      )
    })
  }

  it.effect.each([
    [3, "IncompleteError"],
    [4, "IncompleteError"],
    [5, undefined]
  ] as const)(
    "an empty page, number %s of 5, ends a list: if more than a page is missing, with an error",
    ([empty, tag]) =>
      Effect.gen(function* () {
        const { failed, rows } = yield* collect(Pagination.pageNumber(list({ pageSize: "2" }), Row, { lookAhead: 1 }))
        assert.strictEqual(failed?._tag, tag)
        assert.deepStrictEqual(ids(rows), ids(Lists.rows(10).slice(0, 2 * empty - 2)))
      }).pipe(
        Effect.provide(
          Lists.layer(({ params }) => {
            const page = Number(params.get("pageNumber") ?? 1)
            const entities = page === empty ? [] : Lists.rows(10).slice(2 * page - 2, 2 * page)
            return Effect.succeed({ entities, pageSize: 2, pageNumber: page, pageCount: 5, total: 10 })
          })
        )
      )
  )

  circling("the first page for every number", () => ({ entities: [{ id: "a" }], pageNumber: 1, pageCount: 9 }), 1)
})

describe("errors", () => {
  it.effect.prop(
    "of page N come after the rows of the pages before it",
    { bad: int(1, 6), lookAhead: int(0, 6) },
    ({ bad, lookAhead }) =>
      Effect.gen(function* () {
        const { failed, rows } = yield* collect(Pagination.pageNumber(list({ pageSize: "5" }), Row, { lookAhead }))
        assert.deepStrictEqual(ids(rows), ids(Lists.rows((bad - 1) * 5)))
        assert.strictEqual(failed?._tag, "PermissionError")
      }).pipe(
        Effect.provide(
          Lists.layer((asked) =>
            Number(asked.params.get("pageNumber") ?? 1) === bad
              ? Effect.succeed(403)
              : Lists.numbered(() => Lists.rows(30))(asked)
          )
        )
      ),
    { arbitrary: { runs: 30 } }
  )

  it.effect("a row of another shape is an error that says where", () =>
    Effect.gen(function* () {
      const { failed } = yield* collect(Pagination.pageNumber(list(), Row))
      assert.strictEqual(failed?._tag, "UnavailableError")
      assert.include(failed?.message, `["rows"][1]["id"]`)
    }).pipe(Effect.provide(Lists.layer(() => Effect.succeed({ entities: [{ id: "a" }, { id: 7 }] }))))
  )
})

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
