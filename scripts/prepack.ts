/** Runs before `npm pack` and `npm publish` in the workspace that is packed, and refuses what is not ready. */
import { faults, sweep } from "./Build.ts"
import { here } from "./Workspaces.ts"

const workspace = here()
sweep(workspace)
const found = faults(workspace)
if (found.length > 0) {
  console.error([`${workspace.manifest.name} cannot be packed.`, ...found].join("\n"))
  process.exitCode = 1
}
