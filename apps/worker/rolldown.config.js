/** What `genesys-worker` runs: one file and few beside it, which start in less than half the time of hundreds. */
import { options, output } from "../../rolldown.base.js"
import { refuseDropped } from "../../scripts/Dropped.ts"
import { notices } from "../../scripts/Notices.ts"

export default [
  {
    ...options,
    input: { main: "src/main.ts", smallHeap: "@effect-genesys/export/SmallHeap" },
    plugins: [refuseDropped(), notices("dist/THIRD-PARTY-NOTICES.txt")],
    output: { ...output, dir: "dist/bundle" }
  }
]
