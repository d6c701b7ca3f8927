/**
 * The unit of systemd: looked at by systemd's own tools, where they are, and its commands carried out with its environment, as systemd
 * would (`PROVE=1`). What it takes from a process, only systemd can take.
 */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as DurationText from "@effect-genesys/program/DurationText"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { vi } from "vitest"
import { root } from "../../Workspaces.ts"

const text = readFileSync(join(root, "deploy/systemd/genesys-worker.service"), "utf8")
const isThere = spawnSync("systemd-analyze", ["--version"]).status === 0

/** All values of a setting. */
const all = (name: string) => Array.from(text.matchAll(new RegExp(`^${name}=(.*)$`, "gm")), ([, value = ""]) => value)
const one = (name: string) => {
  const [found, ...more] = all(name)
  if (found === undefined || more.length > 0) throw new Error(`${name} does not stand there once.`)
  return found
}

const program = "/usr/local/bin/genesys-worker"

describe("the unit", () => {
  it.skipIf(!isThere)("has nothing that systemd finds, and leaves a worker little", () => {
    const folder = mkdtempSync(join(tmpdir(), "genesys-unit-"))
    const file = join(folder, "genesys-worker.service")
    const analyze = (...args: ReadonlyArray<string>) =>
      spawnSync("systemd-analyze", [...args, file], { encoding: "utf8" })
    try {
      // It asks for a program that is there.
      writeFileSync(file, text.replace(program, process.execPath))
      const verified = analyze("verify", "--man=no", "--recursive-errors=no")
      assert.deepStrictEqual([verified.status, verified.stderr], [0, ""])
      // Of 100: 20 is what systemd calls OK.
      const rated = analyze("security", "--offline=true", "--threshold=20", "--no-pager")
      assert.strictEqual(rated.status, 0, rated.stdout)
      writeFileSync(file, text.replace(program, process.execPath).replace("ProtectSystem=", "ProtectSytem="))
      assert.include(analyze("verify", "--man=no", "--recursive-errors=no").stderr, "ProtectSytem")
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.skipIf(process.env["PROVE"] === undefined)(
    "starts a worker that becomes ready, reads its settings again, and ends in time with 0",
    () =>
      Effect.gen(function* () {
        const { clientId, clientSecret, url } = yield* Simulator
        yield* Effect.promise(async () => {
          const folder = mkdtempSync(join(tmpdir(), "genesys-unit-"))
          const [etc, credentials, state] = ["etc", "credentials", "state"].map((name) => join(folder, name))
          for (const path of [etc, credentials, join(state!, "genesys-worker")])
            mkdirSync(path!, { recursive: true, mode: 0o700 })
          const [credential = "", from = ""] = one("LoadCredential").split(":")
          assert.strictEqual(dirname(from), "/etc/genesys-worker")
          writeFileSync(join(credentials!, credential), Redacted.value(clientSecret), { mode: 0o400 })
          const settings =
            "http: { port: 0 }\njobs: [{ name: users, kind: users, every: 1h, sink: { ndjson: users } }]\n"
          writeFileSync(join(etc!, "worker.yaml"), settings, { mode: 0o600 })
          // What its file of the environment says.
          assert.strictEqual(one("EnvironmentFile"), "/etc/genesys-worker/environment")
          const env: Record<string, string> = { GENESYS_CLOUD_CLIENT_ID: clientId }
          env["GENESYS_CLOUD_LOGIN_URL"] = env["GENESYS_CLOUD_API_URL"] = url
          const filled = (value: string) =>
            value
              .replaceAll("%d", credentials!)
              .replaceAll(/%[SC]/g, state!)
              .replaceAll("/etc/genesys-worker", etc!)
              .replace(program, join(root, "apps/worker/bin/genesys-worker.cjs"))
          for (const pair of all("Environment").flatMap((value) => filled(value).split(" "))) {
            const [name = "", value = ""] = pair.split("=")
            env[name] = value
          }
          const worker = spawn(process.execPath, filled(one("ExecStart")).split(" "), {
            cwd: filled(one("WorkingDirectory")),
            env,
            stdio: ["ignore", "ignore", "pipe"]
          })
          const ended = new Promise<number | null>((resolve) => worker.once("close", (code) => resolve(code)))
          let log = ""
          worker.stderr.setEncoding("utf8").on("data", (part: string) => (log += part))
          const said = (pattern: RegExp) => vi.waitUntil(() => pattern.exec(log), { timeout: 30_000, interval: 20 })
          try {
            const [, at = ""] = (await said(/"url":"(http:[^"]+)"/)) ?? []
            await said(/"job\.done"|"message":"job done"/)
            assert.strictEqual((await fetch(`${at}/readyz`)).status, 200)
            const [kill = "", ...args] = one("ExecReload").replace("$MAINPID", String(worker.pid)).split(" ")
            execFileSync(kill, args)
            await said(/settings reloaded/)
            worker.kill("SIGTERM")
            assert.strictEqual(await ended, 0)
            assert.isNotEmpty(readFileSync(join(state!, "genesys-worker/users/users/users.ndjson"), "utf8"))
            assert.notInclude(log, Redacted.value(clientSecret))
          } finally {
            worker.kill("SIGKILL")
            rmSync(folder, { recursive: true })
          }
        })
      }).pipe(Effect.provide(Simulator.layer()), Effect.runPromise)
  )

  it("gives a worker time to end, and does not start again what has wrong settings", () => {
    const stop = Duration.toSeconds(DurationText.spanOf(one("TimeoutStopSec")))
    assert.isAtLeast(stop, 20 + 2 + 15)
    assert.strictEqual(one("RestartPreventExitStatus"), "2")
    assert.strictEqual(one("KillMode"), "mixed")
    // JavaScript is compiled while it runs.
    assert.isEmpty(all("MemoryDenyWriteExecute"))
  })
})
