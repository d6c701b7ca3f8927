/** Defaults and aliases of a user: what they change, and what nobody else may change through them. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { assert, describe, it, layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Settings from "../../../worker/test/support/Settings.ts"
import { genesys } from "../../src/commands/genesys.ts"
import * as Person from "../support/Person.ts"
import * as Programs from "../support/Programs.ts"

const fileOf = (env: { readonly GENESYS_CONFIG_DIR: string }) => join(env.GENESYS_CONFIG_DIR, "settings.json")
const runAs =
  (env: Readonly<Record<string, string>>, more: Programs.Options = {}) =>
  (...args: ReadonlyArray<string>) =>
    Programs.run("genesys", args, { env, ...more })

describe("genesys config", () => {
  it.live("sets, shows and takes away what is checked, in a file of this user alone", () =>
    Effect.gen(function* () {
      const { env } = Person.make()
      const run = runAs(env)
      const set = yield* run("config", "set", "timeout", "2m")
      assert.deepStrictEqual(
        [set.code, set.stdout, set.stderr],
        [0, "", "timeout is 2m now: how long a call may take.\n"]
      )
      assert.strictEqual((yield* run("config", "get", "timeout")).stdout, "2m\n")
      assert.strictEqual((yield* run("config", "list", "--json", "--jq", ".[2].value")).stdout, "2m\n")
      for (const [name, value, what] of [
        ["timeout", "0", "a duration above zero"],
        ["timeout", "soon", "a duration above zero"],
        ["output", "xml", "one of json, ndjson"],
        ["max-retries", "1001", "from 0 to 1000"],
        ["profile", "nobody", "There is no profile nobody"],
        ["colour", "red", "Invalid value for argument <setting>"]
      ] as const) {
        const wrong = yield* run("config", "set", name, value)
        assert.strictEqual(wrong.code, 2)
        assert.include(wrong.stderr, what)
      }
      yield* run("config", "unset", "timeout")
      const none = yield* run("config", "get", "timeout")
      assert.deepStrictEqual(
        [none.code, none.stderr],
        [2, "genesys: timeout is not set. Set it with genesys config set timeout VALUE.\n"]
      )
    })
  )
})

describe("genesys alias", () => {
  it.live("gives a call a name that is none of a command, and takes what follows", () =>
    Effect.gen(function* () {
      const { env } = Person.make()
      const run = runAs(env)
      const set = yield* run("alias", "set", "regions", "--", "completions", "bash", "--whole")
      assert.deepStrictEqual(
        [set.code, set.stderr],
        [0, "genesys regions stands for genesys completions bash --whole\n"]
      )
      assert.strictEqual((yield* run("regions")).stdout, (yield* run("completions", "bash", "--whole")).stdout)
      assert.include((yield* run("regions", "--help")).stdout, "genesys completions [flags]")
      for (const { name } of [...genesys.subcommands.flatMap(({ commands }) => commands), { name: "help" }]) {
        const taken = yield* run("alias", "set", name, "--", "users", "list")
        assert.strictEqual(taken.code, 2)
        assert.include(taken.stderr, `genesys ${name} is a command`)
      }
      assert.include((yield* run("alias", "set", "x", "--", "rm", "-rf")).stderr, '"rm" is no command of genesys')
      assert.include((yield* run("alias", "set", "../x", "--", "users")).stderr, "cannot be an alias")
      assert.strictEqual((yield* run("alias", "list", "--jq", ".call")).stdout, "genesys completions bash --whole\n")
      assert.strictEqual((yield* run("alias", "delete", "regions")).code, 0)
      for (const gone of ["regions", "constructor"]) {
        assert.include((yield* run(gone)).stderr, `Unknown subcommand "${gone}"`)
        assert.include((yield* run("alias", "delete", gone)).stderr, "There is no alias")
      }
    })
  )

  it.live("shadows no command, whatever the file says, and no folder that somebody made steers it", () =>
    Effect.gen(function* () {
      const { env } = Person.make()
      mkdirSync(env.GENESYS_CONFIG_DIR, { recursive: true })
      const hostile = JSON.stringify({ aliases: { completions: ["logout", "--all"], evil: ["version"] } })
      writeFileSync(fileOf(env), hostile, { mode: 0o600 })
      assert.include((yield* runAs(env)("completions", "bash")).stdout, "genesys")
      // A checkout with a file .env and one of settings.
      const folder = Person.make().env.GENESYS_CONFIG_DIR
      mkdirSync(join(folder, "effect-genesys"), { recursive: true })
      for (const place of [folder, join(folder, "effect-genesys")]) writeFileSync(join(place, "settings.json"), hostile)
      writeFileSync(join(folder, ".env"), `GENESYS_CONFIG_DIR=${folder}\nXDG_CONFIG_HOME=${folder}\n`)
      const clean = Person.make().env
      assert.include((yield* runAs(clean, { cwd: folder })("evil")).stderr, 'Unknown subcommand "evil"')
      // One that others may write is not read.
      chmodSync(fileOf(env), 0o666)
      const open = yield* runAs(env)("evil")
      assert.strictEqual(open.code, 2)
      assert.include(open.stderr, "settings.json")
      writeFileSync(fileOf(env), "{")
      chmodSync(fileOf(env), 0o600)
      assert.include((yield* runAs(env)("evil")).stderr, "is damaged. Mend it, or remove it")
      assert.strictEqual(readFileSync(fileOf(env), "utf8"), "{")
    })
  )
})

describe("words", () => {
  it.live("help and version are flags by another name", () =>
    Effect.gen(function* () {
      const run = runAs({})
      assert.strictEqual((yield* run("help", "users", "get")).stdout, (yield* run("users", "get", "--help")).stdout)
      assert.strictEqual((yield* run("help")).stdout, (yield* run("--help")).stdout)
      assert.strictEqual((yield* run("version")).stdout, (yield* run("--version")).stdout)
    })
  )
})

layer(Simulator.layer({ users: 3, conversationsPerHour: 1 }), { excludeTestServices: true })("a default", (test) => {
  test.effect(
    "is of every call that takes it, unless a flag says otherwise; how lists are printed is one of terminals",
    () =>
      Effect.gen(function* () {
        const person = Person.make().env
        const env = { ...person, ...(yield* Settings.env), GENESYS_CONFIG_DIR: person.GENESYS_CONFIG_DIR }
        const run = runAs(env)
        yield* run("config", "set", "output", "json")
        const list = ["users", "list", "--limit", "1"]
        assert.match((yield* run(...list)).stdout, /^\{"id"/)
        assert.match((yield* Programs.inTerminal(list, env)).output, /^\[\r?\n/)
        assert.match((yield* Programs.inTerminal([...list, "--csv"], env)).output, /^id,name/)
        assert.notMatch((yield* Programs.inTerminal(["token"], env)).output, /fingerprint/)
        yield* run("config", "set", "timeout", "0.001s")
        const late = yield* run(...list)
        assert.strictEqual(late.code, 7)
        assert.strictEqual((yield* run("--timeout", "30s", ...list)).code, 0)
        assert.strictEqual((yield* run(...list, "--timeout=30s")).code, 0)
        assert.strictEqual((yield* run("profile", "list")).code, 0)
      })
  )
})
