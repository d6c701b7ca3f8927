/** `genesys exec`: what the program is given, and that it seems to run by itself. `PROVE=1`: each signal; else one. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Settings from "../../../worker/test/support/Settings.ts"
import { folder } from "../support/Cli.ts"
import * as Person from "../support/Person.ts"
import * as Programs from "../support/Programs.ts"

const timeout = 120_000

describe("genesys exec", () => {
  it.live(
    "gives the program a token that works, and the profile instead of another client's secret",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Simulator
        const person = Person.make()
        yield* person.login("--profile", "acme")
        const script = `
          const { GENESYS_CLOUD_ACCESS_TOKEN: token, GENESYS_CLOUD_API_URL: url, ...env } = process.env
          const { status } = await fetch(url + "/api/v2/tokens/me", { headers: { authorization: "Bearer " + token } })
          console.log(JSON.stringify([status, url, env.GENESYS_CLOUD_REGION, env.GENESYS_CLOUD_PROFILE, env.GENESYS_CLOUD_CLIENT_SECRET ?? null, process.argv.includes(token)]))
          process.exitCode = 42`
        const args = ["exec", "--profile", "acme", "--", process.execPath, "--input-type=module", "-e", script]
        const { code, stderr, stdout } = yield* Process.run("genesys", args, {
          env: { ...person.env, GENESYS_CLOUD_CLIENT_SECRET: "another" }
        })
        assert.deepStrictEqual([code, stderr], [42, ""])
        assert.deepStrictEqual(JSON.parse(stdout), [200, url, "us-east-1", "acme", null, false])
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "hands on no secret of the environment, and what --env names",
    () =>
      Effect.gen(function* () {
        const secrets = {
          GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE: "canary",
          DATABASE_URL: "postgres://user:canary@db/db",
          OTEL_EXPORTER_OTLP_HEADERS: "authorization=canary",
          ALL_PROXY: "http://canary@proxy.invalid",
          LC_API_TOKEN: "canary"
        }
        const env = { ...(yield* Settings.env), ...secrets, REPORT_DAY: "monday", REPORT_TO: "me" }
        const seen = join(folder(), "seen")
        const script = `require("node:fs").writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.env))`
        const run = Effect.fnUntraced(function* (...args: ReadonlyArray<string>) {
          const all = ["exec", ...args, "--", process.execPath, "-e", script]
          const { code, stderr } = yield* Programs.run("genesys", all, { env })
          return { code, stderr, given: readFileSync(seen, "utf8") }
        })
        const plain = yield* run()
        assert.strictEqual(plain.code, 0)
        assert.notMatch(plain.given, /canary|monday|CLIENT_SECRET/)
        assert.match(plain.stderr, /ALL_PROXY may hold a password or a token, .* name it with --env/)
        const named = yield* run("--env", "DATABASE_URL", "--env", "REPORT_*", "--env", "NOPE_*")
        assert.strictEqual(named.code, 0)
        const { DATABASE_URL, GENESYS_CLOUD_ACCESS_TOKEN, REPORT_DAY, REPORT_TO } = JSON.parse(named.given)
        assert.deepStrictEqual([DATABASE_URL, REPORT_DAY, REPORT_TO], [secrets.DATABASE_URL, "monday", "me"])
        assert.isString(GENESYS_CLOUD_ACCESS_TOKEN)
        const wrong = ["exec", "--env", "A=B", "--", process.execPath, "-e", script]
        assert.strictEqual((yield* Programs.run("genesys", wrong, { env })).code, 2)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "runs no program that would lack what --env names",
    () =>
      Effect.gen(function* () {
        const { journal } = yield* Simulator
        const person = Person.make()
        yield* person.login()
        const asked = (yield* journal).tokenRequests
        const secret = "GENESYS_CLOUD_CLIENT_SECRET"
        for (const [name, said] of [
          ["NOPE", "names no variable of the environment. Set it, or leave --env NOPE out."],
          // With a profile, it is another client's.
          [secret, "would hand on what belongs to another client than that of the profile. Leave it out"]
        ] as const) {
          const args = [
            "exec",
            "--profile",
            "default",
            "--env",
            name,
            "--",
            process.execPath,
            "-e",
            "console.log('ran')"
          ]
          const { code, stderr, stdout } = yield* Programs.run("genesys", args, {
            env: { ...person.env, [secret]: "another" }
          })
          assert.deepStrictEqual([code, stdout], [2, ""])
          assert.include(stderr, `genesys: --env ${name} ${said}`)
        }
        assert.strictEqual((yield* journal).tokenRequests, asked)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it.live.skipIf(signal === "SIGINT" && !Programs.isProof)(
      `passes ${signal}, waits for the program, and ends with its code`,
      () =>
        Effect.gen(function* () {
          const script = `
            process.on("${signal}", () => setTimeout(() => { console.log("tidied up"); process.exit(9) }, 300))
            console.log("ready")
            setInterval(() => {}, 1000)`
          const program = yield* Process.start("genesys", ["exec", "--", process.execPath, "-e", script], {
            env: yield* Settings.env
          })
          yield* program.until(/ready/)
          yield* program.signal(signal)
          const { code, stdout } = yield* program.ended
          assert.deepStrictEqual([code, stdout], [9, "ready\ntidied up\n"])
        }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
      timeout
    )
  }

  it.live(
    "ends as a shell does: 128 and the signal, 127 for no such program, and 3 before it is run without a token",
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        const run = (...args: ReadonlyArray<string>) => Programs.run("genesys", ["exec", "--", ...args], { env })
        assert.strictEqual((yield* run(process.execPath, "-e", "process.kill(process.pid, 'SIGKILL')")).code, 137)
        const missing = yield* run("no-such-program-here")
        assert.deepStrictEqual(
          [missing.code, missing.stderr],
          [127, "genesys: no-such-program-here is not a program that can be found.\n"]
        )
        const ran = join(folder(), "ran")
        const refused = yield* Programs.run("genesys", ["exec", "--", "touch", ran], {
          env: { ...env, GENESYS_CLOUD_CLIENT_SECRET: "wrong" }
        })
        assert.deepStrictEqual([refused.code, refused.stdout, existsSync(ran)], [3, "", false])
        const nothing = yield* Programs.run("genesys", ["exec"], { env })
        assert.strictEqual(nothing.code, 2)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )
})
