/** `compose.yaml`: by the schema of the Compose specification, and by what it promises of secrets, networks and rights. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { DCLinter } from "dclint"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { execFileSync, spawnSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { connect, createServer } from "node:tls"
import { parse } from "yaml"
import * as WorkerSettingsFile from "../../../apps/worker/src/settings/WorkerSettingsFile.ts"
import { root } from "../../Workspaces.ts"
import * as Containers from "./Containers.ts"
import * as Dockerfile from "./Dockerfile.ts"

interface Service {
  readonly image: string
  readonly build?: { readonly context: string; readonly dockerfile: string; readonly target: string }
  readonly read_only?: boolean
  readonly cap_drop?: ReadonlyArray<string>
  readonly cap_add?: ReadonlyArray<string>
  readonly privileged?: boolean
  readonly security_opt?: ReadonlyArray<string>
  readonly ports?: ReadonlyArray<string>
  readonly networks: ReadonlyArray<string>
  readonly secrets?: ReadonlyArray<string>
  readonly configs?: ReadonlyArray<{ readonly source: string; readonly target: string }>
  readonly volumes?: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  readonly entrypoint?: ReadonlyArray<string>
  readonly command?: ReadonlyArray<string>
  readonly stop_grace_period?: string
  readonly deploy?: { readonly replicas: number }
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>
  readonly volumes: Readonly<Record<string, object>>
  readonly configs: Readonly<Record<string, { readonly file: string }>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const deploy = join(root, "deploy")
const compose: Compose = parse(readFileSync(join(deploy, "compose.yaml"), "utf8"), { merge: true })
const services = Object.entries(compose.services)
const worker = compose.services["worker"]!

/** A copy in which the secrets are made. */
let prepared: string
beforeAll(() => {
  prepared = mkdtempSync(join(tmpdir(), "genesys-compose-"))
  cpSync(deploy, prepared, { recursive: true, filter: (path) => !/\/(?:secrets|\.env)$/.test(path) })
  execFileSync("sh", [join(prepared, "prepare.sh")], { cwd: tmpdir(), stdio: "pipe" })
})
afterAll(() => rmSync(prepared, { recursive: true }))

const secret = (name: string) => readFileSync(join(prepared, "secrets", name), "utf8")

