import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { ConversationDetails } from "../src/ConversationDetails.ts"
import { Usage } from "../src/Usage.ts"
import * as Stack from "./Stack.ts"

/** `PROVE=1`: each status of a cursor that has expired, and a day of 1,440 conversations everywhere; else one status, and 240 where more show nothing more. */
const isProof = process.env["PROVE"] !== undefined
const few = isProof ? {} : { conversationsPerHour: 10 }
const day = "1970-02-01"
const interval = `${day}T00:00:00.000Z/1970-02-02T00:00:00.000Z`
const sixtyDays = TestClock.adjust("60 days")
const jobs = "/api/v2/analytics/conversations/details/jobs"

const truth = Effect.map(
  Stream.runCollect(Stream.unwrap(Simulator.use((simulator) => Effect.succeed(simulator.truth(day))))),
  (rows) => rows.map(({ conversationId }) => conversationId).toSorted()
)
/** The calls of jobs, such as `GET status`. */
const calls = Effect.map(
  Simulator.use((simulator) => simulator.journal),
  ({ requests }) =>
    requests
      .filter(({ path }) => path.startsWith(jobs))
      .map(({ method, path }) => `${method} ${path === jobs ? "jobs" : path.endsWith("/results") ? "results" : "job"}`)
)
const fault = (options: Parameters<Simulator["Service"]["addFault"]>[0]) =>
  Simulator.use((simulator) => simulator.addFault(options))

/** Runs while the clock moves. */
const running = <A, E, R>(effect: Effect.Effect<A, E, R>, span: Duration.Input = "5 minutes") =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.timed(effect), { startImmediately: true })
    yield* TestClock.adjust(span)
    const [took, result] = yield* Fiber.join(fiber)
    return { seconds: Duration.toSeconds(took), result }
  })

describe("queries", () => {
  it.effect("all pages of a day are what the simulator has, each once", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { queryAll } = yield* ConversationDetails
      const found = yield* Stream.runCollect(queryAll({ interval, lookAhead: 3 }))
      assert.deepStrictEqual(found.map(({ conversationId }) => conversationId).toSorted(), yield* truth)
      const [first] = found
      assert.isDefined(first?.participants?.[0]?.sessions?.[0]?.segments?.[0]?.segmentStart)
      assert.isNumber(first?.participants?.[1]?.sessions?.[0]?.metrics?.[0]?.value)
    }).pipe(Effect.provide(Stack.layer(few)))
  )

  it.effect("filters and aggregations", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { query, queryAll } = yield* ConversationDetails
      const voice = queryAll({
        interval,
        segmentFilters: [{ type: "and", predicates: [{ type: "dimension", dimension: "mediaType", value: "voice" }] }]
      })
      const found = yield* Stream.runCollect(voice)
      const media = found.map(({ participants = [] }) => participants.flatMap(({ sessions = [] }) => sessions))
      assert.isAbove(found.length, 0)
      // A callback has other sessions beside those of its calls.
      assert.isTrue(media.every((sessions) => sessions.some(({ mediaType }) => mediaType === "voice")))
      const page = yield* query({ interval, aggregations: [{ type: "termFrequency", dimension: "mediaType" }] })
      assert.strictEqual(page.aggregations[0]?.results.find(({ value }) => value === "voice")?.count, found.length)
    }).pipe(Effect.provide(Stack.layer(few)))
  )

  it.effect("raw rows keep every field", () =>
    Effect.gen(function* () {
      const row = { conversationId: "c", conversationStart: "1970-01-01T00:00:00Z", brandNew: [null, { a: 1 }] }
      yield* fault({ path: "/api/", status: 200, body: { conversations: [row, row], totalHits: 2 } })
      const { queryAll, queryAllRaw } = yield* ConversationDetails
      assert.deepStrictEqual(yield* Stream.runCollect(queryAllRaw({ interval })), [row])
      const [typed] = yield* Stream.runCollect(queryAll({ interval }))
      assert.deepStrictEqual(Object.keys(typed!), ["conversationId", "conversationStart"])
    }).pipe(Effect.provide(Stack.layer()))
  )
})

