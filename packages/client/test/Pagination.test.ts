import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Pagination from "../src/Pagination.ts"
import * as Lists from "./Lists.ts"
import { Row, collect, ids, int, key, list, post, things } from "./Things.ts"

/** `PROVE=1`: some 40 lists of each kind; else 12 or more. */
const isProof = process.env["PROVE"] !== undefined

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
    { arbitrary: { runs: isProof ? 40 : 15 } }
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
    { arbitrary: { runs: isProof ? 40 : 15 } }
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
    { arbitrary: { runs: isProof ? 40 : 15 } }
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

  /** A page of rows for whatever is asked; the page is counted from 1. */
  const repeating = (
    name: string,
    rows: (page: number) => ReadonlyArray<unknown>,
    came: number,
    calls: number | undefined
  ) =>
    it.effect(`${name}: ${calls === undefined ? "all rows" : "an error after ten"}`, () => {
      const seen: Array<Lists.Asked> = []
      return Effect.gen(function* () {
        const { failed, rows: found } = yield* collect(Pagination.follow(list({ pageSize: "2" }), { lookAhead: 0 }))
        assert.lengthOf(found, came)
        assert.strictEqual(failed?._tag, calls === undefined ? undefined : "UnavailableError")
        if (calls !== undefined) {
          assert.match(failed?.message ?? "", /10 pages in a row have only rows that came before/)
          assert.lengthOf(seen, calls)
        }
      }).pipe(
        Effect.provide(
          Lists.layer(({ params }) => {
            const page = Number(params.get("pageNumber") ?? 1)
            return Effect.succeed({ entities: rows(page), pageNumber: page, pageSize: 2, pageCount: 100 })
          }, seen)
        )
      )
    })

  const two = [{ id: "a" }, { id: "b" }]
  repeating("the same rows, whatever number is asked for", () => two, 2, 11)
  repeating("the same rows, fewer than a page has", () => two.slice(1), 1, 11)
  repeating("the same rows in turn", (page) => (page % 2 === 0 ? two : two.toReversed()), 2, 11)
  repeating("the same rows, of which nobody knows which they are", () => [1, 2], 20, 11)
  /** Before the second page is read, so many rows came first that the next nine pages have what the first one had. */
  const shifted = (page: number) => {
    if (page > 50) return []
    return page <= 10 ? two : [{ id: `a${page}` }, { id: `b${page}` }]
  }
  repeating("rows that shifted by nine pages while they were read", shifted, 82, undefined)

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
    { arbitrary: { runs: isProof ? 30 : 12 } }
  )

  it.effect("a row of another shape is an error that says where", () =>
    Effect.gen(function* () {
      const { failed } = yield* collect(Pagination.pageNumber(list(), Row))
      assert.strictEqual(failed?._tag, "UnavailableError")
      assert.include(failed?.message, `["rows"][1]["id"]`)
    }).pipe(Effect.provide(Lists.layer(() => Effect.succeed({ entities: [{ id: "a" }, { id: 7 }] }))))
  )
})
