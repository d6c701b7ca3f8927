/** Recordings: what a copy has of them once their day is over, as they come late and are archived, and how many calls that takes. */
import { assert, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Row } from "../src/Row.ts"
import * as Tables from "../src/Tables.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const since = World.first
const kind = Kinds.recordings
const run = (options: Partial<Parameters<typeof kind.source>[0]> = {}) =>
  World.running(Exporter.run(kind, { since, ...options }))
const inOrder = <A>(found: ReadonlyArray<readonly [string, A]>) =>
  found.toSorted(([one], [other]) => (one < other ? -1 : 1))
const held = (rows: ReadonlyMap<string, Row>) => inOrder([...rows.values()].map(({ key, value }) => [key, value]))
const truth = (days: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { facts } = yield* Simulator
    const found = yield* Effect.forEach(days, (day) => facts("recordings", day))
    return inOrder(found.flat().map((row) => [String(row["id"]), row]))
  })
const asked = (path: RegExp) =>
  Effect.map(
    Simulator.use(({ journal }) => journal),
    ({ requests }) => requests.filter((one) => path.test(one.path)).length
  )
const metadata = /\/recordingmetadata$/
const world = (options: Parameters<typeof World.layer>[0] = {}) =>
  World.layer({ users: 20, conversationsPerHour: 6, rateLimit: { limit: 1_000_000 }, ...options })

it.effect(
  "a copy is as Genesys has it a day after the end of each day, with a call for each conversation that was recorded",
  () => {
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      yield* World.start
      const until = "1970-03-03"
      yield* TestClock.adjust("23 hours")
      // A day that is not over is not due, and nothing is behind because of it.
      const early = yield* run({ until })
      assert.deepStrictEqual([early.done, early.failed, early.pending], [[], [], 0])
      assert.strictEqual(kind.measure({ since, until }).lag({}, Date.parse(`${since}T23:00:00Z`), 0), 0)
      assert.strictEqual(yield* asked(metadata), 0)
      yield* TestClock.adjust("65 minutes")
      assert.deepStrictEqual((yield* run({ until })).failed, [])
      const first = held(rows)
      assert.isAbove(first.length, 20)
      assert.strictEqual(yield* asked(metadata), new Set(first.map(([, row]) => row["conversationId"])).size)
      // Some are on their way, some will be archived, and of some the conversation goes on.
      const there = yield* truth([since])
      assert.deepStrictEqual<unknown>(first, there)
      for (let day = 0; day < 3; day++) {
        yield* TestClock.adjust("1 day")
        assert.deepStrictEqual((yield* run({ until })).failed, [])
      }
      const all = yield* truth([since, "1970-03-02"])
      assert.deepStrictEqual<unknown>(held(rows), all)
      assert.notDeepEqual(
        all.filter(([id]) => first.some(([known]) => known === id)),
        first
      )
      const { children } = Tables.of(kind.layout)(
        [...rows.values()].find(({ value }) => {
          const { annotations } = value
          return Array.isArray(annotations) && annotations.length > 0
        })!
      )
      assert.deepInclude(children["recording_annotations"]?.[0], { type: "Hold", annotation: 0 })
      const calls = yield* asked(metadata)
      yield* TestClock.adjust("9 days")
      assert.deepStrictEqual((yield* run({ until })).done, [])
      assert.strictEqual(yield* asked(metadata), calls)
    }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(world()))
  },
  60_000
)

it.effect(
  "what a query does not give of a day is asked for by its halves; a conversation that is gone has none",
  () => {
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("26 hours")
      const { addFault } = yield* Simulator
      yield* addFault({ path: "/api/v2/conversations/", status: 404, times: 1 })
      assert.deepStrictEqual((yield* run({ until: "1970-03-02" })).failed, [])
      const missing = (yield* truth([since])).filter(([id]) => !rows.has(`recordings/${id}`))
      assert.strictEqual(new Set(missing.map(([, row]) => row["conversationId"])).size, 1)
      assert.isAbove(rows.size, 20)
      // The first is refused, and each half is one page.
      assert.strictEqual(yield* asked(/conversations\/details\/query$/), 3)
    }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(world({ queryLimit: 100 })))
  }
)

it.effect("the permission that is missing is named", () =>
  Effect.gen(function* () {
    yield* World.start
    yield* TestClock.adjust("26 hours")
    const { updateClient } = yield* Simulator
    const refused = (yield* run()).failed[0]?.error
    assert.strictEqual(refused?._tag, "PermissionError")
    assert.include(refused?.message, "recording:recording:view")
    yield* updateClient("few", {
      permissions: ["analytics:conversationDetail:view", "recording:recordingSegment:view"]
    })
    assert.deepStrictEqual((yield* run()).failed, [])
  }).pipe(
    Effect.provide(MemorySink.make(new Map())),
    Effect.provide(
      world({
        clients: [{ id: "few", secret: Redacted.make("s"), permissions: ["analytics:conversationDetail:view"] }]
      })
    )
  )
)
