/** Writes the version of the packages wherever else it stands, and the changelog of the root. `npm run version` runs it. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./Workspaces.ts"
import { texts } from "./Versions.ts"

for (const [file, text] of texts()) writeFileSync(join(root, file), text)
