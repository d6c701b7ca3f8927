/** Writes `schemas/*.json`, and the tables of lists and facts in the README, anew. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import * as JsonSchemas from "../src/JsonSchemas.ts"
import * as FactsTable from "./FactsTable.ts"
import * as ListsTable from "./ListsTable.ts"

const folder = new URL("../schemas/", import.meta.url)
mkdirSync(folder, { recursive: true })
for (const [name, document] of Object.entries(JsonSchemas.all)) {
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(document, null, 2)}\n`)
}

const readme = new URL("../README.md", import.meta.url)
for (const [name, table] of [
  ["lists", ListsTable.table()],
  ["facts", FactsTable.table()]
] as const) {
  const [before, , after] = readFileSync(readme, "utf8").split(new RegExp(`<!-- /?${name} -->`))
  writeFileSync(readme, `${before}<!-- ${name} -->\n\n${table}\n\n<!-- /${name} -->${after}`)
}
