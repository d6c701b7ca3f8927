import { assert, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import * as FactsTable from "./FactsTable.ts"
import * as ListsTable from "./ListsTable.ts"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")

it("the README shows the sink of MemorySink.ts as it is, which a worker fills for a month in WorkerMonth.test.ts", () => {
  const [, sink = ""] = /\/\/ #region sink\n([^]*?)\/\/ #endregion/.exec(read("MemorySink.ts")) ?? []
  assert.include(read("../README.md"), `\`\`\`ts\n${sink}\`\`\``)
  assert.isAtMost(sink.split("\n").length, 27)
})

const cells = (text: string) =>
  text.split("\n").map((line) => line.split("|").map((cell) => cell.replaceAll(/\s|-+/g, "")))

it.each([
  ["lists", ListsTable.table()],
  ["facts", FactsTable.table()]
])("the README has the table of the %s; npm run schemas writes it", (name, table) => {
  const [, shown = ""] = read("../README.md").split(new RegExp(`<!-- /?${name} -->`))
  assert.deepStrictEqual(cells(shown.trim()), cells(table))
})
