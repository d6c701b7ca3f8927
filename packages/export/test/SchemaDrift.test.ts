/** What Genesys sends that is not known here is told of, stops nothing, and is in the raw rows. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as SchemaDrift from "../src/SchemaDrift.ts"
import * as Files from "./Files.ts"
import * as World from "./World.ts"

const day = World.first

/** An export of a day, of which the answers are changed. */
const exported = (change: (text: string) => string) =>
  Effect.gen(function* () {
    const directory = yield* Files.temporary
    const state = SchemaDrift.make()
    const logged: Array<string> = []
    const logger = Logger.make((line) => void logged.push(JSON.stringify(Logger.formatStructured.log(line))))
    yield* World.start
    yield* TestClock.adjust("30 hours")
    const run = Effect.flatMap(Kinds.conversations.source({ since: day, until: "1970-03-02" }), (source) =>
      World.running(Exporter.runOnce(SchemaDrift.watched(source, state)), "2 seconds", 1)
    )
    const { failed } = yield* run.pipe(
      Effect.provide(Layer.fresh(NdjsonSink.layer({ directory }))),
      Effect.provide(Logger.layer([logger])),
      Effect.provide(
        World.changed({ conversationsPerHour: 3, stories: { attributes: 1 } }, (url, text) =>
          url.includes("/results") ? { text: change(text) } : undefined
        )
      )
    )
    assert.deepStrictEqual(failed, [])
    return {
      drift: yield* state.current,
      lines: Files.lines(`${directory}/conversations/${day}.ndjson`),
      warnings: logged.filter((line) => line.includes("export.drift"))
    }
  }).pipe(Effect.provide(NodeServices.layer))

describe("an export", () => {
  it.effect("of what the simulator sends has nothing to tell", () =>
    Effect.gen(function* () {
      const { drift, lines } = yield* exported((text) => text)
      assert.isAbove(lines.length, 50)
      assert.deepStrictEqual(drift, [])
    })
  )

  it.effect("tells of each new field, value and type once, with its table, and loses none of them", () =>
    Effect.gen(function* () {
      const { drift, lines, warnings } = yield* exported((text) =>
        text
          .replaceAll('"conversationStart":', '"hologram":{"a":1},"conversationStart":')
          .replaceAll('"mediaType":"voice"', '"mediaType":"telepathy"')
          .replaceAll(/"conference":(?:true|false)/g, '"conference":"maybe"')
          .replaceAll(/"flowId":"[^"]*"/g, '"flowId":["x"],"flowMood":"fine"')
          .replaceAll(/"requestedRoutings":\[[^\]]*\]/g, '"requestedRoutings":{"a":1}')
          .replaceAll(/"conversationEnd":"[^"]*"/g, '"conversationEnd":"soon"')
      )
      const known = drift.map(({ times, ...one }) => {
        assert.isAbove(times, 5, one.field)
        return one
      })
      assert.sameDeepMembers(known, [
        { table: "conversations", field: "hologram", what: "field", came: "object" },
        { table: "conversations", field: "conversationEnd", what: "type", came: "string", instead: "moment" },
        { table: "sessions", field: "mediaType", what: "value", came: "telepathy" },
        { table: "sessions", field: "flow.flowId", what: "type", came: "array", instead: "text" },
        { table: "sessions", field: "flow.flowMood", what: "field", came: "string" },
        { table: "sessions", field: "requestedRoutings", what: "type", came: "object", instead: "texts" },
        { table: "segments", field: "conference", what: "type", came: "string", instead: "flag" }
      ])
      assert.lengthOf(warnings, known.length)
      assert.isAbove(lines.length, 50)
      for (const line of lines) assert.include(line, '"hologram":{"a":1}')
      const all = lines.join("\n")
      for (const part of [
        '"telepathy"',
        '"conference":"maybe"',
        '"flowId":["x"],"flowMood":"fine"',
        '"conversationEnd":"soon"'
      ])
        assert.include(all, part)
    })
  )

  it("remembers no more than a hundred, and no more than the beginning of a long name", () => {
    const state = SchemaDrift.make()
    for (let number = 0; number < 150; number++)
      state.note({ table: "t", field: `${number} ${"x".repeat(1_000)}`, what: "field", came: "string" })
    const found = Effect.runSync(state.current)
    assert.lengthOf(found, 100)
    assert.isBelow(JSON.stringify(found).length, 20_000)
  })
})
