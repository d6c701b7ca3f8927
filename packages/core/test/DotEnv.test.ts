/** What a `.env` may bring: each setting there is, beside each place that a secret can come from. */
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import * as DotEnv from "../src/DotEnv.ts"
import * as Settings from "../src/Settings.ts"
import { file, folder } from "./support.ts"

type Env = Record<string, string>

/** What comes through of a file with these lines, and what is warned of. */
const load = Effect.fnUntraced(function* (lines: Env, environment: Env = {}, encoding: BufferEncoding = "utf8") {
  const directory = folder()
  const text = Object.entries(lines)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("")
  const path = file(directory, ".env", Buffer.from(text, encoding))
  const warnings: Array<string> = []
  // The working directory is that of the process; only the file is elsewhere.
  const here = Layer.effect(
    FileSystem.FileSystem,
    FileSystem.FileSystem.use((fs) => {
      const moved = (at: string) => (at === resolve(".env") ? path : at)
      return Effect.succeed({
        ...fs,
        lstat: (at: string) => fs.lstat(moved(at)),
        stream: (at: string, options?: Parameters<typeof fs.stream>[1]) => fs.stream(moved(at), options)
      })
    })
  ).pipe(Layer.provideMerge(NodeServices.layer))
  const provider = yield* DotEnv.load(ConfigProvider.fromEnvRecord(environment)).pipe(
    Effect.provide([here, Logger.layer([Logger.make(({ message }) => void warnings.push(String(message)))])])
  )
  const seen: Env = {}
  for (const name of Object.keys(lines)) {
    const node = yield* provider.load([name])
    if (node?._tag === "Value") seen[name] = node.value
  }
  return { seen, warnings: warnings.join("\n") }
})

const value = "https://somewhere.example"
const names = [...Settings.rules.flatMap(Settings.namesOf), "OTEL_BSP_SCHEDULE_DELAY", "DATABASE_URL", "NODE_OPTIONS"]
const secret = { GENESYS_CLOUD_CLIENT_SECRET: "text" }

const worlds: ReadonlyArray<readonly [where: string, beside: Env, environment: Env]> = [
  ["no secret anywhere", {}, {}],
  ["the secret beside it", secret, {}],
  ["the secret in the environment", {}, secret],
  ["the secret in a file that the environment names", {}, { GENESYS_CLOUD_CLIENT_SECRET_FILE: "/run/secret" }],
  ["a secret beside it and one in the environment", secret, { GENESYSCLOUD_OAUTHCLIENT_SECRET: "text" }]
]

describe("DotEnv", () => {
  for (const [where, beside, environment] of worlds) {
    it.effect(`brings who we are and harmless values only, with ${where}`, () =>
      Effect.gen(function* () {
        const ofEnvironment = Object.keys(environment).length > 0
        for (const name of names) {
          const rule = Settings.find(name)
          const from = rule === undefined ? "unknown" : Settings.fromDotEnv(rule)
          const isPlace = rule?.names === "a host" || rule?.names === "a region of Genesys Cloud"
          const expected =
            from === "always"
              ? !(ofEnvironment && isPlace)
              : from === "with the secret" && !ofEnvironment && "GENESYS_CLOUD_CLIENT_SECRET" in beside
          const { seen, warnings } = yield* load({ ...beside, [name]: value }, environment)
          assert.strictEqual(seen[name], expected ? value : undefined, name)
          if (expected || from === "unknown") assert.strictEqual(warnings, "", name)
          else assert.match(warnings, new RegExp(String.raw`\b${name} in the file \.env is ignored`), name)
          assert.notInclude(warnings, value)
        }
      })
    )
  }

  it.effect(
    "never brings what names a host, proxy, certificate, file, folder, cache, telemetry target or bind address",
    () =>
      Effect.gen(function* () {
        const { seen } = yield* load({
          ...secret,
          GENESYS_CLOUD_CLIENT_SECRET_FILE: "/etc/passwd",
          HTTPS_PROXY: value,
          no_proxy: "*",
          GENESYS_CLOUD_CA_FILE: "ca.pem",
          XDG_CACHE_HOME: "/tmp",
          GENESYS_CONFIG_DIR: "/tmp",
          GENESYS_WORKER_HOST: "0.0.0.0",
          GENESYS_WORKER_PORT: "80",
          GENESYS_WORKER_FILE: "worker.yaml",
          GENESYS_CLOUD_PROFILE: "other",
          OTEL_EXPORTER_OTLP_ENDPOINT: value,
          DATABASE_URL: "postgres://somewhere.example/db"
        })
        assert.deepStrictEqual(seen, secret)
      })
  )
})

