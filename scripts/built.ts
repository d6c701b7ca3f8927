/** The last step of the build of the workspace that it runs in. */
import { sweep, write } from "./Build.ts"
import { here } from "./Workspaces.ts"

const workspace = here()
sweep(workspace)
write(workspace)
