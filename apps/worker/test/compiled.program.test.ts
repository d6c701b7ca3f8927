/** What Node has compiled of a service is kept for its next start, for this user alone. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Process from "./support/Process.ts"
import * as Settings from "./support/Settings.ts"

const kept = (home: string) => join(home, ".cache", "effect-genesys", "compiled")
const keptIn = (at: string) => (existsSync(at) ? readdirSync(at) : [])

/** Starts a service with a home of its own, and ends it when it is up. */
const serve = Effect.fnUntraced(function* (home: string, more: Process.Env = {}) {
  const own = { HOME: home, XDG_CACHE_HOME: "", NODE_COMPILE_CACHE: "", CI: "" }
  const worker = yield* Process.start("genesys-worker", ["run"], { env: { ...(yield* Settings.env), ...own, ...more } })
  yield* worker.until(/worker started/)
  yield* worker.signal("SIGTERM")
  assert.strictEqual((yield* worker.ended).code, 0)
}, Effect.scoped)

describe("what was compiled of genesys-worker run", () => {
  const folder = () => mkdtempSync(join(tmpdir(), "genesys-worker-"))

  it.live("is kept for this user alone", () =>
    Effect.gen(function* () {
      const home = folder()
      yield* serve(home)
      assert.strictEqual(statSync(kept(home)).mode & 0o777, 0o700)
      assert.isNotEmpty(keptIn(kept(home)))
    }).pipe(Effect.provide(Simulator.layer()))
  )

  it.live("is not kept on a build machine, nor where others may write", () =>
    Effect.gen(function* () {
      const home = folder()
      yield* serve(home, { CI: "true" })
      assert.deepStrictEqual(keptIn(kept(home)), [])
      mkdirSync(kept(home), { recursive: true })
      chmodSync(kept(home), 0o777)
      yield* serve(home)
      assert.deepStrictEqual(keptIn(kept(home)), [])
    }).pipe(Effect.provide(Simulator.layer()))
  )
})
