/** Writes `schemas/*.json`, and the table of the lists in the README, anew. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import * as JsonSchemas from "../src/JsonSchemas.ts"
import * as ListsTable from "./ListsTable.ts"

const folder = new URL("../schemas/", import.meta.url)
mkdirSync(folder, { recursive: true })
for (const [name, document] of Object.entries(JsonSchemas.all)) {
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(document, null, 2)}\n`)
}

const readme = new URL("../README.md", import.meta.url)
const [before, , after] = readFileSync(readme, "utf8").split(/<!-- \/?lists -->/)
writeFileSync(readme, `${before}<!-- lists -->\n\n${ListsTable.table()}\n\n<!-- /lists -->${after}`)
