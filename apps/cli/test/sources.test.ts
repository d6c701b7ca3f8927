/**
 * Every setting of both programs, by each way that it can come: what counts is seen by a trap, and what must not count never is.
 * `PROVE=1`: each in a process of its own, as it ships, what must not count one by one, each setting in both programs, and each secret also
 * where its host is reached by a proxy.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Rules from "@effect-genesys/core/Settings"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Settings from "../../worker/test/support/Settings.ts"
import { folder } from "./support/Cli.ts"
import * as Person from "./support/Person.ts"
import * as Programs from "./support/Programs.ts"
import * as Trap from "./support/Trap.ts"
import { type Env, far, notTried, token, type Way, ways, withJob, worker } from "./support/Ways.ts"

const dotEnv = (env: Env) => {
  const cwd = folder()
  writeFileSync(
    join(cwd, ".env"),
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join("")
  )
  return cwd
}

/** @param split what of the setting's variables comes from where */
const see = Effect.fnUntraced(function* (
  way: Way,
  split: (env: Env, settings: Env) => { readonly env: Env; readonly file: Env }
) {
  const { seen, url: trap } = yield* Trap.make
  const place = folder()
  const settings = yield* Settings.env
  const { env, file } = split(way.env({ trap, place }), settings)
  const stdin = way.stdin?.(settings)
  const args = typeof way.args === "function" ? way.args(settings) : way.args
  const options = { cwd: dotEnv(file), env, ...(stdin === undefined ? {} : { stdin }) }
  const out = yield* Programs.run(way.program, args, { ...options, until: way.until })
  return { trap, asked: seen.asked, place, out }
})

const without = (env: Env, ...names: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))

const fromDotEnv = (name: string) => Rules.fromDotEnv(Rules.find(name)!)