it.effect("an interval that does not exist is refused before anything is sent", () =>
  Effect.gen(function* () {
    const details = yield* ConversationDetails
    const usage = yield* Usage
    for (const wrong of [
      "2025-02-30T00:00Z/2025-03-10T00:00Z",
      "2025-02-01T00:00:00.000Z/2025-02-29T00:00:00.000Z",
      "2025-04-31/2025-05-02",
      "2025-03-10T00:00Z/2025-03-09T00:00Z",
      "2025-03-10",
      ""
    ]) {
      const asked: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string; readonly message: string }>> = [
        details.query({ interval: wrong }),
        Stream.runDrain(details.queryAll({ interval: wrong })),
        Stream.runDrain(details.queryAllRaw({ interval: wrong })),
        details.submit({ interval: wrong }),
        Stream.runDrain(details.export({ interval: wrong })),
        Stream.runDrain(details.exportPages({ interval: wrong })),
        usage.query({ interval: wrong })
      ]
      for (const call of asked) {
        const error = yield* Effect.flip(call)
        assert.strictEqual(error._tag, "InvalidRequestError", wrong)
        assert.match(error.message, /was not sent: the interval .* is none\. Write two moments that exist/)
      }
    }
    assert.lengthOf((yield* Simulator.use(({ journal }) => journal)).requests, 0)
  }).pipe(Effect.provide(Stack.layer()))
)

