/**
 * Records a run of `npm run demo`: its output into `demo.txt`, and the picture of it into `docs/public`. With `--picture`, the picture
 * of what is recorded.
 */
import { execFileSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./Pages.ts"
import { parse, svg } from "./Recording.ts"

const recorded = join(import.meta.dirname, "demo.txt")
if (!process.argv.includes("--picture")) {
  const main = "apps/cli/src/main.ts"
  const output = execFileSync(process.execPath, ["--conditions=@effect-genesys/source", main, "demo"], { cwd: root })
  writeFileSync(recorded, output)
}
writeFileSync(join(root, "docs/public/demo.svg"), svg(parse(readFileSync(recorded, "utf8")), "npm run demo"))
