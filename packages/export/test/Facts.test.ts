/** The kinds of facts: what each of them says of itself, and that it is so. */
import { assert, describe, it } from "@effect/vitest"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { DayRange } from "../src/DayRange.ts"
import * as Elsewhere from "../src/Elsewhere.ts"
import type { Kind } from "../src/Kind.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Layout from "../src/Layout.ts"
import type { Row } from "../src/Row.ts"
import type { Write } from "../src/Sink.ts"
import type { Source } from "../src/Source.ts"
import { Staging } from "../src/Staging.ts"
import * as FactsTruth from "./FactsTruth.ts"
import { checkColumns, fieldsOf, modelOf } from "./Models.ts"
import * as World from "./World.ts"

const kinds: { readonly [N in Kinds.FactName]: Kind<DayRange, GenesysClient> } = Kinds.facts

/** The model of a row in the official SDK, and what in it is ours. */
const models: Readonly<Record<Kinds.FactName, readonly [model: string, ours?: ReadonlyArray<string>] | undefined>> = {
  audits: ["AuditLogMessage"],
  evaluations: ["EvaluationResponse"],
  // Their rows are made of what is answered, which is in no such model.
  conversation_aggregates: undefined,
  user_aggregates: undefined,
  surveys: ["Survey", ["surveyCreatedDate"]],
  recordings: ["RecordingMetadata", ["conversationDay"]],
  user_status: ["AnalyticsUserDetail", ["day", "durationMs", "beganAt", "goesOn"]]
}

describe("each kind of facts", () => {
  it.effect("is what the official SDK says of its operations, column by column", () =>
    Effect.gen(function* () {
      const catalogue = yield* Catalogue
      for (const name of Kinds.factNames) {
        const { layout, told } = Kinds.facts[name]
        for (const operation of told.operations) assert.isNotEmpty(yield* catalogue.find(operation), operation)
        assert.deepStrictEqual(Layout.wrongNames(layout), [])
        // Whoever reads a table is told what its columns are.
        for (const [column, { doc }] of Object.entries(layout.table.columns)) assert.isDefined(doc, `${name}.${column}`)
        const known = models[name]
        if (known === undefined) continue
        const [model, ours] = known
        checkColumns(model, layout.table.columns, ours)
        const within = (outer: string, children: ReadonlyArray<Layout.Child> = []) => {
          for (const child of children) {
            const [first, second] = typeof child.from === "string" ? [child.from] : child.from
            const inner = [first, ...(second === undefined ? [] : [second])].reduce(
              (of, field) => modelOf(fieldsOf(of).get(field)),
              outer
            )
            checkColumns(inner, child.columns, ours)
            within(inner, child.children)
          }
        }
        within(model, layout.table.children)
      }
    }).pipe(Effect.provide(Catalogue.layer))
  )

  it("has a name that is known to whoever needs no more", () => {
    assert.deepStrictEqual(Object.keys(Kinds.facts).toSorted(), [...Kinds.factNames].toSorted())
  })
})

/** What another process of a fleet puts beside the sink. */
const put = (rows: Map<string, Row>) =>
  Layer.succeed(Staging, {
    checkpoint: Effect.succeed({}),
    put: Effect.fnUntraced(function* <E, R>(write: Write<E, R>) {
      for (const row of yield* Stream.runCollect(write.rows)) rows.set(row.key, row)
      yield* write.entry
      return { attempt: "1" }
    })
  })

it.effect(
  "days that are over are read by other processes of a fleet as by one; audits, one at a time, by one alone",
  () =>
    Effect.gen(function* () {
      yield* World.start
      yield* TestClock.adjust("26 hours")
      const { facts } = yield* Simulator
      for (const name of Kinds.factNames) {
        const rows = new Map<string, Row>()
        const source: Source = yield* kinds[name].source({ since: World.first })
        const org = yield* World.running(source.org)
        const asked = { partition: `${name}/${World.first}`, org, came: () => undefined }
        const staged = yield* World.running(Effect.provide(Elsewhere.read(source, asked), put(rows)))
        assert.strictEqual(Option.isSome(staged), name !== "audits", name)
        if (name === "audits") continue
        const there = FactsTruth.isSummed(name) ? 48 : (yield* facts(name, World.first)).length
        assert.isAbove(there, 0)
        assert.strictEqual(rows.size, there, name)
      }
    }).pipe(Effect.provide(World.layer({ users: 20, conversationsPerHour: 20, evaluations: 0.3 })))
)
