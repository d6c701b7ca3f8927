/** What `genesys-worker` runs: one file and few beside it, which start in less than half the time of hundreds. */
import { options, output, plugins } from "../../rolldown.base.js"

export default [
  {
    ...options,
    input: {
      main: "src/main.ts",
      smallHeap: "@effect-genesys/export/SmallHeap",
      compiled: "@effect-genesys/program/Compiled"
    },
    plugins,
    output: { ...output, dir: "dist/bundle" }
  }
]
