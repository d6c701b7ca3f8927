/** The README's programs are files that compile and run; this holds the two together. `PROVE=1`: each; else the two that compare. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Bundled from "../../../scripts/test/Bundled.ts"

const isProof = process.env["PROVE"] !== undefined
const root = new URL("../../../", import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), "utf8")

interface Ended {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

/** Runs an example to its end. What does not end of its own accord is killed, and has no code. */
const run = Effect.fnUntraced(function* (example: string, env: Readonly<Record<string, string>>) {
  const file = fileURLToPath(new URL(`examples/${example}`, root))
  const args = yield* Effect.promise(() => Bundled.program(file))
  return yield* Effect.callback<Ended>((resume) => {
    const base = { PATH: process.env["PATH"], NODE_COMPILE_CACHE: Bundled.compiled() }
    execFile(
      process.execPath,
      [...args],
      { timeout: 30_000, cwd: tmpdir(), env: { ...base, ...env } },
      (error, stdout, stderr) =>
        resume(Effect.succeed({ code: error === null ? 0 : (error.code ?? "killed"), stdout, stderr }))
    )
  })
})

const environment = Simulator.use(({ clientId, clientSecret, url }) => {
  // The one way to bring the SDK alone to another host: its file in the home directory.
  const home = mkdtempSync(join(tmpdir(), "genesys-sdk-"))
  mkdirSync(join(home, ".genesyscloudjavascript"))
  const gateway = `[gateway]\nprotocol = http\nhost = 127.0.0.1\nport = ${new URL(url).port}\n`
  writeFileSync(join(home, ".genesyscloudjavascript", "config"), gateway)
  return Effect.succeed({
    HOME: home,
    GENESYS_CLOUD_LOGIN_URL: url,
    GENESYS_CLOUD_API_URL: url,
    GENESYS_CLOUD_CLIENT_ID: clientId,
    GENESYS_CLOUD_CLIENT_SECRET: Redacted.value(clientSecret)
  })
})

describe("README", () => {
  for (const example of ["sdk-before.ts", "sdk-after.ts", "sdk-effect.ts", "sdk-catalogue.ts"]) {
    it(`shows examples/${example} as it is`, () => {
      assert.include(read("packages/sdk/README.md"), `\`\`\`ts\n${read(`examples/${example}`)}\`\`\``)
    })
  }

  it.live(
    "the SDK alone dies with its token; with adopt() it lives, and the process ends by itself",
    () =>
      Effect.gen(function* () {
        const env = yield* environment
        const [before, after] = yield* Effect.all([run("sdk-before.ts", env), run("sdk-after.ts", env)], {
          concurrency: 2
        })
        assert.notStrictEqual(before.code, 0)
        assert.include(before.stderr, "bad.credentials")
        assert.match(before.stdout, /^1 Test User\n/)
        assert.deepStrictEqual(after, {
          code: 0,
          stdout: [1, 2, 3, 4, 5].map((round) => `${round} Test User\n`).join(""),
          stderr: ""
        })
      }).pipe(Effect.provide(Simulator.layer({ tokenLifetime: 2 }))),
    240_000
  )

  it.live.skipIf(!isProof)(
    "with adopt() it ends with the error of a refused client",
    () =>
      Effect.gen(function* () {
        const wrong = yield* run("sdk-after.ts", { ...(yield* environment), GENESYS_CLOUD_CLIENT_SECRET: "wrong" })
        assert.strictEqual(wrong.code, 1)
        assert.include(wrong.stderr, "AuthenticationError")
      }).pipe(Effect.provide(Simulator.layer())),
    240_000
  )

  it.live.skipIf(!isProof)(
    "sdk-effect.ts finds a user and counts queues",
    () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* run("sdk-effect.ts", yield* environment)
        assert.strictEqual(code, 0)
        assert.match(stdout, /^Test User\n\d+ queues\n$/)
        assert.match(stderr, /token issued/)
      }).pipe(Effect.provide(Simulator.layer())),
    240_000
  )

  it.live.skipIf(!isProof)("sdk-catalogue.ts describes an operation", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run("sdk-catalogue.ts", {})
      assert.include(stdout, "3468 operations\nPATCH /api/v2/users/{userId} Models.UpdateUser → Models.User\n")
      assert.include(stdout, '"primaryContactInfo": [')
      assert.include(stdout, "[ '1', { version: 2 }, {} ]")
    })
  )
})
