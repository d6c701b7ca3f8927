/** Writes the table of options into the README of the simulator. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as OptionsTable from "./support/OptionsTable.ts"

const file = join(import.meta.dirname, "..", "README.md")
const [before, , after] = readFileSync(file, "utf8").split(/<!-- \/?options -->/)
writeFileSync(file, `${before}<!-- options -->\n\n${OptionsTable.table()}\n\n<!-- /options -->${after}`)
