/**
 * Every setting of both programs, by each way that it can come: what counts is seen by a trap, and what must not count never is.
 * `PROVE=1`: each in a process of its own, as it ships, and what must not count one by one.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Rules from "@effect-genesys/core/Settings"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Certificates from "../../../packages/client/test/network/Certificates.ts"
import type * as Process from "../../worker/test/support/Process.ts"
import * as Settings from "../../worker/test/support/Settings.ts"
import { folder } from "./support/Cli.ts"
import * as Person from "./support/Person.ts"
import * as Programs from "./support/Programs.ts"
import * as Trap from "./support/Trap.ts"

type Env = Process.Env

interface World {
  readonly trap: string
  readonly asked: ReadonlyArray<string>
  /** A folder that nothing should be put into. */
  readonly place: string
  readonly out: { readonly code: number; readonly stdout: string; readonly stderr: string }
}

interface Way {
  readonly program: "genesys" | "genesys-worker"
  readonly args: ReadonlyArray<string> | ((settings: Env) => ReadonlyArray<string>)
  /** Its value, and what else the environment must say for it to matter. */
  readonly env: (world: Pick<World, "trap" | "place">) => Env
  /** Whether it has counted. */
  readonly counts: (world: World) => boolean
  /** A service is told to stop once its output matches. */
  readonly until?: RegExp
  readonly stdin?: (settings: Env) => string
}

const token = ["token", "--timeout", "2s", "--renew"]
const asked = (pattern: RegExp) => (world: World) => world.asked.some((one) => pattern.test(one))
const refused = (name: string) => (world: World) => world.out.code === 2 && world.out.stderr.includes(name)
const far = { GENESYS_CLOUD_LOGIN_URL: "https://login.invalid", GENESYS_CLOUD_API_URL: "https://api.invalid" }

/** A value that is wrong is told, if anybody looks at it. */
const wrong = (
  name: string,
  value: string,
  program: Way["program"] = "genesys",
  args: ReadonlyArray<string> = token
): Way => ({ program, args, env: () => ({ [name]: value }), counts: refused(name) })

const worker = ["run", "--timeout", "2s"]
const serving = { program: "genesys-worker", args: worker, until: /worker started/ } as const
const exported = { ...serving, until: /call (?:done|failed)/ } as const
const otlp = (name: string, value: string, more: (trap: string) => Env = () => ({})): Way => ({
  ...exported,
  env: ({ trap }) => ({ [name]: value.replace("TRAP", trap), ...more(trap) }),
  counts: asked(/canary|^POST \/(?:v1|TRAP)/)
})
const toTrap = (trap: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: trap })

const authority = await Effect.runPromise(Certificates.makeAuthority("An authority"))
const own = await Effect.runPromise(authority.issue())
/** It opens with a passphrase only. */
const lockedKey = {
  GENESYS_CLOUD_CLIENT_CERT_FILE: Certificates.file(own.cert),
  GENESYS_CLOUD_CLIENT_KEY_FILE: Certificates.file(Certificates.encrypt(own.key, "a passphrase"))
}

