/** A person at a machine: a home of their own for profiles and tokens, commands that they run, and what they could look into. */
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type * as Process from "../../../worker/test/support/Process.ts"
import * as Programs from "./Programs.ts"

export const make = () => {
  const home = mkdtempSync(join(tmpdir(), "genesys-person-"))
  const env = { GENESYS_CONFIG_DIR: join(home, "config"), XDG_CACHE_HOME: join(home, "cache") }
  const files = () =>
    readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        return { path, mode: statSync(path).mode & 0o777, text: readFileSync(path, "utf8") }
      })
  const run = (args: ReadonlyArray<string>, options: Process.Options = {}) =>
    Programs.run("genesys", args, { ...options, env: { ...env, ...options.env } })

  /** Logs in by flags, at the simulator. */
  const login = (...args: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const { clientId, clientSecret, url } = yield* Simulator
      return yield* run(["login", "--client-id", clientId, "--secret-stdin", ...args], {
        env: { GENESYS_CLOUD_LOGIN_URL: url, GENESYS_CLOUD_API_URL: url },
        stdin: `${Redacted.value(clientSecret)}\n`
      })
    })
  return { env, files, run, login }
}

export type Person = ReturnType<typeof make>
