/** Writes what the packages are made of into `sbom.json` of the checkout. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../Workspaces.ts"
import { bill } from "./Release.ts"

writeFileSync(join(root, "sbom.json"), bill())