describe("jobs", () => {
  it.effect("by hand: submit, status, results, cancel; availability", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { availability, cancel, results, status, submit } = yield* ConversationDetails
      const jobId = yield* submit({ interval, startOfDayIntervalMatching: true })
      assert.strictEqual((yield* status(jobId)).state, "QUEUED")
      assert.strictEqual((yield* Effect.flip(Stream.runDrain(results(jobId))))._tag, "ConflictError")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* status(jobId)).state, "FULFILLED")
      const found = yield* Stream.runCollect(results(jobId, { pageSize: 100 }))
      assert.deepStrictEqual(found.map(({ conversationId }) => conversationId).toSorted(), yield* truth)
      yield* cancel(jobId)
      assert.strictEqual((yield* Effect.flip(status(jobId)))._tag, "NotFoundError")
      const now = yield* DateTime.now
      assert.isTrue(DateTime.isLessThan(yield* availability, now))
    }).pipe(Effect.provide(Stack.layer(few)))
  )

  it.effect("an export: submitted, asked for with growing pauses, read, deleted", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { export: exported } = yield* ConversationDetails
      const stream = exported({ interval, startOfDayIntervalMatching: true, pageSize: 500 })
      assert.deepStrictEqual(yield* calls, [])
      const { result, seconds } = yield* running(Stream.runCollect(stream))
      assert.deepStrictEqual(result.map(({ conversationId }) => conversationId).toSorted(), yield* truth)
      // Asked at 0, 1, 2.5, 4.75, 8.125 and 13.1875 s; it is done after 12.
      assert.closeTo(seconds, 13.1875, 0.01)
      assert.deepStrictEqual(yield* calls, [
        "POST jobs",
        ...Array.from({ length: 6 }, () => "GET job"),
        ...Array.from({ length: 3 }, () => "GET results"),
        "DELETE job"
      ])
    }).pipe(Effect.provide(Stack.layer({ rateLimit: "off" })))
  )

  it.effect("an export that is interrupted while it waits, or left while it is read, deletes its job", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { export: exported } = yield* ConversationDetails
      const stream = exported({ interval, pageSize: 100 })
      const fiber = yield* Effect.forkChild(Stream.runDrain(stream), { startImmediately: true })
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* calls).at(-1), "DELETE job")
      yield* Simulator.use((simulator) => simulator.clearJournal)
      const { result } = yield* running(Stream.runCollect(Stream.take(stream, 7)))
      assert.lengthOf(result, 7)
      assert.strictEqual((yield* calls).at(-1), "DELETE job")
    }).pipe(Effect.provide(Stack.layer(few)))
  )

  it.effect("a job that failed is a JobError that says what to do, and is deleted", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { export: exported } = yield* ConversationDetails
      const { result } = yield* running(Effect.flip(Stream.runDrain(exported({ interval }))))
      assert.strictEqual(result._tag, "JobError")
      assert.include(result, { state: "FAILED", errorMessage: "The job failed. Submit it again." })
      assert.include(result.message, "shorter interval")
      assert.strictEqual((yield* calls).at(-1), "DELETE job")
    }).pipe(Effect.provide(Stack.layer({ jobFailures: 1 })))
  )

  it.effect("a job that somebody cancels, and one that takes too long", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { cancel, export: exported } = yield* ConversationDetails
      const fiber = yield* Effect.forkChild(Effect.flip(Stream.runDrain(exported({ interval }))), {
        startImmediately: true
      })
      yield* TestClock.adjust("1 second")
      const { requests } = yield* Simulator.use((simulator) => simulator.journal)
      yield* cancel(requests.at(-1)!.path.split("/").at(-1)!)
      yield* TestClock.adjust("1 minute")
      assert.include(yield* Fiber.join(fiber), { _tag: "JobError", state: "CANCELLED" })
      const late = yield* running(Effect.flip(Stream.runDrain(exported({ interval, timeout: "8 seconds" }))))
      assert.include(late.result, { _tag: "JobError", state: "TIMED_OUT" })
      assert.strictEqual((yield* calls).at(-1), "DELETE job")
    }).pipe(Effect.provide(Stack.layer()))
  )

  it.effect("a job that is not found at first is waited for, and no other one is submitted", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { export: exported } = yield* ConversationDetails
      const { result } = yield* running(Stream.runCount(exported({ interval, startOfDayIntervalMatching: true })))
      assert.strictEqual(result, (yield* truth).length)
      const posts = (yield* calls).filter((call) => call === "POST jobs")
      assert.lengthOf(posts, 1)
    }).pipe(Effect.provide(Stack.layer({ ...few, jobAppearsAfter: 9 })))
  )

  it.effect("a job that is never found counts as cancelled, after half a minute", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { export: exported } = yield* ConversationDetails
      const { result, seconds } = yield* running(Effect.flip(Stream.runDrain(exported({ interval }))))
      assert.include(result, { _tag: "JobError", state: "CANCELLED" })
      assert.isTrue(seconds >= 30 && seconds < 60, `${seconds}`)
    }).pipe(Effect.provide(Stack.layer({ jobAppearsAfter: 3600 })))
  )

  it.effect("a job that Genesys does not begin with is told from one that it works at for too long", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { export: exported } = yield* ConversationDetails
      const waited = (options: { readonly queueTimeout?: Duration.Input; readonly timeout?: Duration.Input }) =>
        running(Effect.flip(Stream.runDrain(exported({ interval, ...options }))), "9 hours")
      const queued = yield* waited({})
      assert.include(queued.result, { _tag: "JobError", state: "NOT_STARTED" })
      assert.strictEqual(queued.seconds, 4 * 3600)
      assert.match(queued.result.message, /queue .* queueTimeout; a shorter interval would wait as long/)
      const worked = yield* waited({ queueTimeout: "6 hours" })
      assert.include(worked.result, { _tag: "JobError", state: "TIMED_OUT" })
      assert.closeTo(worked.seconds, 7 * 3600, 60)
    }).pipe(Effect.provide(Stack.layer({ jobQueueTime: 5 * 3600, jobRunTime: 3 * 3600 })))
  )

  for (const cursorExpiredStatus of [400, 404, 410] as const) {
    it.effect.skipIf(cursorExpiredStatus !== 410 && !isProof)(
      `a cursor that has expired (${cursorExpiredStatus}) is a JobError that says so, also of raw pages`,
      () =>
        Effect.gen(function* () {
          yield* sixtyDays
          const { export: exported, exportPages } = yield* ConversationDetails
          const slowly = <A, E, R>(stream: Stream.Stream<A, E, R>) =>
            stream.pipe(
              Stream.chunks,
              Stream.runForEach(() => Effect.sleep("40 seconds")),
              Effect.flip
            )
          const options = { interval, pageSize: 500, lookAhead: 0 }
          for (const { result } of [
            yield* running(slowly(exported(options))),
            yield* running(slowly(exportPages(options)))
          ]) {
            assert.include(result, { _tag: "JobError", state: "EXPIRED" })
            assert.include(result.message, "The cursor has expired")
          }
        }).pipe(Effect.provide(Stack.layer({ cursorLifetime: 30, cursorExpiredStatus })))
    )
  }

  it.effect("more results than Genesys gives of a job are a JobError that asks for a shorter interval", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { export: exported, exportPages } = yield* ConversationDetails
      const drained = [Stream.runDrain(exported({ interval })), Stream.runDrain(exportPages({ interval }))]
      for (const drain of drained) {
        const { result } = yield* running(Effect.flip(drain))
        assert.include(result, { _tag: "JobError", state: "TOO_LARGE" })
        assert.match(result.message, /may not exceed 1000 results.* Ask for a shorter interval/)
      }
    }).pipe(Effect.provide(Stack.layer({ jobResultsLimit: 1000 })))
  )

  it.effect("a job that expires while it is read: the rows that came, then a JobError, and no other job", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { export: exported } = yield* ConversationDetails
      let rows = 0
      const reading = exported({ interval, pageSize: 100, lookAhead: 0 }).pipe(
        Stream.chunks,
        Stream.runForEach((page) =>
          Effect.delay(
            Effect.sync(() => void (rows += page.length)),
            "40 seconds"
          )
        ),
        Effect.flip
      )
      const { result } = yield* running(reading)
      assert.include(result, { _tag: "JobError", state: "EXPIRED" })
      assert.strictEqual(rows, 300)
      assert.lengthOf(
        (yield* calls).filter((call) => call === "POST jobs"),
        1
      )
    }).pipe(Effect.provide(Stack.layer({ jobLifetime: 100 })))
  )

  it.effect("a submission whose answer got lost is made again; by hand it is not", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { export: exported, submit } = yield* ConversationDetails
      yield* fault({ path: jobs, method: "POST", times: 1, resetAfter: 0 })
      assert.strictEqual((yield* Effect.flip(submit({ interval })))._tag, "UnavailableError")
      yield* Simulator.use((simulator) => simulator.clearJournal)
      yield* fault({ path: jobs, method: "POST", times: 1, resetAfter: 0 })
      const { result } = yield* running(Stream.runCount(exported({ interval })))
      assert.isAbove(result, 0)
      assert.lengthOf(
        (yield* calls).filter((call) => call === "POST jobs"),
        2
      )
    }).pipe(Effect.provide(Stack.layer(few)))
  )

  it.effect("results outlive their token", () =>
    Effect.gen(function* () {
      yield* sixtyDays
      const { export: exported } = yield* ConversationDetails
      const slow = exported({ interval, pageSize: 100 }).pipe(
        Stream.chunks,
        Stream.mapEffect((page) => Effect.as(Effect.sleep("4 minutes"), page.length)),
        Stream.runFold(
          () => 0,
          (sum, size) => sum + size
        )
      )
      const { result } = yield* running(slow, "3 hours")
      assert.isAbove(result, 1_400)
      const { answers, tokensIssued } = yield* Simulator.use((simulator) => simulator.journal)
      assert.isAbove(tokensIssued, 12)
      assert.notProperty(answers, "401")
    }).pipe(Effect.provide(Stack.layer({ tokenLifetime: 300 })))
  )
})