/** How each setting shows that it counts. */
const ways: Record<string, Way> = {
  ...Object.fromEntries(
    ["TRACES", "METRICS", "LOGS"].flatMap((signal) => [
      [
        `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`,
        otlp(`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, `TRAP/v1/${signal.toLowerCase()}`)
      ],
      [
        `OTEL_EXPORTER_OTLP_${signal}_HEADERS`,
        {
          ...otlp(`OTEL_EXPORTER_OTLP_${signal}_HEADERS`, "x-canary=canary", toTrap),
          counts: asked(/canary/)
        }
      ]
    ])
  ),
  GENESYS_CLOUD_CLIENT_ID: {
    program: "genesys",
    args: token,
    env: ({ trap }) => ({ GENESYS_CLOUD_CLIENT_ID: "canary", GENESYS_CLOUD_LOGIN_URL: trap }),
    counts: asked(new RegExp(Buffer.from("canary:").toString("base64").slice(0, 8)))
  },
  GENESYS_CLOUD_CLIENT_SECRET: {
    program: "genesys",
    args: token,
    env: ({ trap }) => ({
      GENESYS_CLOUD_CLIENT_ID: "abc",
      GENESYS_CLOUD_CLIENT_SECRET: "canary",
      GENESYS_CLOUD_LOGIN_URL: trap
    }),
    counts: asked(new RegExp(Buffer.from("abc:canary").toString("base64")))
  },
  GENESYS_CLOUD_CLIENT_SECRET_FILE: wrong("GENESYS_CLOUD_CLIENT_SECRET_FILE", "/no/such/file"),
  GENESYS_CLOUD_REGION: wrong("GENESYS_CLOUD_REGION", "mars-east-1"),
  GENESYS_CLOUD_LOGIN_URL: {
    program: "genesys",
    args: token,
    env: ({ trap }) => ({ GENESYS_CLOUD_LOGIN_URL: trap }),
    counts: asked(/^POST \/oauth\/token/)
  },
  GENESYS_CLOUD_API_URL: {
    program: "genesys",
    args: ["api", "GET", "users", "--timeout", "2s"],
    env: ({ trap }) => ({ GENESYS_CLOUD_API_URL: trap }),
    counts: asked(/^GET \/api\/v2\/users/)
  },
  GENESYS_CLOUD_PROFILE: {
    program: "genesys",
    args: token,
    // It is not asked for if the environment says who we are.
    env: () => ({ GENESYS_CLOUD_PROFILE: "nobody", GENESYS_CLOUD_CLIENT_ID: "", GENESYS_CLOUD_CLIENT_SECRET: "" }),
    counts: ({ out }) => out.stderr.includes("There is no profile nobody")
  },
  GENESYS_CLOUD_SECRET_STORE: {
    program: "genesys",
    args: (settings) => ["login", "--client-id", settings["GENESYS_CLOUD_CLIENT_ID"] ?? "", "--secret-stdin"],
    env: () => ({ GENESYS_CLOUD_SECRET_STORE: "nowhere" }),
    counts: ({ out }) => out.code === 2 && out.stderr.includes("GENESYS_CLOUD_SECRET_STORE is not valid"),
    stdin: (settings) => settings["GENESYS_CLOUD_CLIENT_SECRET"] ?? ""
  },
  HTTPS_PROXY: {
    program: "genesys",
    args: token,
    env: ({ trap }) => ({ HTTPS_PROXY: trap, ...far }),
    counts: asked(/^CONNECT login\.invalid/)
  },
  HTTP_PROXY: wrong("HTTP_PROXY", "http://"),
  ALL_PROXY: wrong("ALL_PROXY", "socks5://127.0.0.1:1080"),
  NO_PROXY: {
    program: "genesys",
    args: token,
    env: ({ trap }) => ({ NO_PROXY: "login.invalid", HTTPS_PROXY: trap, ...far }),
    counts: ({ asked: all }) => !all.some((one) => one.startsWith("CONNECT"))
  },
  GENESYS_CLOUD_CA_FILE: wrong("GENESYS_CLOUD_CA_FILE", "/no/such/file"),
  GENESYS_CLOUD_CLIENT_CERT_FILE: wrong("GENESYS_CLOUD_CLIENT_CERT_FILE", "/no/such/file"),
  GENESYS_CLOUD_CLIENT_KEY_FILE: wrong("GENESYS_CLOUD_CLIENT_KEY_FILE", "/no/such/file"),
  GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE: {
    program: "genesys",
    args: token,
    env: () => ({ ...lockedKey, GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE: "a passphrase" }),
    counts: ({ out }) => out.code === 0
  },
  GENESYS_CONFIG_DIR: {
    program: "genesys",
    args: ["profile", "list"],
    env: ({ place }) => ({ GENESYS_CONFIG_DIR: profileIn(place) }),
    counts: ({ out }) => out.stdout.includes("planted")
  },
  XDG_CONFIG_HOME: {
    program: "genesys",
    args: ["profile", "list"],
    env: ({ place }) => {
      profileIn(join(place, "effect-genesys"))
      return { XDG_CONFIG_HOME: place }
    },
    counts: ({ out }) => out.stdout.includes("planted")
  },
  XDG_CACHE_HOME: {
    program: "genesys",
    args: token,
    env: ({ place }) => ({ XDG_CACHE_HOME: place }),
    counts: ({ place }) => existsSync(join(place, "effect-genesys", "tokens"))
  },
  GENESYS_WORKER_FILE: {
    program: "genesys-worker",
    args: ["run"],
    env: () => ({ GENESYS_WORKER_FILE: "/no/such/file" }),
    counts: ({ out }) => out.stderr.includes("/no/such/file"),
    until: /worker started/
  },
  GENESYS_WORKER_PORT: {
    ...serving,
    env: () => ({ GENESYS_WORKER_PORT: "0" }),
    counts: ({ out }) => out.stderr.includes("listening")
  },
  GENESYS_WORKER_HOST: {
    ...serving,
    env: () => ({ GENESYS_WORKER_HOST: "127.0.0.2", GENESYS_WORKER_PORT: "0" }),
    counts: ({ out }) => out.stderr.includes("//127.0.0.2:")
  },
  GENESYS_WORKER_HOSTS: { ...serving, ...wrong("GENESYS_WORKER_HOSTS", "http://a", "genesys-worker", worker) },
  GENESYS_WORKER_DRAIN: {
    program: "genesys-worker",
    args: () => [...worker, "--file", withJob()],
    env: () => ({ GENESYS_WORKER_DRAIN: "soon" }),
    counts: refused("GENESYS_WORKER_DRAIN")
  },
  GENESYS_WORKER_INTERVAL: { ...wrong("GENESYS_WORKER_INTERVAL", "soon", "genesys-worker", worker) },
  GENESYS_WORKER_EMAIL: { ...wrong("GENESYS_WORKER_EMAIL", "nobody", "genesys-worker", worker) },
  PGSSLROOTCERT: {
    program: "genesys-worker",
    args: () => ["check", "--file", withJob({ kind: "users", sink: { postgres: "DATABASE_URL" } })],
    env: () => ({ PGSSLROOTCERT: "/no/such/file", DATABASE_URL: "postgres://db.example/x?sslmode=verify-full" }),
    counts: refused("PGSSLROOTCERT")
  },
  LOG_LEVEL: wrong("LOG_LEVEL", "loud"),
  LOG_FORMAT: wrong("LOG_FORMAT", "xml"),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlp("OTEL_EXPORTER_OTLP_ENDPOINT", "TRAP"),
  OTEL_EXPORTER_OTLP_HEADERS: {
    ...otlp("OTEL_EXPORTER_OTLP_HEADERS", "x-canary=canary", toTrap),
    counts: asked(/canary/)
  },
  OTEL_SERVICE_NAME: { ...otlp("OTEL_SERVICE_NAME", "canary", toTrap), counts: asked(/canary/) },
  OTEL_RESOURCE_ATTRIBUTES: { ...otlp("OTEL_RESOURCE_ATTRIBUTES", "a=canary", toTrap), counts: asked(/canary/) }
}

/** Only in a terminal: its tests have the setting. */
const notTried = new Set(["NO_COLOR"])

const withJob = (job: object = { kind: "watch" }) => {
  const file = join(folder(), "worker.json")
  writeFileSync(file, JSON.stringify({ jobs: [{ name: "a", every: "1h", ...job }] }), { mode: 0o600 })
  return file
}

const profileIn = (place: string) => {
  mkdirSync(join(place, "profiles"), { recursive: true, mode: 0o700 })
  const profile = { region: "us-east-1", clientId: "planted", grant: "client_credentials" }
  writeFileSync(join(place, "profiles", "planted.json"), JSON.stringify(profile), { mode: 0o600 })
  return place
}

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
      it.live(`${name} counts from the environment of the worker, too`, () =>
        Effect.gen(function* () {
          const file = withJob()
          const both: Way = {
            ...way,
            program: "genesys-worker",
            args: ["run", "--once", "--timeout", "2s", "--file", file]
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

  for (const [where, prepare] of origins) {
    for (const host of ["that answers", "that is reached by a proxy"] as const) {
      it.live(`${where}, for a host ${host}`, () =>
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
