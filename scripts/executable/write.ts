/** Puts the single-file executable into the folder `executable` of the checkout. */
import { rmSync } from "node:fs"
import { join, relative } from "node:path"
import { root } from "../Workspaces.ts"
import { make } from "./Executable.ts"

const folder = join(root, "executable")
rmSync(folder, { recursive: true, force: true })
const { file, mayBePassedOn } = await make(folder)
console.log(relative(root, file))
if (!mayBePassedOn) {
  console.error(
    `The licence of Node ${process.version} is not beside the Node that made this, and has to go with it. Before you pass it on, put ` +
      `https://github.com/nodejs/node/blob/${process.version}/LICENSE into the folder.`
  )
}
