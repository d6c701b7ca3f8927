/**
 * What `genesys` answers at once is what its full parser answers. `LOG_LEVEL` sends every call to the parser. `PROVE=1`: in more calls, and
 * what is kept of the whole program; else of what answers at once.
 */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { dirname, join } from "node:path"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Settings from "../../../worker/test/support/Settings.ts"
import * as Person from "../support/Person.ts"
import { folder } from "../support/Cli.ts"
import * as Programs from "../support/Programs.ts"

const [program = ""] = Process.command("genesys")

/** The program without its parser: it can do nothing but answer at once. */
const quick = (() => {
  const copy = folder()
  const app = dirname(dirname(program))
  mkdirSync(join(copy, "dist", "bundle"), { recursive: true })
  for (const part of ["bin", join("dist", "bundle", "quick")]) {
    cpSync(join(app, part), join(copy, part), { recursive: true })
  }
  return join(copy, "bin", "genesys.cjs")
})()

layer(Simulator.layer({ tokenLifetime: 3600 }), { excludeTestServices: true })("what is answered at once", (it) => {
  const both = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Process.Options) {
    const parsed = yield* Programs.run("genesys", args, { ...options, env: { ...options.env, LOG_LEVEL: "Warn" } })
    return { fast: yield* Process.runNode([quick, ...args], options), parsed }
  })
  const plain = ({ code, stderr, stdout }: { code: number; stderr: string; stdout: string }) => ({
    code,
    stderr,
    stdout: stdout.replace(/"secondsLeft":\d+/, "")
  })

  it.effect("the version and the stored token are what the parser prints", () =>
    Effect.gen(function* () {
      const person = Person.make()
      assert.strictEqual((yield* person.login("--profile", "acme")).code, 0)
      const { GENESYS_CLOUD_CLIENT_SECRET: secret, ...others } = yield* Settings.env
      const withFile = folder()
      writeFileSync(join(withFile, ".env"), `GENESYS_CLOUD_CLIENT_SECRET=${secret}\n`)
      const calls: ReadonlyArray<readonly [ReadonlyArray<string>, Process.Options]> = [
        [["--version"], {}],
        [["token"], { env: { GENESYS_CLOUD_CLIENT_SECRET: `${secret}` } }],
        [["token", "--header"], { cwd: withFile }],
        [["token", "--json", "--min-life", "10m"], { cwd: withFile }],
        [["token", "--profile", "acme"], { env: person.env }]
      ]
      for (const [args, options] of calls) {
        const { fast, parsed } = yield* both(args, { ...options, env: { ...others, ...person.env, ...options.env } })
        assert.deepStrictEqual(plain(fast), plain(parsed), args.join(" "))
        assert.strictEqual(fast.code, 0)
      }
    })
  )

  it.effect("what is not certain is left to the parser", () =>
    Effect.gen(function* () {
      const env = yield* Settings.env
      assert.strictEqual((yield* Programs.run("genesys", ["token"], { env })).code, 0)
      for (const args of [
        // A value that is wrong, a token that does not live long enough, and another command; or a flag that it does not know, or no token.
        ["token", "--min-life", "soon"],
        ["token", "--min-life", "2h"],
        ["status"],
        ...(Programs.isProof
          ? [
              ["token", "--renew"],
              ["token", "--profile", "nobody"],
              ["token", "--header", "--json"],
              ["token", "--help"],
              ["token", "--region", "eu-west-1"],
              ["--version", "--help"]
            ]
          : [])
      ]) {
        const fast = yield* Process.runNode([quick, ...args], { env })
        assert.notStrictEqual(fast.code, 0, args.join(" "))
        assert.strictEqual(fast.stdout, "")
        assert.include(fast.stderr, "parsed")
      }
    })
  )

  /**
   * The first token is asked for by the parser, after what answers at once has looked: both of them may keep what was compiled. Without
   * the parser it ends there.
   */
  const compile = Effect.fnUntraced(function* (home: string, more: Process.Env = {}) {
    const env = { ...(yield* Settings.env), HOME: home, XDG_CACHE_HOME: "", NODE_COMPILE_CACHE: "", ...more }
    if (Programs.isProof) return assert.strictEqual((yield* Process.run("genesys", ["token"], { env })).code, 0)
    assert.include((yield* Process.runNode([quick, "token"], { env })).stderr, "parsed")
  })
  const kept = (home: string) => join(home, ".cache", "effect-genesys", "compiled")
  const keptIn = (at: string) => (existsSync(at) ? readdirSync(at) : [])

  it.effect("what was compiled is kept for this user alone", () =>
    Effect.gen(function* () {
      const home = folder()
      yield* compile(home)
      assert.strictEqual(statSync(kept(home)).mode & 0o777, 0o700)
      assert.isNotEmpty(keptIn(kept(home)))
    })
  )

  const isRoot = process.geteuid?.() === 0
  const places: ReadonlyArray<readonly [string, boolean, (home: string) => Process.Env | void]> = [
    ["in a folder that others may write to", true, (home) => open(kept(home))],
    ["in a folder that others may read", true, (home) => open(kept(home), 0o755)],
    ["below a folder that others may write to", true, (home) => open(join(home, ".cache"))],
    ["behind a link", true, (home) => symlinkSync(folder(), join(home, ".cache"))],
    ["in a folder of another user", isRoot, (home) => chownSync(open(kept(home), 0o700), 65_534, 65_534)],
    ["in the home of another user", isRoot, (home) => chownSync(home, 65_534, 65_534)],
    ["on a build machine", true, () => ({ CI: "true" })]
  ]
  /** The others are looked at by the same lines. */
  const shortPlaces = new Set(["in a folder that others may write to", "behind a link"])
  const open = (path: string, mode = 0o777) => {
    mkdirSync(path, { recursive: true })
    chmodSync(path, mode)
    return path
  }
  for (const [where, isPossible, prepare] of places) {
    it.effect.skipIf(!isPossible || (!shortPlaces.has(where) && !Programs.isProof))(
      `nothing that was compiled is kept, or run, ${where}`,
      () =>
        Effect.gen(function* () {
          const home = folder()
          const more = prepare(home) ?? {}
          yield* compile(home, more)
          assert.deepStrictEqual(keptIn(kept(home)), [])
        })
    )
  }
})
