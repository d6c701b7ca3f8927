/** Writes the picture of the packages into ARCHITECTURE.md. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { picture } from "./Picture.ts"
import { root } from "./Workspaces.ts"

const file = join(root, "ARCHITECTURE.md")
const [before, , after] = readFileSync(file, "utf8").split(/<!-- \/?picture -->/)
writeFileSync(file, `${before}<!-- picture -->\n\n${picture()}\n\n<!-- /picture -->${after}`)
