/** Writes the table of options and the list of operations into the README of the simulator. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as OperationsTable from "./support/OperationsTable.ts"
import * as OptionsTable from "./support/OptionsTable.ts"

const file = join(import.meta.dirname, "..", "README.md")
const parts = { options: OptionsTable.table(), operations: OperationsTable.page() }
let text = readFileSync(file, "utf8")
for (const [name, part] of Object.entries(parts)) {
  const [before, , after] = text.split(new RegExp(`<!-- /?${name} -->`))
  text = `${before}<!-- ${name} -->\n\n${part}\n\n<!-- /${name} -->${after}`
}
writeFileSync(file, text)