describe("compose.yaml", () => {
  it("is what the specification takes", () => {
    // All that this linter has, but for the order in which it likes things to be, and the name of an image that is built here.
    const orders = [
      "service-keys",
      "services-alphabetical",
      "service-dependencies-alphabetical",
      "top-level-properties"
    ]
    const off = [...orders.map((name) => `${name}-order`), "no-build-and-image", "service-image-require-explicit-tag"]
    const linter = new DCLinter({
      rules: {
        ...Object.fromEntries(off.map((name) => [name, 0] as const)),
        "require-quotes-in-ports": [2, { quoteType: "double" }]
      },
      quiet: false,
      debug: false,
      exclude: []
    })
    const lint = (file: string) => {
      // Its types are not found by their names.
      const found: ReadonlyArray<{ readonly messages: ReadonlyArray<{ readonly message: string }> }> = linter.lintFiles(
        [file],
        false
      )
      return found.flatMap(({ messages }) => messages.map(({ message }) => message))
    }
    assert.deepStrictEqual(lint(join(deploy, "compose.yaml")), [])
    const wrong = join(prepared, "wrong.yaml")
    writeFileSync(wrong, readFileSync(join(deploy, "compose.yaml"), "utf8").replace("read_only:", "read_onyl:"))
    assert.match(lint(wrong).join(), /additional properties/i)
  })

  it("has three workers, each with the image of its target", () => {
    assert.strictEqual(worker.deploy?.replicas, 3)
    for (const [name, { build }] of services.filter(([, service]) => service.build !== undefined)) {
      assert.deepStrictEqual(build, { context: "..", dockerfile: "deploy/Dockerfile", target: name })
      assert.isTrue(Dockerfile.stages().has(name))
    }
    // Those of others, by the version.
    for (const [, { build, image }] of services) {
      if (build === undefined) assert.match(image, /:v?\d+\.\d+[\w.-]*$/)
    }
  })

  it("gives nobody a right that is not needed", () => {
    for (const [name, service] of services) {
      assert.deepInclude(
        service,
        { read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] },
        name
      )
      assert.isUndefined(service.cap_add, name)
      assert.isUndefined(service.privileged, name)
    }
  })

  it("opens nothing but Grafana, and that to this machine; the runners meet where there is no way out", () => {
    const open = services.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`))
    assert.deepStrictEqual(open, ["grafana 127.0.0.1:3000:3000"])
    assert.isTrue(compose.networks["fleet"]?.internal)
    assert.isTrue(compose.networks["scrape"]?.internal)
    const on = (network: string) => services.filter(([, one]) => one.networks.includes(network)).map(([name]) => name)
    assert.sameMembers(on("fleet"), ["worker", "postgres"])
    assert.sameMembers(on("scrape"), ["worker", "prometheus"])
    assert.sameMembers(on("watch"), ["prometheus", "grafana"])
  })

  it("names files that are there once prepare.sh has run, and uses each", () => {
    const both = [...Object.entries(compose.configs), ...Object.entries(compose.secrets)]
    for (const [name, { file }] of both) assert.isTrue(existsSync(join(prepared, file)), name)
    const used = services.flatMap(([, { configs = [], secrets = [] }]) => [
      ...secrets,
      ...configs.map(({ source }) => source)
    ])
    assert.sameMembers(
      [...new Set(used)],
      both.map(([name]) => name)
    )
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(":")[0] ?? ""))
    for (const volume of mounted) {
      assert.isTrue(volume.startsWith("./") ? existsSync(join(deploy, volume)) : volume in compose.volumes, volume)
    }
    // A secret is asked for by the name that it is mounted under.
    for (const [name, service] of services) {
      for (const [, file = ""] of JSON.stringify(service).matchAll(/\/run\/secrets\/(\w+)/g)) {
        assert.include(service.secrets ?? [], file, name)
      }
    }
  })

  it("has settings that a worker takes where its environment permits them, and the client of the simulator", () =>
    Effect.gen(function* () {
      const { clientId, clientSecret } = yield* Simulator
      const text = readFileSync(join(prepared, "compose/worker.yaml"), "utf8")
      const { drain, http, orgs } = yield* WorkerSettingsFile.parse("worker.yaml", text).pipe(
        Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord({ ...worker.environment }))
      )
      assert.strictEqual(
        (yield* Effect.flip(WorkerSettingsFile.parse("worker.yaml", text))).setting,
        "orgs.main.loginUrl"
      )
      assert.deepInclude(http, { port: 9464, host: "0.0.0.0" })
      assert.isAbove(Number.parseInt(worker.stop_grace_period ?? "0", 10), Number.parseInt(drain ?? "20", 10) + 2 + 15)
      assert.strictEqual(worker.environment?.[orgs?.["main"]?.clientIdEnv ?? ""], clientId)
      assert.strictEqual(secret("client-secret").trim(), Redacted.value(clientSecret))
    }).pipe(Effect.provide(Simulator.layerHttpClient()), Effect.runPromise))

  it("starts a worker with the URL of a file and an address of its own, in the place of the shell", () => {
    const bin = mkdtempSync(join(tmpdir(), "genesys-bin-"))
    const stub = join(bin, "genesys-worker")
    writeFileSync(stub, '#!/bin/sh\necho $$ "$GENESYS_WORKER_CLUSTER_URL" "$GENESYS_WORKER_CLUSTER_ADDRESS" "$@"\n')
    chmodSync(stub, 0o755)
    // Of the file: compose reads `$$` as `$`.
    const [shell = "", ...args] = [...(worker.entrypoint ?? []), ...(worker.command ?? [])].map((word) =>
      word.replaceAll("$$", "$").replaceAll("/run/secrets/cluster_url", join(prepared, "secrets/cluster-url"))
    )
    const env = { PATH: `${bin}${delimiter}${process.env["PATH"]}`, HOSTNAME: "0123456789ab" }
    const { pid, stdout } = spawned(shell, args, env)
    const url = secret("cluster-url").trim()
    assert.strictEqual(stdout, `${pid} ${url} 0123456789ab:34431 ${(worker.command ?? []).join(" ")}\n`)
    assert.strictEqual(new URL(url).password, secret("postgres-password").trim())
  })
})

const spawned = (command: string, args: ReadonlyArray<string>, env: Record<string, string>) => {
  const { pid, stdout } = spawnSync(command, [...args], { env, encoding: "utf8" })
  return { pid, stdout }
}

describe("prepare.sh", () => {
  it("keeps what is there, and lets nobody else read it", () => {
    const names = [
      "postgres-password",
      "grafana-password",
      "cluster-url",
      "client-secret",
      "postgres.key",
      "postgres.crt"
    ]
    const before = names.map(secret)
    execFileSync("sh", [join(prepared, "prepare.sh")], { stdio: "pipe" })
    assert.deepStrictEqual(names.map(secret), before)
    for (const name of ["", ...names]) {
      const { mode, uid } = statSync(join(prepared, "secrets", name))
      assert.strictEqual(mode & 0o077, 0, name)
      assert.strictEqual(uid, Containers.isRoot ? 65_532 : process.getuid?.(), name)
    }
    const { uid } = statSync(join(prepared, "secrets"))
    assert.match(readFileSync(join(prepared, ".env"), "utf8"), new RegExp(`^GENESYS_UID=${uid}\\nGENESYS_GID=\\d+\\n$`))
    assert.isAbove(secret("postgres-password").length, 40)
    assert.strictEqual(statSync(join(prepared, ".env")).uid, uid)
    assert.notStrictEqual(secret("postgres-password"), secret("grafana-password"))
  })

  it.skipIf(!Containers.isRoot)("gives them to whom the checkout belongs, if the superuser runs it", () => {
    chownSync(prepared, 1234, 1234)
    execFileSync("sh", [join(prepared, "prepare.sh")], { stdio: "pipe" })
    assert.strictEqual(readFileSync(join(prepared, ".env"), "utf8"), "GENESYS_UID=1234\nGENESYS_GID=1234\n")
    assert.strictEqual(statSync(join(prepared, "secrets/client-secret")).uid, 1234)
  })

  it("makes a certificate by which PostgreSQL is known by its name, and by no other", async () => {
    const server = createServer({ key: secret("postgres.key"), cert: secret("postgres.crt") }, (socket) => socket.end())
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    const address = server.address()
    const port = typeof address === "object" ? (address?.port ?? 0) : 0
    const ask = (servername: string) =>
      new Promise<string>((resolve) => {
        const socket = connect({ host: "127.0.0.1", port, servername, ca: secret("postgres.crt") })
        socket.once("secureConnect", () => resolve("known"))
        socket.once("error", (error) => resolve(error.message))
        socket.once("close", () => socket.destroy())
      })
    assert.strictEqual(await ask("postgres"), "known")
    assert.match(await ask("other"), /does not match/)
    server.close()
  })
})
