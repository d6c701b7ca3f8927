/** What `genesys` answers at once is what its full parser answers. `LOG_LEVEL` sends every call to the parser. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Process from "../../worker/test/support/Process.ts"
import * as Settings from "../../worker/test/support/Settings.ts"
import * as Person from "./support/Person.ts"
import { folder } from "./support/Cli.ts"

const [program = ""] = Process.command("genesys")

/** The program without its parser: it can do nothing but answer at once. */
const quick = (() => {
  const copy = folder()
  const app = dirname(dirname(program))
  mkdirSync(join(copy, "dist", "bundle"), { recursive: true })
  for (const part of ["bin", join("dist", "bundle", "quick"), join("dist", "bundle", "token")]) {
    cpSync(join(app, part), join(copy, part), { recursive: true })
  }
  return join(copy, "bin", "genesys.cjs")
})()

layer(Simulator.layer({ tokenLifetime: 3600 }), { excludeTestServices: true })("what is answered at once", (it) => {
  const both = Effect.fnUntraced(function* (args: ReadonlyArray<string>, options: Process.Options) {
    const parsed = yield* Process.run("genesys", args, { ...options, env: { ...options.env, LOG_LEVEL: "Warn" } })
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
      assert.strictEqual((yield* Process.run("genesys", ["token"], { env })).code, 0)
      for (const args of [
        ["token", "--renew"],
        ["token", "--header", "--json"],
        ["token", "--min-life", "soon"],
        ["token", "--profile", "nobody"],
        ["token", "--help"],
        ["token", "--min-life", "2h"],
        ["token", "--region", "eu-west-1"],
        ["--version", "--help"],
        ["status"]
      ]) {
        const fast = yield* Process.runNode([quick, ...args], { env })
        assert.notStrictEqual(fast.code, 0, args.join(" "))
        assert.strictEqual(fast.stdout, "")
        assert.include(fast.stderr, "parsed")
      }
    })
  )

  it.effect("what was compiled is kept for this user alone, and made again if it is not what was written", () =>
    Effect.gen(function* () {
      const kept = join(folder(), "kept")
      const env = { ...(yield* Settings.env), NODE_COMPILE_CACHE: kept }
      assert.strictEqual((yield* Process.run("genesys", ["token"], { env })).code, 0)
      const answers = Effect.map(Process.runNode([quick, "token"], { env }), ({ code, stdout }) => {
        assert.strictEqual(code, 0)
        assert.match(stdout, /^\S+\n$/)
      })
      yield* answers
      const name = readdirSync(kept).find((entry) => entry.startsWith("quickToken")) ?? ""
      const file = join(kept, name)
      const { mode, mtimeMs } = statSync(file)
      assert.strictEqual(mode & 0o777, 0o600)
      yield* answers
      assert.strictEqual(statSync(file).mtimeMs, mtimeMs)
      const code = readFileSync(file)
      const broken = code.map((byte, at) => (at === code.length >> 1 ? byte ^ 255 : byte))
      writeFileSync(file, broken)
      yield* answers
      assert.isFalse(readFileSync(file).equals(broken))
      rmSync(kept, { recursive: true })
      writeFileSync(kept, "")
      yield* answers
    })
  )
})
