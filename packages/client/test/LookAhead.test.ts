/** Pages that are asked for before their rows are wanted. */
import { assert, describe, it } from "@effect/vitest"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Pagination from "../src/Pagination.ts"
import * as Lists from "./Lists.ts"
import { Row, ids, list, numbers, things } from "./Things.ts"

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

  for (const lookAhead of [Number.POSITIVE_INFINITY, Number.NaN, -1, 1.5, 101]) {
    it.effect(`is a whole number of at most 100 pages: ${lookAhead}`, () =>
      Effect.gen(function* () {
        const exit = yield* Effect.exit(Stream.runDrain(Pagination.pageNumber(list(size), Row, { lookAhead })))
        const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
        assert.instanceOf(error, ConfigurationError)
        assert.match(error.message, /^lookAhead is not valid: it must be a whole number of pages from 0 to 100/)
      }).pipe(Effect.provide(hundred().layer))
    )
  }

  it.effect("asks for no page past the last one, and waits for none with a fiber, however far ahead it may", () => {
    const { layer, seen } = hundred()
    let fibers = 0
    const counting = { recordFiberStart: () => fibers++, recordFiberEnd: () => undefined }
    return Effect.gen(function* () {
      const rows = yield* Stream.runCollect(Pagination.pageNumber(list(size), Row, { lookAhead: 100 }))
      assert.lengthOf(rows, 100)
      assert.deepStrictEqual(numbers(seen), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      assert.isAtMost(fibers, 50)
    }).pipe(Effect.provideService(Metric.FiberRuntimeMetrics, counting), Effect.provide(layer))
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
