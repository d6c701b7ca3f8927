/** Each field that the official SDK names of a conversation is a column, a table, or left out with a reason. */
import { assert, describe, it } from "@effect/vitest"
import * as Kinds from "../src/Kinds.ts"
import type { Child, Main } from "../src/Layout.ts"
import { checkColumns, fieldsOf, modelOf } from "./Models.ts"

type Table = Pick<Main, "columns" | "children" | "leftOut">

const rootOf = (from: string | readonly [string, string]) => (typeof from === "string" ? from : from[0])

/** Fields of a model of which nothing is said; one that a column reads something within of is looked into. */
const untold = (
  model: string,
  { children = [], columns, leftOut = {} }: Table,
  within?: string
): ReadonlyArray<string> => {
  const froms = [...Object.values(columns), ...children].map(({ from }) => from)
  const own = (from: string | readonly [string, string]) =>
    within === undefined ? rootOf(from) : typeof from !== "string" && from[0] === within ? from[1] : ""
  const told = new Set([...froms.map(own), ...(within === undefined ? Object.keys(leftOut) : [])])
  const inner = new Set(froms.flatMap((from) => (within === undefined && typeof from !== "string" ? [from[0]] : [])))
  return [...fieldsOf(model)].flatMap(([name, type]) => {
    if (!told.has(name)) return [`${model}.${name}`]
    return inner.has(name) ? untold(modelOf(type), { children, columns, leftOut }, name) : []
  })
}

const modelWithin = (model: string, { from }: Child) => {
  const [outer, field] = typeof from === "string" ? [model, from] : [modelOf(fieldsOf(model).get(from[0])), from[1]]
  return modelOf(fieldsOf(outer).get(field))
}

const walk = (model: string, table: Table, key: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...untold(model, table).filter((field) => !key.includes(field)),
  ...(table.children ?? []).flatMap((child) =>
    child.entries === true ? [] : walk(modelWithin(model, child), child, [])
  )
]

describe("the columns of conversations", () => {
  const { key, table } = Kinds.conversations.layout
  const model = "AnalyticsConversation"

  it("are of all fields that the SDK names, but for those that are left out with a reason", () => {
    assert.deepStrictEqual(walk(model, table, [`${model}.${key}`]), [])
    // It would be seen.
    const { self_served: _, ...columns } = table.columns
    assert.deepStrictEqual(walk(model, { ...table, columns }, [`${model}.${key}`]), [
      "AnalyticsConversation.selfServed"
    ])
  })

  it("are read from fields that it has, in the type that it says, and nothing is left out that it has not", () => {
    const check = (name: string, { children = [], columns, leftOut = {} }: Table): void => {
      checkColumns(name, columns)
      for (const [field, why] of Object.entries(leftOut)) {
        assert.isTrue(fieldsOf(name).has(field), `${name}.${field}`)
        assert.isAbove(why.length, 20)
      }
      for (const child of children) if (!("entries" in child)) check(modelWithin(name, child), child)
    }
    check(model, table)
  })
})
