/** Conversations that go on for weeks: they cost little, are not forgotten, and are named. `PROVE=1`: of 24 days; else of thirteen. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import * as Day from "../src/Day.ts"
import * as Exporter from "../src/Exporter.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as Plan from "../src/Plan.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const isProof = process.env["PROVE"] !== undefined
const since = World.first
const until = Day.of(Day.start(since) + (isProof ? 24 : 13) * 86_400_000)
const run = World.running(Exporter.conversations({ since, until }))
const details = "/api/v2/analytics/conversations/details"
const asked = Effect.map(
  Simulator.use(({ journal }) => journal),
  ({ requests }) => ({
    jobs: requests.filter(({ method, path }) => method === "POST" && path === `${details}/jobs`).length,
    byIds: requests.filter(({ method, path }) => method === "GET" && path === details).length
  })
)

describe("conversations that do not end", () => {
  it.effect("are asked for by their ids, and their days ever more rarely; what they become at last is there", () =>
    Effect.gen(function* () {
      const rows = new Map<string, Row>()
      const logged: Array<string> = []
      const logger = Logger.make((line) => void logged.push(JSON.stringify(Logger.formatStructured.log(line))))
      const { clearJournal } = yield* Simulator
      yield* World.start
      yield* TestClock.adjust("25 days")
      yield* Effect.gen(function* () {
        assert.deepStrictEqual((yield* run).failed, [])
        const { checkpoint } = yield* Sink
        const early = Plan.unended(yield* checkpoint, 5 * 86_400_000)
        // Of several days that were over long ago.
        assert.isAbove(early.length, 5)
        assert.match(early[0]!.ids[0]!, /^[0-9a-f-]{36}$/)
        const warned = logged.filter((line) => line.includes("export.unended"))
        assert.strictEqual(warned.length, early.length)
        assert.include(warned.join(), early[0]!.ids[0]!)

        yield* clearJournal
        // A day of runs every four hours, while the last days are read again, of course.
        let runs = 0
        for (; runs < 6; runs++) {
          yield* TestClock.adjust("4 hours")
          assert.deepStrictEqual((yield* run).failed, [])
        }
        const { byIds, jobs } = yield* asked
        assert.isAbove(byIds, 0)
        assert.isAtMost(byIds, runs * 3)
        assert.isAtMost(jobs, runs * 5 + early.length)

        for (const days of [20, 20, 30, 6, 6, 6]) {
          yield* TestClock.adjust(`${days} days`)
          assert.deepStrictEqual((yield* run).failed, [])
        }
        assert.deepStrictEqual(Plan.unended(yield* checkpoint, 0), [])
        const found = new Map([...rows.values()].map(({ key, value }) => [key, value]))
        assert.deepStrictEqual(found, yield* World.truth(Day.range(since, until)))
        yield* clearJournal
        yield* TestClock.adjust("1 day")
        assert.deepStrictEqual((yield* run).done, [])
      }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(Logger.layer([logger])))
    }).pipe(Effect.provide(World.layer({ conversationsPerHour: isProof ? 12 : 14, longestConversation: 38 * 86_400 })))
  )
})

describe("a day of which very many do not end", () => {
  const perHour = isProof ? 12 : 5
  /** Genesys, but nothing has ended, or but a few. */
  let hasOneEnded = false
  const endless = (url: string, text: string) => {
    let place = 0
    const changed = () =>
      text.replaceAll(/"conversationEnd":"[^"]*",/g, (all) => (hasOneEnded && ++place % 100 === 1 ? all : ""))
    return url.includes("/results") ? { text: changed() } : undefined
  }

  it.effect("is read ever more rarely as well, until one ends, and the first hundred are named", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const logger = Logger.make((line) => void logged.push(JSON.stringify(Logger.formatStructured.log(line))))
      yield* World.start
      yield* TestClock.adjust("7 days")
      const day = World.running(Exporter.conversations({ since, until: Day.of(Day.end(since)) }))
      const readings = (times: number) =>
        Effect.gen(function* () {
          let count = 0
          for (let reading = 0; reading < times; reading++) {
            yield* TestClock.adjust("1 hour")
            const { done, failed } = yield* day
            assert.deepStrictEqual(failed, [])
            count += done.length
          }
          return count
        })
      yield* Effect.gen(function* () {
        // Six days after its end, and so each six hours.
        assert.isAtMost(yield* readings(24), 5)
        const { checkpoint } = yield* Sink
        const entry = (yield* checkpoint)[`conversations/${since}`]!
        assert.deepInclude(entry, { rows: 24 * perHour, running: 24 * perHour })
        assert.notProperty(entry, "endedAt")
        const told = logged.find((line) => line.includes("export.unended"))
        assert.lengthOf(/"ids":"([^"]*)"/.exec(told!)![1]!.split(" "), 100)
        const [unended] = Plan.unended(yield* checkpoint, 5 * 86_400_000)
        assert.strictEqual(unended!.conversations, 24 * perHour)

        hasOneEnded = true
        yield* readings(8)
        assert.property((yield* checkpoint)[`conversations/${since}`]!, "endedAt")
        // Each time again, as of any day in which one has ended.
        assert.isAtLeast(yield* readings(6), 5)
      }).pipe(Effect.provide(MemorySink.make(new Map())), Effect.provide(Logger.layer([logger])))
    }).pipe(Effect.provide(World.changed({ conversationsPerHour: perHour }, endless)))
  )
})

describe("a row without a start", () => {
  /** Genesys, but for the starts of some. */
  const odd = (url: string, text: string) => {
    let place = 0
    const changed = () => text.replaceAll(/"conversationStart":"[^"]*",/g, (all) => (place++ % 9 === 0 ? "" : all))
    return url.includes("/results") ? { text: changed() } : undefined
  }

  it.effect("is left out, counted, and told of", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const logger = Logger.make((line) => void logged.push(JSON.stringify(Logger.formatStructured.log(line))))
      yield* World.start
      yield* TestClock.adjust("9 days")
      const { done } = yield* World.running(Exporter.conversations({ since, until: Day.of(Day.end(since)) })).pipe(
        Effect.provide(MemorySink.make(new Map())),
        Effect.provide(Logger.layer([logger]))
      )
      // Each ninth of 72.
      assert.deepInclude(done[0]!.entry, { rows: 64, leftOut: 8 })
      const warned = logged.filter((line) => line.includes("export.left_out"))
      assert.lengthOf(warned, 1)
      assert.match(warned[0]!, /without a conversationStart were left out.*"rows":8/)
    }).pipe(Effect.provide(World.changed({ conversationsPerHour: 3 }, odd)))
  )
})
