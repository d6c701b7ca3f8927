/** What Genesys refuses of one day is no reason to leave out the others, and what waits for one keeps no other waiting. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Exporter from "../src/Exporter.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Day from "../src/Day.ts"
import * as Files from "./Files.ts"
import * as World from "./World.ts"

const isProof = process.env["PROVE"] !== undefined
const since = World.first
const run = World.running(Exporter.conversations({ since }))
const query = "/api/v2/analytics/conversations/details/query"
const jobs = "/api/v2/analytics/conversations/details/jobs"
const world = World.layer({ conversationsPerHour: 3 })
const nameOf = ({ partition }: { readonly partition: Exporter.Done["partition"] }) =>
  partition.day?.slice(8) ?? partition.kind.name

/** `PROVE=1`: each of these; else one that says what is wrong. */
const refusals: ReadonlyArray<readonly [string, object, string]> = [
  ...[400, 404, 409, 410, 413].map(
    (status) =>
      [
        String(status),
        { status },
        status === 404 ? "NotFoundError" : status === 409 ? "ConflictError" : "InvalidRequestError"
      ] as const
  ),
  ["an answer that cannot be read", { html: true }, "UnavailableError"]
]

describe("of an export,", () => {
  for (const [at, [what, fault, tag]] of refusals.entries()) {
    it.effect.skipIf(at > 0 && !isProof)(
      `a day that is refused with ${what} fails alone, and the others are read, again and again`,
      () =>
        Effect.gen(function* () {
          const sink = NdjsonSink.layer({ directory: yield* Files.temporary })
          const { addFault, clearFaults } = yield* Simulator
          yield* World.start
          yield* TestClock.adjust("78 hours")
          yield* addFault({ path: query, method: "POST", ...fault })
          const first = yield* Effect.provide(run, sink)
          assert.deepStrictEqual(first.done.map(nameOf).toSorted(), ["01", "02", "03"])
          assert.deepStrictEqual(
            first.failed.map((one) => [nameOf(one), one.error._tag]),
            [["04", tag]]
          )
          assert.strictEqual(first.pending, 0)
          yield* TestClock.adjust("6 hours")
          // What may have changed is read again, although the open day is refused as before.
          assert.includeMembers((yield* Effect.provide(run, sink)).done.map(nameOf), ["01", "02", "03"])
          yield* clearFaults
          yield* addFault({ path: jobs, method: "POST", times: 1, ...fault })
          yield* TestClock.adjust("6 hours")
          const third = yield* Effect.provide(run, sink)
          // A job that nobody can read the number of is submitted again.
          assert.lengthOf(third.failed, what.startsWith("an answer") ? third.failed.length : 1)
          assert.include(third.done.map(nameOf), "04")
          yield* TestClock.adjust("6 hours")
          assert.deepStrictEqual((yield* Effect.provide(run, sink)).failed, [])
        }).pipe(Effect.provide(world))
    )
  }

  it.effect("the open day waits for no job, and is read again while one is waited for", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      const { clearJournal, journal } = yield* Simulator
      yield* World.start
      yield* TestClock.adjust("30 hours")
      yield* clearJournal
      const { done, failed, pending } = yield* Effect.provide(
        World.running(Exporter.conversations({ since, openEvery: "2 minutes" }), "30 seconds", 5),
        NdjsonSink.layer({ directory })
      )
      assert.deepStrictEqual([done.map(nameOf).toSorted(), failed, pending], [["01", "02"], [], 0])
      const { requests } = yield* journal
      const queries = requests.filter(({ path }) => path === query)
      // An hour in the queue: one page at a time.
      assert.isAtLeast(queries.length, 5)
      const known = Files.rows(directory, Files.conversations)
      const soon = Date.parse(`${Day.of(Day.end(since))}T06:30:00Z`)
      const fresh = [...(yield* World.truth(["1970-03-02"])).values()].filter(
        ({ conversationStart }) => Date.parse(conversationStart) < soon
      )
      assert.isAbove(fresh.length, 10)
      for (const { conversationId } of fresh) assert.isTrue(known.has(conversationId), conversationId)
    }).pipe(Effect.provide(World.layer({ conversationsPerHour: 3, jobQueueTime: 3600 })))
  )

  const gateway = { status: 403, html: true }
  for (const [what, fault] of [
    ["a page of HTML with status 403", gateway],
    ["a page of HTML with status 200", { html: true }],
    ["status 405", { status: 405 }]
  ] as const) {
    it.effect.skipIf(fault !== gateway && !isProof)(
      `whose organization a gateway does not tell, with ${what}, all is read`,
      () =>
        Effect.gen(function* () {
          const sink = NdjsonSink.layer({ directory: yield* Files.temporary })
          yield* World.start
          yield* TestClock.adjust("30 hours")
          yield* Simulator.use(({ addFault }) => addFault({ path: "/api/v2/organizations/me", ...fault }))
          const { done, failed } = yield* Effect.provide(run, sink)
          assert.deepStrictEqual([done.map(nameOf).toSorted(), failed], [["01", "02"], []])
          assert.notProperty(done[0]!.entry, "org")
        }).pipe(Effect.provide(world))
    )
  }
})