describe.concurrent("a setting", () => {
  it("is tried, or it is said why not", () => {
    const names = Rules.rules.map(({ name }) => name)
    assert.sameMembers([...Object.keys(ways), ...notTried], names)
  })

  for (const [name, way] of Object.entries(ways)) {
    it.live(`${name} counts from the environment`, () =>
      Effect.gen(function* () {
        const world = yield* see(way, (env, settings) => ({ env: { ...settings, ...env }, file: {} }))
        assert.isTrue(way.counts(world), JSON.stringify([world.out, world.asked]))
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
    )

    // Of the settings that both programs have; each way that does not end by itself is stopped once it has made a call.
    // A worker writes into the cache only for a login in a browser.
    const isOfBoth = way.args === token && Rules.find(name)?.programs.includes("genesys-worker") === true
    if (isOfBoth && name !== "XDG_CACHE_HOME") {
      const isShort = name === "GENESYS_CLOUD_LOGIN_URL" || name === "HTTPS_PROXY"
      it.live.skipIf(!isShort && !Programs.isProof)(`${name} counts from the environment of the worker, too`, () =>
        Effect.gen(function* () {
          const file = withJob()
          const both: Way = {
            ...way,
            program: "genesys-worker",
            args: [...worker, "--once", "--file", file]
          }
          const world = yield* see(both, (env, settings) => ({ env: { ...settings, ...env }, file: {} }))
          assert.isTrue(way.counts(world), JSON.stringify([world.out, world.asked]))
        }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
      )
    }

    const from = fromDotEnv(name)
    // Else those that must not count are tried all at once, below.
    it.live.skipIf(from === "never" && process.env["PROVE"] !== "1")(
      `${name} of a .env beside the secret counts: ${from}`,
      () =>
        Effect.gen(function* () {
          const world = yield* see(way, (env, settings) => {
            const whole = { ...settings, ...env }
            const identity = ["GENESYS_CLOUD_CLIENT_ID", "GENESYS_CLOUD_CLIENT_SECRET"]
            const file = Object.fromEntries(Object.entries(whole).filter(([one]) => [...identity, name].includes(one)))
            return { env: without(whole, name, ...identity), file }
          })
          assert.strictEqual(way.counts(world), from !== "never", JSON.stringify([world.out, world.asked]))
          if (from === "never") assert.match(world.out.stderr, new RegExp(`${name} in the file \\.env is ignored`))
        }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
    )
  }
})

describe.concurrent("what a .env must not bring", () => {
  for (const [program, args, until] of [
    ["genesys", token, undefined],
    ["genesys-worker", worker, /call (?:done|failed)/]
  ] as const) {
    it.live(`counts for nothing, all of it at once, and is named in a warning: ${program}`, () =>
      Effect.gen(function* () {
        const { seen, url: trap } = yield* Trap.make
        const place = folder()
        const nevers = Object.entries(ways).filter(
          ([name, way]) => fromDotEnv(name) === "never" && Rules.find(name)?.programs.includes(program) && "env" in way
        )
        assert.isAbove(nevers.length, 15)
        const file = Object.fromEntries(nevers.map(([name, way]) => [name, way.env({ trap, place })[name] ?? ""]))
        const out = yield* Programs.run(program, args, { cwd: dotEnv(file), env: yield* Settings.env, until })
        assert.strictEqual(out.code, 0, out.stderr)
        const world = {
          trap,
          asked: seen.asked,
          place,
          out: { ...out, stderr: out.stderr.replaceAll(/^.* is ignored: .*$/gm, "") }
        }
        for (const [name, way] of nevers) {
          assert.match(out.stderr, new RegExp(`\\b${name}\\b.* in the file \\.env (?:is|are) ignored`))
          // Of these two nothing is to be seen when they count for nothing.
          if (!["NO_PROXY", "GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE"].includes(name))
            assert.isFalse(way.counts(world), name)
        }
        assert.deepStrictEqual(seen.asked, [])
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
    )
  }
})

/** A folder that somebody has prepared: everything in it points at the trap. */
const hostile = (trap: string, place: string): Env => ({
  GENESYS_CLOUD_LOGIN_URL: trap,
  GENESYS_CLOUD_API_URL: trap,
  GENESYS_CLOUD_REGION: "eu-west-1",
  HTTPS_PROXY: trap,
  HTTP_PROXY: trap,
  https_proxy: trap,
  http_proxy: trap,
  ALL_PROXY: trap,
  NO_PROXY: "nothing.example",
  GENESYS_CLOUD_ALLOW_HTTP: "evil.example",
  GENESYS_CLOUD_CA_FILE: "/no/such/file",
  GENESYS_CLOUD_PROFILE: "nobody",
  GENESYS_CONFIG_DIR: place,
  XDG_CONFIG_HOME: place,
  XDG_CACHE_HOME: place,
  GENESYS_WORKER_FILE: "/no/such/file",
  GENESYS_WORKER_PORT: "0",
  GENESYS_WORKER_HOST: "0.0.0.0",
  GENESYS_WORKER_HOSTS: "evil.example",
  PGSSLROOTCERT: "/no/such/file",
  OTEL_EXPORTER_OTLP_ENDPOINT: trap,
  OTEL_EXPORTER_OTLP_HEADERS: "x=y"
})

describe.concurrent("a secret is not steered by a hostile folder", () => {
  interface Prepared {
    readonly env: Env
    readonly args?: ReadonlyArray<string>
  }
  const origins: ReadonlyArray<
    readonly [string, (settings: Env, at: string) => Prepared | Effect.Effect<Prepared, never, Simulator>]
  > = [
    ["of the environment", (settings) => ({ env: settings })],
    [
      "of a file that the environment names",
      ({ GENESYS_CLOUD_CLIENT_SECRET: secret = "", ...env }, at) => {
        writeFileSync(join(at, "secret"), secret, { mode: 0o600 })
        return { env: { ...env, GENESYS_CLOUD_CLIENT_SECRET_FILE: join(at, "secret") } }
      }
    ],
    [
      "of an org in a settings file",
      ({ GENESYS_CLOUD_CLIENT_ID: id = "", GENESYS_CLOUD_CLIENT_SECRET: secret = "", ...env }, at) => ({
        env: { ACME_ID: id, ACME_SECRET: secret },
        args: settingsFile(at, env, "clientSecretEnv: ACME_SECRET")
      })
    ],
    [
      "of a file of an org in a settings file",
      ({ GENESYS_CLOUD_CLIENT_ID: id = "", GENESYS_CLOUD_CLIENT_SECRET: secret = "", ...env }, at) => {
        writeFileSync(join(at, "secret"), secret, { mode: 0o600 })
        return { env: { ACME_ID: id }, args: settingsFile(at, env, `clientSecretFile: ${join(at, "secret")}`) }
      }
    ],
    [
      "of a profile that a settings file names",
      ({ GENESYS_CLOUD_API_URL: apiUrl, GENESYS_CLOUD_LOGIN_URL: loginUrl }, at) =>
        Effect.gen(function* () {
          const person = Person.make()
          assert.strictEqual((yield* person.login("--profile", "acme")).code, 0)
          const profile = join(person.env.GENESYS_CONFIG_DIR, "profiles", "acme.json")
          const found: object = JSON.parse(readFileSync(profile, "utf8"))
          writeFileSync(profile, JSON.stringify({ ...found, loginUrl, apiUrl }), { mode: 0o600 })
          const file = join(at, "worker.json")
          const job = { name: "watch", kind: "watch", org: "acme", every: "1s" }
          writeFileSync(file, JSON.stringify({ orgs: { acme: { profile: "acme" } }, jobs: [job] }), { mode: 0o600 })
          return { env: person.env, args: ["--file", file] }
        }).pipe(Effect.orDie)
    ]
  ]
  const settingsFile = (at: string, env: Env, secret: string) => {
    const file = join(at, "worker.yaml")
    writeFileSync(
      file,
      [
        "orgs:",
        "  acme:",
        "    clientIdEnv: ACME_ID",
        `    ${secret}`,
        `    loginUrl: ${env["GENESYS_CLOUD_LOGIN_URL"]}`,
        `    apiUrl: ${env["GENESYS_CLOUD_API_URL"]}`,
        "jobs:",
        "  - { name: watch, kind: watch, org: acme, every: 1s }",
        ""
      ].join("\n"),
      { mode: 0o600 }
    )
    return ["--file", file]
  }

  for (const [index, [where, prepare]] of origins.entries()) {
    for (const host of ["that answers", "that is reached by a proxy"] as const) {
      const isShort = host === "that answers" || index === 0
      it.live.skipIf(!isShort && !Programs.isProof)(`${where}, for a host ${host}`, () =>
        Effect.gen(function* () {
          const { seen, url: trap } = yield* Trap.make
          const place = folder()
          const settings = yield* Settings.env
          const real = host === "that answers" ? settings : { ...settings, ...far }
          const prepared = prepare(real, folder())
          const { args = [], env } = Effect.isEffect(prepared) ? yield* prepared : prepared
          const cwd = dotEnv(hostile(trap, place))
          const until = host === "that answers" ? /call done/ : /ENOTFOUND|EAI_AGAIN|failed/
          const { stderr } = yield* Programs.run("genesys-worker", [...worker, ...args], { cwd, env, until })
          assert.match(stderr, until)
          assert.notInclude(stderr, "listening")
          if (args.length === 0) {
            const once = host === "that answers" ? ["api", "GET", "users"] : token
            yield* Programs.run("genesys", once, { cwd, env })
          }
          assert.deepStrictEqual(seen.asked, [])
          assert.deepStrictEqual(readdirSync(place), [])
        }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
      )
    }
  }
})
