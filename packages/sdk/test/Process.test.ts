/**
 * What a whole process sees of the SDK: when it is loaded, and what it leaves behind. `PROVE=1`: also where somebody else watches its file,
 * and where a call waits, of which else `readme.test.ts` has the end.
 */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import * as Bundled from "../../../scripts/test/Bundled.ts"

/** Runs one of the programs beside this test to its end; a process that does not end fails. */
const run = async (program: string, args: ReadonlyArray<string> = [], env: Readonly<Record<string, string>> = {}) => {
  const file = fileURLToPath(new URL(`programs/${program}`, import.meta.url))
  const base = { PATH: process.env["PATH"], HOME: process.env["HOME"], NODE_COMPILE_CACHE: Bundled.compiled() }
  const all = [...(await Bundled.program(file)), ...args]
  const { stderr, stdout } = await promisify(execFile)(process.execPath, all, {
    timeout: 30_000,
    env: { ...base, ...env }
  })
  return { stderr, output: JSON.parse(stdout) }
}

const isProof = process.env["PROVE"] !== undefined

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

  it.skipIf(!isProof)("keeps the watches of others on the SDK's file", { timeout: 60_000 }, async () => {
    assert.deepInclude((await run("orgs.ts", ["foreign"])).output, { watches: 1 })
  })

  it.live.skipIf(!isProof)(
    "that was adopted waits for a call that waits, and ends with it",
    () =>
      Effect.gen(function* () {
        const { addFault, clientId, clientSecret, journal, url } = yield* Simulator
        // Between the two attempts no connection is open, and no timer but ours runs.
        yield* addFault({ path: "/api/v2/users", status: 503, headers: { "retry-after": "1" }, times: 1 })
        const env = {
          GENESYS_CLOUD_LOGIN_URL: url,
          GENESYS_CLOUD_API_URL: url,
          GENESYS_CLOUD_CLIENT_ID: clientId,
          GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(clientSecret)
        }
        assert.strictEqual((yield* Effect.promise(() => run("once.ts", [], env))).output, 3)
        const { requests } = yield* journal
        assert.deepStrictEqual(
          requests.map(({ status }) => status),
          [200, 503, 200]
        )
      }).pipe(Effect.provide(Simulator.layer())),
    240_000
  )
})
