/** Answers that nobody should give: they fail where they are, or cost what is odd in them, and no run after them. `PROVE=1`: each of a kind; else one. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { Entry } from "../src/Checkpoint.ts"
import * as Exporter from "../src/Exporter.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Partition from "../src/Partition.ts"
import { Sink } from "../src/Sink.ts"
import * as Files from "./Files.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const isProof = process.env["PROVE"] !== undefined
const since = World.first

/** Changes what Genesys answers, while it is not undefined. */
let spoil: ((url: string, text: string) => World.Changed) | undefined

const world = World.changed({ conversationsPerHour: 3, users: 5 }, (url, text) => spoil?.(url, text))

const both = Effect.gen(function* () {
  const conversations = yield* World.running(Exporter.conversations({ since }))
  const users = yield* World.running(Exporter.users())
  return { done: [...conversations.done, ...users.done], failed: [...conversations.failed, ...users.failed] }
})

const set = (how: typeof spoil) =>
  Effect.sync(() => {
    spoil = how
  })

/** So it is while something is done. */
const spoiling = <A, E, R>(how: NonNullable<typeof spoil>, effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    set(how),
    () => effect,
    () => set(undefined)
  )

const available = /"dataAvailabilityDate":"[^"]*"/

describe("an export", () => {
  for (const moment of ["+012000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "-000001-01-01T00:00:00.000Z"]) {
    it.effect.skipIf(!moment.startsWith("+") && !isProof)(
      `of which a day's job is of ${moment} fails of that day alone, and the next one is whole`,
      () =>
        Effect.gen(function* () {
          const directory = yield* Files.temporary
          yield* World.start
          yield* TestClock.adjust("30 hours")
          const run = Effect.provide(both, NdjsonSink.layer({ directory }))
          const { done, failed } = yield* spoiling(
            (url, text) =>
              url.includes("/results") ? { text: text.replace(available, `"dataAvailabilityDate":"${moment}"`) } : {},
            run
          )
          assert.lengthOf(done, 2)
          assert.deepStrictEqual(
            failed.map(({ error, partition }) => [Partition.nameOf(partition), error._tag]),
            [[`conversations/${since}`, "UnavailableError"]]
          )
          assert.match(failed[0]!.error.message, /has a dataAvailabilityDate that cannot be right/)
          assert.deepStrictEqual((yield* run).failed, [])
          assert.isAbove(Files.rows(directory, Files.conversations).size, 70)
        }).pipe(Effect.provide(world))
    )
  }

  it.effect("to which it is the year 12000 there fails, and the next one is whole", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      yield* World.start
      yield* TestClock.adjust("30 hours")
      yield* Effect.gen(function* () {
        const late = () => ({ date: "Sat, 01 Jan 12000 00:00:00 GMT" })
        const errors = [
          yield* spoiling(late, Effect.flip(World.running(Exporter.users()))),
          yield* spoiling(late, Effect.flip(World.running(Exporter.conversations({ since }))))
        ]
        for (const error of errors) {
          assert.include(error, { _tag: "UnavailableError", reason: "InvalidResponse" })
          assert.match(error.message, /has a Date header that cannot be right/)
        }
        assert.deepStrictEqual((yield* both).failed, [])
      }).pipe(Effect.provide(NdjsonSink.layer({ directory })))
      assert.isAbove(Files.rows(directory, Files.conversations).size, 70)
    }).pipe(Effect.provide(world))
  )

  it.effect("to which it was years later there leaves the copy as it is until then, which the next run says", () =>
    Effect.gen(function* () {
      yield* World.start
      const logged: Array<string> = []
      const logger = Logger.make((line) => void logged.push(JSON.stringify(Logger.formatStructured.log(line))))
      const warnings = () => logged.filter((line) => line.includes("export.future"))
      yield* Effect.gen(function* () {
        const users = World.running(Exporter.users())
        const late = () => ({ date: "Fri, 01 Jan 1971 00:00:00 GMT" })
        yield* spoiling(late, users)
        assert.deepStrictEqual(warnings(), [])
        yield* users
        assert.lengthOf(warnings(), 1)
        assert.match(warnings().join(), /users.*1971-01-01T00:00:00.000Z/)
      }).pipe(Effect.provide(MemorySink.make(new Map())), Effect.provide(Logger.layer([logger])))
    }).pipe(Effect.provide(world))
  )

  for (const [what, id] of [
    ["400,000 characters", "x".repeat(400_000)],
    ["a NUL in it", String.raw`c\u0000d`],
    ["half of a character in it", String.raw`c\ud800`]
  ] as const) {
    it.effect.skipIf(what.startsWith("a NUL") && !isProof)(`leaves out a row whose id has ${what}`, () =>
      Effect.gen(function* () {
        const directory = yield* Files.temporary
        yield* World.start
        yield* TestClock.adjust("30 hours")
        const { checkpoint, failed } = yield* spoiling(
          (url, text) =>
            url.includes("/results")
              ? {
                  text: text
                    .replace(/"conversationId":"[^"]*"/, `"conversationId":"${id}"`)
                    .replaceAll(/"conversationEnd":"[^"]*",/g, "")
                }
              : {},
          Effect.all({
            failed: Effect.map(both, (ended) => ended.failed),
            checkpoint: Sink.use((sink) => sink.checkpoint)
          }).pipe(Effect.provide(NdjsonSink.layer({ directory })))
        )
        assert.deepStrictEqual(failed, [])
        assert.include(checkpoint[`conversations/${since}`], { leftOut: 1 })
        assert.isBelow(JSON.stringify(checkpoint).length, 10_000)
      }).pipe(Effect.provide(world))
    )
  }

  it.effect("reads rows whose moments are anything, and that have not ended", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      const odd = `"aDate":{"toString":1},"bStart":12345678901234567890,"cEnd":[{"valueOf":null}],`
      yield* World.start
      yield* TestClock.adjust("30 hours")
      const { failed } = yield* spoiling(
        (url, text) =>
          url.includes("/results")
            ? {
                text: text
                  .replaceAll(/"conversationEnd":"[^"]*",/g, "")
                  .replaceAll('{"conversationId"', `{${odd}"conversationId"`)
              }
            : {},
        Effect.provide(both, NdjsonSink.layer({ directory }))
      )
      assert.deepStrictEqual(failed, [])
      const lines = Files.lines(`${directory}/conversations/${since}.ndjson`)
      assert.isAbove(lines.filter((line) => line.includes(odd)).length, 50)
    }).pipe(Effect.provide(world))
  )
})

describe("a directory", () => {
  it.effect("takes no checkpoint that is larger than what is read again", () =>
    Effect.gen(function* () {
      const directory = yield* Files.temporary
      const write = (open: Entry["open"] & {}) =>
        Sink.use((sink) =>
          sink.write({
            partition: Partition.ofDay(Kinds.conversations.layout, since),
            rows: Stream.empty,
            entry: Effect.succeed({ source: "job", asOf: 0, rows: 1, running: 1, open })
          })
        )
      yield* Effect.gen(function* () {
        yield* write({ c: "1" })
        const error = yield* Effect.flip(write({ ["c".repeat(65 * 1024 * 1024)]: "1" }))
        assert.strictEqual(error._tag, "SinkError")
        assert.match(error.message, /is too large to be read again/)
        const found = yield* Sink.use((sink) => sink.checkpoint)
        assert.deepStrictEqual(found[`conversations/${since}`]?.open, { c: "1" })
      }).pipe(Effect.provide(NdjsonSink.layer({ directory })))
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
