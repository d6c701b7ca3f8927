/** `genesys query` where DuckDB is not installed: the program itself, which finds no such module. */
import { assert, layer } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Cli from "../support/Cli.ts"

/** Has the loader of Node find nothing of that name, as where it is not installed. */
const without = `
import { registerHooks } from "node:module"
registerHooks({
  resolve(name, context, next) {
    if (!name.startsWith("@duckdb/")) return next(name, context)
    throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: "ERR_MODULE_NOT_FOUND" })
  }
})`

layer(Simulator.layer({ rateLimit: "off" }), { excludeTestServices: true })("genesys query", ({ effect }) => {
  effect("says in one line how DuckDB is installed, and only where files are asked", () =>
    Effect.gen(function* () {
      const folder = Cli.folder()
      const hook = join(folder, "without.mjs")
      writeFileSync(hook, without)
      mkdirSync(join(folder, "copy/users"), { recursive: true })
      writeFileSync(join(folder, "copy/users/users.ndjson"), "")
      const env = { NODE_OPTIONS: `--import=${pathToFileURL(hook).href}` }
      const { code, stderr, stdout } = yield* Cli.apart(["query", "SELECT 1", "--from", join(folder, "copy")], { env })
      assert.deepStrictEqual([code, stdout], [2, ""], stderr)
      assert.match(stderr, /^genesys: DuckDB, .* npm install @duckdb\/node-api@\S+, with -g if .*\n$/)
      const help = yield* Cli.apart(["query", "--help"], { env })
      assert.strictEqual(help.code, 0, help.stderr)
    })
  )
})
