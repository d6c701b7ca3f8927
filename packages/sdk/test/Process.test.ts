/** What a whole process sees of the SDK: when it is loaded, and what it leaves behind. */
import { assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** Runs one of the programs beside this test to its end; a process that does not end fails. */
const run = async (program: string, ...args: ReadonlyArray<string>) => {
  const file = fileURLToPath(new URL(`programs/${program}`, import.meta.url))
  const options = { timeout: 30_000, env: { PATH: process.env["PATH"], HOME: process.env["HOME"] } }
  const condition = "--conditions=@effect-genesys/source"
  const { stderr, stdout } = await promisify(execFile)(process.execPath, [condition, file, ...args], options)
  return { stderr, output: JSON.parse(stdout) }
}

describe("a process", () => {
  it("loads the SDK at the first call and not before", { timeout: 60_000 }, async () => {
    assert.deepStrictEqual((await run("lazy.ts")).output, [false, false, true])
  })

  it("keeps no watch, no listener and no timer for 50 orgs", { timeout: 60_000 }, async () => {
    const { output, stderr } = await run("orgs.ts")
    const nothing = { warnings: [], watches: 0, sameListeners: true, resources: [] }
    assert.deepStrictEqual(output, { hosts: 50, requests: 100, ...nothing })
    assert.strictEqual(stderr, "")
  })

  it("keeps the watches of others on the SDK's file", { timeout: 60_000 }, async () => {
    assert.deepInclude((await run("orgs.ts", "foreign")).output, { watches: 1 })
  })
})