it.effect("the ends of lines that Windows writes are no part of what it says", () =>
  Effect.gen(function* () {
    const lines = {
      GENESYS_CLOUD_CLIENT_ID: "an-id\r",
      GENESYS_CLOUD_CLIENT_SECRET: "a secret\r",
      GENESYS_WORKER_EMAIL: "'me@example.com'\r"
    }
    const { seen, warnings } = yield* load(lines)
    assert.deepStrictEqual(seen, {
      GENESYS_CLOUD_CLIENT_ID: "an-id",
      GENESYS_CLOUD_CLIENT_SECRET: "a secret",
      GENESYS_WORKER_EMAIL: "me@example.com"
    })
    assert.strictEqual(warnings, "")
  })
)

it.effect("a file in UTF-16 is refused, and named as that, with the mark of its byte order and without", () =>
  Effect.gen(function* () {
    for (const mark of ["", "\uFEFF"]) {
      const lines = { [`${mark}GENESYS_CLOUD_CLIENT_ID`]: "an-id", GENESYS_CLOUD_CLIENT_SECRET: "canary" }
      const error = yield* Effect.flip(load(lines, {}, "utf16le"))
      assert.match(error.message, /^\.env is text in UTF-16, as > of PowerShell writes it\. Save it as UTF-8$/)
      assert.notInclude(error.message, "canary")
    }
  })
)

describe("Settings", () => {
  const root = join(import.meta.dirname, "..", "..", "..")
  const sources = ["packages", "apps"].flatMap((kind) =>
    readdirSync(join(root, kind)).flatMap((name) => {
      const directory = join(root, kind, name, "src")
      return readdirSync(directory, { recursive: true, encoding: "utf8" })
        .filter((entry) => entry.endsWith(".ts"))
        .map((entry) => join(directory, entry))
    })
  )
  // What we hand to programs that we start, and what is Node's or the system's own.
  const others = new Set([
    "GENESYS_CLOUD_ACCESS_TOKEN",
    "GENESYSCLOUD_ACCESS_TOKEN",
    "XDG_RUNTIME_DIR",
    "XDG_DATA_HOME",
    "NODE_EXTRA_CA_CERTS",
    "NODE_USE_SYSTEM_CA",
    "NODE_COMPILE_CACHE",
    "NODE_DISABLE_COMPILE_CACHE"
  ])

  it("has a rule for each variable that a source names", () => {
    const pattern = /["'`{ ]((?:GENESYS|OTEL|XDG|NODE)[A-Z]*_[A-Z_]+[A-Z]|LOG_[A-Z]+|[A-Z]+_PROXY|NO_COLOR)(?=["'`:}])/g
    const missing = sources.flatMap((source) =>
      Array.from(readFileSync(source, "utf8").matchAll(pattern), ([, name = ""]) => name)
        .filter((name) => Settings.find(name) === undefined && !others.has(name))
        .map((name) => `${name} in ${source.slice(root.length + 1)}`)
    )
    assert.deepStrictEqual(missing, [])
  })

  it("names each variable once", () => {
    const all = Settings.rules.flatMap(Settings.namesOf)
    assert.lengthOf(new Set(all), all.length)
  })
})
