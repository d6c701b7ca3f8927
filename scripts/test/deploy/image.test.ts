/**
 * The images: `deploy/Dockerfile` is linted. `PROVE=1`: its steps are carried out in plain folders, and what comes of it is started by the user
 * of the image, who can write nowhere but in /data. No container engine is asked. Without a registry nothing can be installed, and nobody but the
 * superuser can give files to another user. In each test run `packages.test.ts` starts what the images are made of.
 */
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { validate } from "dockerfile-utils"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { execFileSync, spawnSync } from "node:child_process"
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { vi } from "vitest"
import { parse } from "yaml"
import { Postgres } from "../../../packages/export/test/Postgres.ts"
import { root } from "../../Workspaces.ts"
import * as Containers from "./Containers.ts"
import * as Dockerfile from "./Dockerfile.ts"

const isProof = process.env["PROVE"] !== undefined
const timeout = 240_000
const proofTimeout = 1_200_000
const isReachable =
  isProof && spawnSync("npm", ["ping", "--silent", "--fetch-retries=0"], { timeout: 20_000 }).status === 0

const destination = mkdtempSync(join(tmpdir(), "genesys-images-"))
chmodSync(destination, 0o755)
afterAll(() => rmSync(destination, { recursive: true, force: true }), timeout)

const targets = ["worker", "cli", "simulator"]

describe("deploy/Dockerfile", () => {
  it("has nothing that its linter finds", () => {
    assert.deepStrictEqual(validate(Dockerfile.text), [])
    assert.isNotEmpty(validate(`${Dockerfile.text}\nENTRYPOINT ['a']\nEXPOSE all\n`))
  })

  it("takes the Node that is tested here, and nothing else of others", () => {
    const { devDependencies }: { readonly devDependencies: Record<string, string> } = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8")
    )
    const stages = Dockerfile.stages()
    for (const { from } of stages.values()) {
      if (!stages.has(from)) assert.strictEqual(from, `node:${devDependencies["node"]}-slim`)
    }
    assert.includeMembers([...stages.keys()], targets)
  })

  it("sends no secret, nothing that was made and nothing of git to the builder", () => {
    for (const path of [
      ".git",
      ".env",
      "examples/.env",
      "deploy",
      "node_modules",
      "packages/auth/dist",
      "apps/cli/node_modules",
      "tarballs"
    ]) {
      assert.isTrue(Dockerfile.isIgnored(path), path)
    }
    for (const path of ["package-lock.json", ".npmrc", "packages/auth/src/index.ts", "scripts/packAll.ts", "LICENSE"]) {
      assert.isFalse(Dockerfile.isIgnored(path), path)
    }
  })
})

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0))
    })
  })

/** That of the base image: the Node of this run, where everybody can reach it. */
const base = (folder: string) => {
  const [node, bin] = [join(destination, ".node"), join(folder, "usr/local/bin")]
  mkdirSync(bin, { recursive: true })
  if (!existsSync(node)) cpSync(process.execPath, node)
  linkSync(node, join(bin, "node"))
  chmodSync(node, 0o755)
}

/** What of this machine its npm needs, such as the way to a registry. */
const npm = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_ENV$|PROVE$)/.test(name))),
  PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
  npm_config_prefer_offline: "true"
}

const build = Dockerfile.builder({ destination, base, env: npm })

const answers = async (url: string) => (await fetch(url).catch(() => undefined))?.status

