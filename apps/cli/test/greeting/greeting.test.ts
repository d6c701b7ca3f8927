/** What `genesys` alone says: it leads whoever comes from nothing to the first call. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Person from "../support/Person.ts"
import * as Programs from "../support/Programs.ts"

const alone = (env: Readonly<Record<string, string>>) =>
  Effect.map(Programs.inTerminal([], env), ({ code, output }) => {
    assert.strictEqual(code, 0)
    return output.replaceAll("\r", "")
  })

const withProfile = (secret: object) => {
  const { env } = Person.make()
  mkdirSync(join(env.GENESYS_CONFIG_DIR, "profiles"), { recursive: true })
  const profile = { region: "eu-west-1", clientId: "id", grant: "client_credentials", ...secret }
  writeFileSync(join(env.GENESYS_CONFIG_DIR, "profiles", "acme.json"), JSON.stringify(profile), { mode: 0o600 })
  writeFileSync(join(env.GENESYS_CONFIG_DIR, "config.json"), '{"defaultProfile":"acme"}', { mode: 0o600 })
  return env
}

describe("genesys alone", () => {
  it.live("says what it finds, and what to type next", () =>
    Effect.gen(function* () {
      const nobody = yield* alone(Person.make().env)
      assert.include(nobody, "Nobody is logged in")
      for (const next of ["genesys demo", "genesys simulator", "genesys login", "genesys --help"])
        assert.include(nobody, next)
      const environment = yield* alone({
        ...Person.make().env,
        GENESYS_CLOUD_CLIENT_ID: "a",
        GENESYS_CLOUD_CLIENT_SECRET: "b"
      })
      assert.include(environment, "The environment says who we are.")
      assert.include(environment, "genesys whoami")
      const profile = yield* alone(withProfile({ secret: { in: "file", id: "0".repeat(32) } }))
      assert.include(profile, "The profile acme (the default) is used: id in eu-west-1.")
      assert.include(yield* alone(withProfile({})), "genesys login --profile acme")
    })
  )

  it.live("prints the help where it is piped", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* Programs.run("genesys", [])
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.strictEqual(stdout, (yield* Programs.run("genesys", ["--help"])).stdout)
    })
  )
})
