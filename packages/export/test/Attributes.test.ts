/** The attributes of participants, which jobs alone tell: a copy gets them when a day is over, and never loses them again. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Row } from "../src/Row.ts"
import * as Tables from "../src/Tables.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const since = World.first
const Found = Schema.Struct({
  conversations: Schema.Array(
    Schema.StructWithRest(
      Schema.Struct({
        participants: Schema.Array(
          Schema.StructWithRest(Schema.Struct({ participantId: Schema.String }), [
            Schema.Record(Schema.String, Schema.Unknown)
          ])
        )
      }),
      [Schema.Record(Schema.String, Schema.Unknown)]
    )
  )
})
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Found))

/** As Genesys does: the results of a job have attributes, those of a query and by id have none. */
const told = (url: string, text: string) => {
  if (!/\/jobs\/[^/]+\/results$/.test(url) || !text.includes("participants")) return undefined
  const { conversations, ...page } = decode(text)
  const all = conversations.map(({ participants, ...row }) =>
    Object.assign(row, {
      participants: participants.map((one) =>
        Object.assign({}, one, { attributes: { vip: "yes", case: one.participantId, tries: 2 } })
      )
    })
  )
  return { text: JSON.stringify({ ...page, conversations: all }) }
}

const attributesOf = (rows: ReadonlyMap<string, Row>) =>
  [...rows.values()].flatMap(
    (row) => Tables.of(Kinds.conversations.layout)(row).children["participant_attributes"] ?? []
  )
const participantsOf = (rows: ReadonlyMap<string, Row>) =>
  [...rows.values()].flatMap((row) => Tables.of(Kinds.conversations.layout)(row).children["participants"] ?? [])

it.effect(
  "a day that was read by a query gets them from its jobs, and keeps them, also if time goes back there",
  () => {
    const rows = new Map<string, Row>()
    let available: string | undefined
    const run = World.running(Exporter.conversations({ since, until: "1970-03-02" }), "10 seconds")
    const world = World.changed({ conversationsPerHour: 3 }, (url, text) =>
      url.endsWith("/jobs/availability") && available !== undefined
        ? { text: JSON.stringify({ dataAvailabilityDate: available }) }
        : told(url, text)
    )
    return Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("20 hours")
      assert.deepStrictEqual(
        (yield* run).done.map(({ entry }) => entry.source),
        ["query"]
      )
      assert.isAbove(rows.size, 40)
      assert.deepStrictEqual(attributesOf(rows), [])
      yield* TestClock.adjust("8 hours")
      assert.deepStrictEqual(
        (yield* run).done.map(({ entry }) => entry.source),
        ["job"]
      )
      const all = attributesOf(rows)
      assert.lengthOf(all, 3 * participantsOf(rows).length)
      const [first] = participantsOf(rows)
      assert.deepStrictEqual(
        all.slice(0, 3).map((one) => [one["attribute"], one["name"], one["value"]]),
        [
          [0, "case", first?.["participant_id"]],
          [1, "tries", "2"],
          [2, "vip", "yes"]
        ]
      )
      available = `${since}T22:00:00.000Z`
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual((yield* run).done, [])
      available = undefined
      yield* TestClock.adjust("6 days")
      yield* run
      assert.deepStrictEqual(attributesOf(rows).length, 3 * participantsOf(rows).length)
    }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(world))
  }
)
