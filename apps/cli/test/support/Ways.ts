/** Every setting of both programs: what each is set to here, and how it shows that it counts. */
import * as Effect from "effect/Effect"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Certificates from "../../../../packages/client/test/network/Certificates.ts"
import type * as Process from "../../../worker/test/support/Process.ts"
import { folder } from "./Cli.ts"
import * as Programs from "./Programs.ts"

export type Env = Process.Env

interface World {
  readonly trap: string
  readonly asked: ReadonlyArray<string>
  /** A folder that nothing should be put into. */
  readonly place: string
  readonly out: { readonly code: number; readonly stdout: string; readonly stderr: string }
}

export interface Way {
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

/** Whatever is to count does so long before; a process of its own also has to start. */
const patience = ["--timeout", Programs.isProof ? "8s" : "2s"]
export const token = ["token", ...patience, "--renew"]
const asked = (pattern: RegExp) => (world: World) => world.asked.some((one) => pattern.test(one))
const refused = (name: string) => (world: World) => world.out.code === 2 && world.out.stderr.includes(name)
export const far = { GENESYS_CLOUD_LOGIN_URL: "https://login.invalid", GENESYS_CLOUD_API_URL: "https://api.invalid" }

/** A value that is wrong is told, if anybody looks at it. */
const wrong = (
  name: string,
  value: string,
  program: Way["program"] = "genesys",
  args: ReadonlyArray<string> = token
): Way => ({ program, args, env: () => ({ [name]: value }), counts: refused(name) })

export const worker = ["run", ...patience]
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
export const ways: Record<string, Way> = {
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
    args: ["api", "GET", "users", ...patience],
    env: ({ trap }) => ({ GENESYS_CLOUD_API_URL: trap }),
    counts: asked(/^GET \/api\/v2\/users/)
  },
  GENESYS_CLOUD_ALLOW_HTTP: {
    program: "genesys",
    args: token,
    // The trap stands on the way to a host that is no loopback.
    env: ({ trap }) => ({
      GENESYS_CLOUD_ALLOW_HTTP: "login.invalid",
      GENESYS_CLOUD_LOGIN_URL: "http://login.invalid",
      HTTP_PROXY: trap
    }),
    counts: asked(/login\.invalid/)
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
  GENESYS_WORKER_CLUSTER_URL: {
    program: "genesys-worker",
    args: () => [...worker, "--cluster", "--file", withJob()],
    env: () => ({ GENESYS_WORKER_CLUSTER_URL: "mysql://127.0.0.1/x" }),
    counts: refused("GENESYS_WORKER_CLUSTER_URL")
  },
  GENESYS_WORKER_CLUSTER_ADDRESS: {
    program: "genesys-worker",
    args: () => [...worker, "--cluster", "--file", withJob()],
    env: () => ({
      GENESYS_WORKER_CLUSTER_URL: "postgres://localhost/x",
      GENESYS_WORKER_CLUSTER_ADDRESS: "http://a"
    }),
    counts: refused("GENESYS_WORKER_CLUSTER_ADDRESS")
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
export const notTried = new Set(["NO_COLOR"])

export const withJob = (job: object = { kind: "watch" }) => {
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
