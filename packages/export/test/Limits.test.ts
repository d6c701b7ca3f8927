/** An organization that is larger than what Genesys gives in one list, query or job: its copy is whole all the same. */
import { assert, describe, it } from "@effect/vitest"
import * as Pagination from "@effect-genesys/client/Pagination"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import * as Exporter from "../src/Exporter.ts"
import type { Row } from "../src/Row.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const since = World.first
const refused = World.answered(400)

describe("an export", () => {
  it.effect("of an open day with more than a query gives is read in spans of time", () =>
    Effect.gen(function* () {
      const rows = new Map<string, Row>()
      yield* World.start
      yield* TestClock.adjust("20 hours")
      const { done, failed } = yield* Effect.provide(
        World.running(Exporter.conversations({ since, pageSize: 50 })),
        MemorySink.make(rows)
      )
      assert.deepStrictEqual([done.length, failed], [1, []])
      const before = Date.parse(`${since}T19:59:00Z`)
      const known = [...(yield* World.truth([since])).values()].filter(
        ({ conversationStart }) => Date.parse(conversationStart) < before
      )
      assert.isAbove(known.length, 500)
      for (const { conversationId } of known) assert.isTrue(rows.has(`conversations/${conversationId}`))
      assert.strictEqual(yield* refused, 0)
    }).pipe(
      Effect.provideService(Pagination.QueryLimit, 200),
      Effect.provide(World.layer({ conversationsPerHour: 30, queryLimit: 200 }))
    )
  )

  it.effect("of users keeps what Genesys lists, and the log says how many are missing", () =>
    Effect.gen(function* () {
      const rows = new Map<string, Row>()
      const logged: Array<string> = []
      const logger = Logger.make((line) => void logged.push(JSON.stringify(Logger.formatStructured.log(line))))
      yield* World.start
      const { done, failed } = yield* World.running(Exporter.users()).pipe(
        Effect.provide(MemorySink.make(rows)),
        Effect.provide(Logger.layer([logger]))
      )
      assert.deepStrictEqual([done.length, failed], [1, []])
      assert.isAbove(rows.size, 100)
      const warned = logged.filter((line) => line.includes("export.incomplete"))
      assert.lengthOf(warned, 1)
      assert.match(warned[0]!, /\d+ of \d+ are missing/)
    }).pipe(Effect.provide(World.layer({ users: 6_000, userListLimit: 100 })))
  )
})
