import { assert, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"

/** Megabytes that a process took at the most that parsed the pages of an export, one after the other. */
const peak = (first: string): number => {
  const program = `
    ${first}
    const rows = Array.from({ length: 1000 }, (_, id) => ({ id, metrics: Array.from({ length: 40 }, (_, value) => ({ value })) }))
    const page = JSON.stringify(rows)
    let [here, before] = []
    for (let n = 0; n < 80; n++) [here, before] = [JSON.parse(page), here]
    console.log(process.resourceUsage().maxRSS / 1024)`
  const args = ["--conditions=@effect-genesys/source", "--input-type=module", "-e", program]
  const cwd = fileURLToPath(new URL(".", import.meta.url))
  return Number(execFileSync(process.execPath, args, { cwd, encoding: "utf8" }))
}

const loaded = `
  import * as Effect from "effect/Effect"
  import * as SmallHeap from "@effect-genesys/runtime/SmallHeap"
  `

it("a process that reads pages of rows takes less memory", () => {
  assert.isBelow(peak(`${loaded}; Effect.runSync(SmallHeap.keep)`), 0.85 * peak(loaded))
})
