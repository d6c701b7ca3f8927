/** The program in Python, through a proxy, to a simulated Genesys Cloud. Without `python3` on this machine it is left out. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFile, spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Programs from "../../apps/cli/test/support/Programs.ts"
import * as Settings from "../../apps/worker/test/support/Settings.ts"

const hasPython = spawnSync("python3", ["--version"]).status === 0

const python = (env: NodeJS.ProcessEnv) =>
  Effect.callback<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resume) => {
    const child = execFile(
      "python3",
      ["-I", join(import.meta.dirname, "report.py")],
      // What a proxy of the environment would be told must not be seen by it.
      { env: { PATH: process.env["PATH"], http_proxy: "http://127.0.0.1:9", ...env }, timeout: 60_000 },
      (error, stdout, stderr) =>
        resume(Effect.succeed({ code: error === null ? 0 : Number(error.code), stdout, stderr }))
    )
    return Effect.sync(() => child.kill())
  })

describe(hasPython ? "a program in Python" : "a program in Python, not tried: this machine has no python3", () => {
  it.live.skipIf(!hasPython)(
    "has no token, and what it asks is answered though one is refused and Genesys Cloud stumbles",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator
        const cwd = mkdtempSync(join(tmpdir(), "genesys-python-"))
        const env = yield* Settings.env
        const { GENESYS_CLOUD_CLIENT_SECRET: clientSecret = "" } = env
        const proxy = yield* Programs.start("genesys", ["proxy", "--read-only", "--secret-file", "header"], {
          cwd,
          env
        })
        const { stdout: place } = yield* proxy.until(/the proxy runs/)
        const told = { GENESYS_PROXY: place.trim(), GENESYS_PROXY_HEADER: join(cwd, "header") }
        yield* simulator.addFault({ path: "/api/v2/users", rejectToken: true, times: 1 })
        yield* simulator.addFault({ path: "/api/v2/analytics", status: 503, times: 1 })
        const { code, stderr, stdout } = yield* python(told)
        assert.deepStrictEqual([code, stderr], [0, ""])
        const [head, ...lines] = stdout.trim().split("\n")
        assert.strictEqual(head, "agent,answered")
        // Names of both pages of the list, and no id.
        assert.isAbove(lines.length, 100)
        assert.deepStrictEqual(
          lines.filter((line) => /^[\da-f-]{36},/.test(line)),
          []
        )
        const counts = lines.map((line) => Number(line.slice(line.lastIndexOf(",") + 1)))
        assert.isAbove(
          counts.reduce((sum, count) => sum + count),
          10
        )

        yield* simulator.updateClient(simulator.clientId, { permissions: [] })
        const refused = yield* python(told)
        assert.strictEqual(refused.code, 1)
        assert.match(refused.stderr, /^403: .*permission/)
        for (const secret of [readFileSync(told.GENESYS_PROXY_HEADER, "utf8").trim(), clientSecret]) {
          assert.notInclude(refused.stderr + stdout, secret.replace("Authorization: Bearer ", ""))
        }
        yield* proxy.signal("SIGTERM")
        yield* proxy.ended
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    120_000
  )
})
