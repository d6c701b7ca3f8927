import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Settings from "../../../worker/test/support/Settings.ts"
import * as Programs from "../support/Programs.ts"

const timeout = 240_000
const canary = "canary-secret-Zm9vYmFy"

const Shown = Schema.fromJsonString(
  Schema.Struct({
    fingerprint: Schema.String.check(Schema.isPattern(/^[0-9a-f]{12}$/)),
    issuedAt: Schema.DateTimeUtcFromString,
    expiresAt: Schema.DateTimeUtcFromString,
    secondsLeft: Schema.Int
  })
)

describe("genesys token", () => {
  it.live(
    "prints a token that the API takes, and nothing else",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Simulator
        const { code, stderr, stdout } = yield* Process.run("genesys", ["token"], { env: yield* Settings.env })
        assert.deepStrictEqual([code, stderr], [0, ""])
        assert.match(stdout, /^[\w-]{86}\n$/)
        const answer = yield* Effect.promise(() =>
          fetch(`${url}/api/v2/tokens/me`, { headers: { authorization: `Bearer ${stdout.trim()}` } })
        )
        assert.strictEqual(answer.status, 200)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "--json prints fingerprint and times, at no log level the token or the secret",
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        const { code, stderr, stdout } = yield* Programs.run("genesys", ["token", "--json", "--log-level", "all"], {
          env
        })
        assert.strictEqual(code, 0)
        const shown = yield* Schema.decodeEffect(Shown)(stdout)
        assert.strictEqual(shown.expiresAt.epochMilliseconds - shown.issuedAt.epochMilliseconds, 300_000)
        assert.isAtMost(shown.secondsLeft, 300)
        assert.isAbove(shown.secondsLeft, 290)
        assert.include(stderr, "token issued")
        assert.notMatch(stdout + stderr, /[\w-]{80,}/)
        assert.notInclude(stdout + stderr, env["GENESYS_CLOUD_CLIENT_SECRET"]!)
      }).pipe(Effect.provide(Simulator.layer({ tokenLifetime: 300 }))),
    timeout
  )

  it.live(
    "exits with 3 on a wrong secret, in one line that says what to check, after one request",
    () =>
      Effect.gen(function* () {
        const { journal } = yield* Simulator
        const env = { ...(yield* Settings.env), GENESYS_CLOUD_CLIENT_SECRET: canary }
        const { code, stderr, stdout } = yield* Programs.run("genesys", ["token"], { env })
        assert.deepStrictEqual([code, stdout], [3, ""])
        assert.match(stderr, /^genesys: [^\n]*secret[^\n]*region[^\n]*enabled[^\n]*Client Credentials grant[^\n]*\n$/)
        assert.strictEqual((yield* journal).tokenRequests, 1)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "shows no secret at log level all when it is refused",
    () =>
      Effect.gen(function* () {
        const env = { ...(yield* Settings.env), GENESYS_CLOUD_CLIENT_SECRET: canary }
        const { stderr } = yield* Programs.run("genesys", ["token", "--log-level", "all"], { env })
        assert.include(stderr, "credentials refused")
        assert.notInclude(stderr, canary)
        const basic = Buffer.from(`${(yield* Settings.env)["GENESYS_CLOUD_CLIENT_ID"]}:${canary}`).toString("base64")
        assert.notInclude(stderr, basic)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "exits with 6 on a rate limit of the login host",
    () =>
      Effect.gen(function* () {
        const { addFault } = yield* Simulator
        yield* addFault({ path: "/oauth/token", status: 429, headers: { "retry-after": "3600" } })
        const { code, stderr } = yield* Programs.run("genesys", ["token"], { env: yield* Settings.env })
        assert.strictEqual(code, 6)
        assert.match(stderr, /^genesys: [^\n]*Try again in 1h[^\n]*\n$/)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "exits with 7 within its patience of 30 s, or what --timeout says, when the login host is down, naming it",
    () =>
      Effect.gen(function* () {
        const env = {
          GENESYS_CLOUD_CLIENT_ID: "id",
          GENESYS_CLOUD_CLIENT_SECRET: canary,
          GENESYS_CLOUD_LOGIN_URL: "http://127.0.0.1:1"
        }
        const { code, stderr } = yield* Programs.run("genesys", ["token"], { env })
        assert.strictEqual(code, 7)
        assert.match(stderr, /^genesys: http:\/\/127\.0\.0\.1:1 cannot be reached [^\n]*\n$/)
        const short = Effect.timeout(Programs.run("genesys", ["token", "--timeout", "1s"], { env }), "15 seconds")
        assert.strictEqual((yield* short).code, 7)
      }).pipe(Effect.timeout("50 seconds")),
    timeout
  )

  const valid = { GENESYS_CLOUD_CLIENT_ID: "id", GENESYS_CLOUD_CLIENT_SECRET: canary }
  const bad: ReadonlyArray<readonly [string, string]> = [
    ["GENESYS_CLOUD_CLIENT_ID", ""],
    ["GENESYS_CLOUD_CLIENT_SECRET", ""],
    ["GENESYS_CLOUD_REGION", "mars-east-1"],
    ["GENESYS_CLOUD_LOGIN_URL", "http://login.example.com"]
  ]
  for (const [setting, text] of bad) {
    it.live(
      `exits with 2 on ${setting}="${text}", in one line that names it`,
      () =>
        Effect.gen(function* () {
          const { code, stderr, stdout } = yield* Programs.run("genesys", ["token"], {
            env: { ...valid, [setting]: text }
          })
          assert.deepStrictEqual([code, stdout], [2, ""])
          assert.match(stderr, new RegExp(`^genesys: ${setting} [^\n]*\n$`))
          assert.notInclude(stderr, canary)
        }),
      timeout
    )
  }
})

describe("settings", () => {
  const folder = (dotEnv: string) => {
    const cwd = mkdtempSync(join(tmpdir(), "genesys-"))
    writeFileSync(join(cwd, ".env"), dotEnv)
    return cwd
  }
  const lines = (env: Process.Env) =>
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join("")

  it.live(
    "come from a .env file",
    () =>
      Effect.gen(function* () {
        const { code, stderr } = yield* Programs.run("genesys", ["token", "--json"], {
          cwd: folder(lines(yield* Settings.env))
        })
        assert.deepStrictEqual([code, stderr], [0, ""])
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "may have the official CLI's names",
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        const { code } = yield* Programs.run("genesys", ["token", "--json"], {
          env: {
            GENESYSCLOUD_REGION: "eu-west-1",
            GENESYSCLOUD_OAUTHCLIENT_ID: env["GENESYS_CLOUD_CLIENT_ID"]!,
            GENESYSCLOUD_OAUTHCLIENT_SECRET: env["GENESYS_CLOUD_CLIENT_SECRET"]!,
            GENESYS_CLOUD_LOGIN_URL: env["GENESYS_CLOUD_LOGIN_URL"]!
          }
        })
        assert.strictEqual(code, 0)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "a .env file does not send the environment's secret to a host of its own",
    () =>
      Effect.gen(function* () {
        const { journal, url } = yield* Simulator
        const cwd = folder(
          `GENESYS_CLOUD_LOGIN_URL=${url}\nGENESYS_CLOUD_API_URL=${url}\nGENESYS_CLOUD_REGION=mars-east-1\n`
        )
        // A host that nothing listens on stands for the one that the secret is meant for.
        const env = { ...secretOnly, GENESYS_CLOUD_LOGIN_URL: "http://127.0.0.1:1" }
        const program = yield* Programs.start("genesys", ["token"], { cwd, env })
        const { stderr } = yield* program.until(/ignored/)
        assert.include(
          stderr,
          "GENESYS_CLOUD_REGION, GENESYS_CLOUD_LOGIN_URL, GENESYS_CLOUD_API_URL in the file .env are ignored"
        )
        yield* program.signal("SIGINT")
        assert.strictEqual((yield* program.ended).code, 130)
        assert.strictEqual((yield* journal).tokenRequests, 0)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )

  const secretOnly = { GENESYS_CLOUD_CLIENT_ID: "id", GENESYS_CLOUD_CLIENT_SECRET: canary }
})

describe("wrong usage", () => {
  for (const args of [
    ["tokn"],
    ["token", "--nope"],
    ["simulator", "--port", "http"],
    ["simulator", "--token-lifetime", "0"]
  ]) {
    it.live(
      `genesys ${args.join(" ")} exits with 2, and says where the help is on standard error`,
      () =>
        Effect.gen(function* () {
          const { code, stderr, stdout } = yield* Programs.run("genesys", args)
          assert.deepStrictEqual([code, stdout], [2, ""])
          assert.include(stderr, " --help")
          assert.include(stderr, args.at(-1) === "0" || args.at(-1) === "http" ? args.at(-2)! : args.at(-1)!)
        }),
      timeout
    )
  }

  it.live(
    "--help and --version print to standard output and exit with 0",
    () =>
      Effect.gen(function* () {
        const help = yield* Programs.run("genesys", ["token", "--help"])
        assert.deepStrictEqual([help.code, help.stderr], [0, ""])
        assert.include(help.stdout, "genesys token --json")
        const version = yield* Process.run("genesys", ["--version"])
        assert.deepStrictEqual([version.code, version.stderr], [0, ""])
        assert.match(version.stdout, /\d+\.\d+\.\d+/)
      }),
    timeout
  )
})
