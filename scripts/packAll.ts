/** Puts a tarball of each package into the folder `tarballs` of the checkout, and says how they are installed. */
import { mkdirSync, rmSync } from "node:fs"
import { join, relative } from "node:path"
import { pack } from "./Tarballs.ts"
import { root } from "./Workspaces.ts"

const folder = join(root, "tarballs")
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder)
for (const file of pack(folder).values()) console.log(relative(root, file))
