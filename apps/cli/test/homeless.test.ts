/**
 * A user whom the system does not know, as containers make them up: no entry in passwd, no home, and nothing that depends on either.
 * Such a user needs processes; each does what needs a home least and most. `PROVE=1`: each does everything, as does one without HOME.
 */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { execFile, spawnSync } from "node:child_process"
import { chmodSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Process from "../../worker/test/support/Process.ts"
import * as Settings from "../../worker/test/support/Settings.ts"
import { folder } from "./support/Cli.ts"
import * as Programs from "./support/Programs.ts"

const stranger = { uid: 54_321, gid: 54_321 }

/** Whether a user that does not exist can be had, and can read what is to be run. */
const canBeStranger =
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, [...Process.command("genesys"), "--version"], { ...stranger, env: {}, cwd: "/" })
    .status === 0

// Neither the time zone nor the language need be known either.
const odd = { TZ: "Mars/Olympus", LANG: "xx_XX.UTF-8" }

type Run = (
  program: "genesys" | "genesys-worker",
  args: ReadonlyArray<string>,
  env: Process.Env
) => Effect.Effect<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }, unknown>

const nowhere = { HOME: "", XDG_CACHE_HOME: "", XDG_CONFIG_HOME: "" }
const withoutHome: Run = (program, args, env) =>
  Programs.run(program, args, { cwd: "/", env: { ...nowhere, ...odd, ...env } })

const asStranger: Run = (program, args, env) =>
  Effect.callback((resume) => {
    const options = { ...stranger, cwd: "/", env: { ...odd, ...env } }
    execFile(process.execPath, [...Process.command(program), ...args], options, (error, stdout, stderr) =>
      resume(Effect.succeed({ code: error === null ? 0 : error.code, stdout, stderr }))
    )
  })

const users: ReadonlyArray<readonly [who: string, run: Run, isWhole: boolean]> = [
  ["with an empty HOME", withoutHome, true],
  ...(canBeStranger ? ([["that passwd does not know", asStranger, Programs.isProof]] as const) : [])
]

describe.concurrent.each(users)("a user %s", (_, run, isWhole) => {
  const warned =
    /^\S+ +WARN +this user has no home folder: without one, no profile is used and no token is shared\. Set HOME /gm

  const all: ReadonlyArray<readonly [args: ReadonlyArray<string>, stdout: RegExp]> = [
    [["token"], /^\S{40,}\n$/],
    [["api", "GET", "users", "--field", "pageSize=1"], /"entities"/],
    [["users", "find", "test.user@yourcompany.com"], /Test User/],
    [["sdk", "call", "UsersApi.getUsers", "--param", "pageSize=1"], /"entities"/],
    [["status", "--json"], /"state":\s*"none"/],
    [["profile", "list", "--json"], /^\[\]\n$/]
  ]
  for (const [args, stdout] of isWhole ? all : all.slice(0, 1)) {
    it.live(`uses genesys ${args.join(" ")}, and is warned once`, () =>
      Effect.gen(function* () {
        const out = yield* run("genesys", args, yield* Settings.env)
        assert.strictEqual(out.code, 0, out.stderr)
        assert.match(out.stdout, stdout)
        assert.lengthOf(out.stderr.match(warned) ?? [], 1, out.stderr)
      }).pipe(Effect.provide(Simulator.layer()))
    )
  }

  it.live("is told what to set where there must be a place", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* run("genesys", ["profile", "use", "acme"], {})
      assert.strictEqual(code, 2, stderr)
      assert.match(
        stderr,
        /Profiles have no place: this user has no home folder\. Set HOME to a folder of this user, or /
      )
    })
  )

  it.live("runs the worker", () =>
    Effect.gen(function* () {
      const place = folder()
      chmodSync(place, 0o755)
      const file = join(place, "worker.json")
      writeFileSync(file, JSON.stringify({ jobs: [{ name: "a", kind: "watch", every: "1h" }] }))
      const { code, stderr } = yield* run("genesys-worker", ["run", "--once", "--file", file], yield* Settings.env)
      assert.strictEqual(code, 0, stderr)
    }).pipe(Effect.provide(Simulator.layer()))
  )
})

it.live(
  "a home that is no whole path is none: nothing is kept in the folder where a program is started",
  () =>
    Effect.gen(function* () {
      const cwd = folder()
      const env = { ...nowhere, HOME: "home", CI: "", NODE_COMPILE_CACHE: "", ...(yield* Settings.env) }
      assert.strictEqual((yield* Process.run("genesys", ["token"], { cwd, env })).code, 0)
      assert.deepStrictEqual(readdirSync(cwd), [])
    }).pipe(Effect.provide(Simulator.layer())),
  60_000
)
