/** Writes the table of settings into SECURITY.md. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Settings from "../src/Settings.ts"

const file = join(import.meta.dirname, "..", "..", "..", "SECURITY.md")
const [before, , after] = readFileSync(file, "utf8").split(/<!-- \/?settings -->/)
writeFileSync(file, `${before}<!-- settings -->\n\n${Settings.table()}\n\n<!-- /settings -->${after}`)