describe.skipIf(!isReachable || !Containers.isRoot)("an image", () => {
  it(
    "of the worker becomes ready, is found healthy, and ends in good order when it is told to",
    { timeout: proofTimeout },
    async () => {
      const image = await build("worker")
      assert.deepStrictEqual([image.user, image.workdir], ["65532:65532", "/data"])
      assert.deepStrictEqual(image.ports, ["9464", "34431"])
      Containers.seal(image, ["/data"])

      await Effect.gen(function* () {
        const { clientId, clientSecret, url } = yield* Simulator
        yield* Effect.promise(async () => {
          const port = await freePort()
          // As they are mounted.
          const mounts = mkdtempSync(join(tmpdir(), "genesys-mounts-"))
          chmodSync(mounts, 0o755)
          const mount = (name: string, text: string) => {
            writeFileSync(join(mounts, name), text)
            chmodSync(join(mounts, name), 0o444)
            return join(mounts, name)
          }
          const secret = mount("client-secret", Redacted.value(clientSecret))
          const settings = mount(
            "worker.yaml",
            `orgs: { main: { clientIdEnv: ID, clientSecretFile: ${secret}, loginUrl: "${url}", apiUrl: "${url}" } }\n` +
              "jobs: [{ name: users, kind: users, org: main, every: 1h, sink: { ndjson: users } }]\n"
          )
          // Its port alone is another one than the image says.
          const env = { ID: clientId, GENESYS_WORKER_PORT: String(port), GENESYS_WORKER_HOST: "127.0.0.1" }
          const worker = Containers.start(image, [...image.entrypoint, "run", "--file", settings], env)
          try {
            await vi.waitUntil(async () => (await answers(`http://127.0.0.1:${port}/readyz`)) === 200, {
              timeout: 30_000,
              interval: 50
            })
            const check = () => Containers.start(image, image.healthcheck, env)
            assert.deepStrictEqual(await check().ended, { code: 0, signal: null })
            await vi.waitUntil(() => existsSync(join(image.folder, "data/users")), { timeout: 30_000, interval: 50 })
            worker.signal("SIGTERM")
            assert.deepStrictEqual(await worker.ended, { code: 0, signal: null }, worker.output())
            assert.notInclude(worker.output(), Redacted.value(clientSecret))
            assert.deepStrictEqual((await check().ended).code, 1)
          } finally {
            worker.signal("SIGKILL")
            rmSync(mounts, { recursive: true })
          }
        })
      }).pipe(Effect.provide(Simulator.layer()), Effect.runPromise)
    }
  )

  it(
    "of the worker has what its package needs, in the versions of the lock file, and nothing else",
    { timeout: proofTimeout },
    async () => {
      const { folder } = await build("worker")
      const modules = Dockerfile.filesOf(folder).filter((file) => file.startsWith("/opt/"))
      const manifests = modules.filter((file) =>
        /^\/opt\/genesys\/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(file)
      )
      const lock: { readonly packages: Readonly<Record<string, { readonly version?: string }>> } = JSON.parse(
        readFileSync(join(root, "package-lock.json"), "utf8")
      )
      const names = manifests.map((file) => {
        const { name, version }: { readonly name: string; readonly version: string } = JSON.parse(
          readFileSync(join(folder, file), "utf8")
        )
        const locked = lock.packages[`node_modules/${name}`]?.version
        if (name !== "@effect-genesys/worker") assert.strictEqual(version, locked, name)
        return name
      })
      assert.includeMembers(names, ["@effect-genesys/worker", "@napi-rs/keyring"])
      assert.isEmpty(names.filter((name) => name !== "@effect-genesys/worker" && !name.startsWith("@napi-rs/keyring")))
      // Neither a link that leads nowhere, nor a source.
      for (const file of modules) assert.isTrue(existsSync(join(folder, file)), file)
      assert.isEmpty(modules.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts")))
    }
  )

  it(
    "of the worker knows the operations of the official SDK if it was asked for",
    { timeout: proofTimeout },
    async () => {
      const { devDependencies }: { readonly devDependencies: Readonly<Record<string, string>> } = JSON.parse(
        readFileSync(join(root, "packages/sdk/package.json"), "utf8")
      )
      const sdk = devDependencies["purecloud-platform-client-v2"]
      const settings = join(destination, "lists.yaml")
      writeFileSync(
        settings,
        "jobs: [{ name: skills, kind: list, operation: getRoutingSkilz, every: 1h, sink: { ndjson: lists } }]\n"
      )
      chmodSync(settings, 0o644)
      const env = { GENESYS_CLOUD_CLIENT_ID: "id", GENESYS_CLOUD_CLIENT_SECRET: "a-secret" }
      const checked = async (image: Dockerfile.Image) => {
        Containers.seal(image, ["/data"])
        const check = Containers.start(image, [...image.entrypoint, "check", "--file", settings], env)
        return { ...(await check.ended), output: check.output() }
      }
      const without = await checked(await build("worker"))
      assert.strictEqual(without.code, 0, without.output)
      const destinationWith = mkdtempSync(join(destination, "sdk-"))
      chmodSync(destinationWith, 0o755)
      const buildWith = Dockerfile.builder({ destination: destinationWith, base, env: { ...npm, SDK: sdk } })
      const found = await checked(await buildWith("worker"))
      assert.strictEqual(found.code, 2, found.output)
      assert.match(found.output, /no operation getRoutingSkilz/)
    }
  )

  it(
    "of the worker, three times, does the jobs of compose.yaml on one database, which it knows by the certificate of prepare.sh",
    { timeout: proofTimeout },
    async () => {
      const image = await build("worker")
      Containers.seal(image, ["/data"])
      const copy = mkdtempSync(join(tmpdir(), "genesys-compose-"))
      cpSync(join(root, "deploy"), copy, { recursive: true, filter: (path) => !/\/(?:secrets|\.env)$/.test(path) })
      execFileSync("sh", [join(copy, "prepare.sh")], { stdio: "pipe" })
      execFileSync("chmod", ["-R", "a+rX", copy])
      const text = (name: string) => readFileSync(join(copy, name), "utf8")
      const tls = { cert: text("secrets/postgres.crt"), key: text("secrets/postgres.key") }
      await Effect.gen(function* () {
        const { clientId, journal, url } = yield* Simulator
        const database = yield* (yield* Postgres).database
        // Nobody here is called `simulator` or `postgres`.
        const settings = text("compose/worker.yaml")
          .replaceAll("http://simulator:8080", url)
          .replace("/run/secrets/client_secret", join(copy, "secrets/client-secret"))
        writeFileSync(join(copy, "worker.yaml"), settings)
        const { command }: { readonly command: ReadonlyArray<string> } = parse(text("compose.yaml"), { merge: true })
          .services.worker
        const args = command.map((word) => (word === "/etc/genesys/worker.yaml" ? join(copy, "worker.yaml") : word))
        yield* Effect.promise(async () => {
          const started = await Promise.all(
            [1, 2, 3].map(async () => {
              const [port, runners] = [await freePort(), await freePort()]
              const env = {
                GENESYS_CLIENT_ID: clientId,
                GENESYS_WORKER_PORT: String(port),
                GENESYS_WORKER_HOST: "127.0.0.1",
                GENESYS_WORKER_CLUSTER_ADDRESS: `127.0.0.1:${runners}`,
                GENESYS_WORKER_CLUSTER_URL: `${database}?sslmode=verify-ca`,
                PGSSLROOTCERT: join(copy, "secrets/postgres.crt")
              }
              return { port, worker: Containers.start(image, [...image.entrypoint, ...args], env) }
            })
          )
          const told = () => started.map(({ worker }) => worker.output()).join("\n")
          try {
            const statuses = async () =>
              Promise.all(started.map(async ({ port }) => (await fetch(`http://127.0.0.1:${port}/status`)).text()))
            await vi.waitUntil(
              async () =>
                (await Promise.all(started.map(({ port }) => answers(`http://127.0.0.1:${port}/readyz`)))).every(
                  (status) => status === 200
                ),
              { timeout: 60_000, interval: 100 }
            )
            // Each export is done by one of them.
            await vi.waitUntil(async () => /"name":"users"[^}]*"lastSuccessAt"/.test((await statuses()).join()), {
              timeout: 60_000,
              interval: 100
            })
            for (const { worker } of started) worker.signal("SIGTERM")
            for (const { code } of await Promise.all(started.map(({ worker }) => worker.ended))) {
              assert.strictEqual(code, 0, told())
            }
            assert.notInclude(told(), new URL(database).password)
          } finally {
            for (const { worker } of started) worker.signal("SIGKILL")
            rmSync(copy, { recursive: true })
          }
        })
        // Together they are as one to the login host.
        assert.strictEqual((yield* journal).tokensIssued, 1)
      }).pipe(Effect.provide([Simulator.layer(), Postgres.layerWith({ tls })]), Effect.scoped, Effect.runPromise)
    }
  )

  it("of the command line and that of the simulator run, and know each other", { timeout: proofTimeout }, async () => {
    const simulator = await build("simulator")
    const cli = await build("cli")
    assert.deepStrictEqual([cli.user, simulator.user], ["65532:65532", "65532:65532"])
    for (const image of [simulator, cli]) Containers.seal(image, ["/data"])
    const port = String(await freePort())
    const moved = (command: ReadonlyArray<string>) => command.map((word) => word.replaceAll("8080", port))
    const running = Containers.start(simulator, [...moved(simulator.entrypoint), ...simulator.cmd], {})
    try {
      await vi.waitUntil(() => running.output().includes("export GENESYS_CLOUD_CLIENT_SECRET"), { timeout: 30_000 })
      assert.deepStrictEqual((await Containers.start(simulator, moved(simulator.healthcheck), {}).ended).code, 0)
      const env = Object.fromEntries(
        Array.from(running.output().matchAll(/^export (\w+)=(.*)$/gm), ([, name = "", value = ""]) => [name, value])
      )
      const user = Containers.start(cli, [...cli.entrypoint, "users", "list", "--limit", "1", "--json"], env)
      assert.deepStrictEqual((await user.ended).code, 0, user.output())
      const help = Containers.start(cli, [...cli.entrypoint, ...cli.cmd], {})
      assert.deepStrictEqual((await help.ended).code, 0, help.output())
      running.signal("SIGTERM")
      assert.oneOf((await running.ended).code, [0, 130])
      assert.deepStrictEqual((await Containers.start(simulator, moved(simulator.healthcheck), {}).ended).code, 1)
    } finally {
      running.signal("SIGKILL")
    }
  })
})
