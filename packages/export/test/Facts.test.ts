/** The kinds of facts: what each of them says of itself, and that it is so. */
import { assert, describe, it } from "@effect/vitest"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Effect from "effect/Effect"
import * as Kinds from "../src/Kinds.ts"
import * as Layout from "../src/Layout.ts"
import { checkColumns, fieldsOf, modelOf } from "./Models.ts"

/** The model of a row in the official SDK, and what in it is ours. */
const models: Readonly<Record<Kinds.FactName, readonly [model: string, ours?: ReadonlyArray<string>] | undefined>> = {
  audits: ["AuditLogMessage"],
  evaluations: ["EvaluationResponse"],
  // Its rows are made of what it answers, which is in no such model.
  conversation_aggregates: undefined,
  surveys: ["Survey", ["surveyCreatedDate"]]
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
