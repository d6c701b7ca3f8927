/** The compose file is one, what its services need is declared, and a worker takes its settings. */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { DCLinter } from "dclint"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { parse } from "yaml"
import * as Programs from "../../apps/cli/test/support/Programs.ts"
import { root } from "../../scripts/Workspaces.ts"

interface Service {
  readonly extends?: { readonly file: string; readonly service: string }
  readonly deploy?: { readonly replicas: number }
  readonly environment?: Readonly<Record<string, string>>
  readonly networks?: ReadonlyArray<string>
  readonly secrets?: ReadonlyArray<string>
  readonly configs?: ReadonlyArray<{ readonly source: string }>
  readonly volumes?: ReadonlyArray<string>
  readonly depends_on?: Readonly<Record<string, object>>
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly networks: object
  readonly volumes: object
  readonly configs: Readonly<Record<string, { readonly file: string }>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
}

const file = join(import.meta.dirname, "compose.yaml")
const read = (path: string): Compose => parse(readFileSync(path, "utf8"), { merge: true })
const compose = read(file)
const deployed = read(join(root, "deploy/compose.yaml"))

/** A copy of both folders, in which the secrets are made. */
let prepared: string
beforeAll(() => {
  prepared = mkdtempSync(join(tmpdir(), "genesys-fleet-"))
  mkdirSync(join(prepared, "deploy"))
  cpSync(join(root, "deploy/prepare.sh"), join(prepared, "deploy/prepare.sh"))
  execFileSync("sh", [join(prepared, "deploy/prepare.sh")], { stdio: "pipe" })
  cpSync(dirname(file), join(prepared, relative(root, dirname(file))), { recursive: true })
})
afterAll(() => rmSync(prepared, { recursive: true }))

describe("compose.yaml", () => {
  it("is what the specification takes", () => {
    const orders = [
      "service-keys",
      "services-alphabetical",
      "service-dependencies-alphabetical",
      "top-level-properties"
    ]
    const rules = Object.fromEntries(orders.map((name) => [`${name}-order`, 0] as const))
    const linter = new DCLinter({ rules, quiet: false, debug: false, exclude: [] })
    const found: ReadonlyArray<{ readonly messages: ReadonlyArray<{ readonly message: string }> }> = linter.lintFiles(
      [file],
      false
    )
    assert.deepStrictEqual(
      found.flatMap(({ messages }) => messages.map(({ message }) => message)),
      []
    )
  })

  it("takes each service from deploy, two workers of them, and declares all that these use, and nothing else", () => {
    const used = { networks: new Set<string>(), volumes: new Set<string>(), refs: new Set<string>() }
    for (const [name, service] of Object.entries(compose.services)) {
      assert.deepStrictEqual(service.extends, { file: "../../deploy/compose.yaml", service: name })
      const base = deployed.services[name]
      assert.isDefined(base, name)
      for (const network of base?.networks ?? []) used.networks.add(network)
      for (const volume of base?.volumes ?? []) used.volumes.add(volume.split(":")[0] ?? "")
      for (const secret of base?.secrets ?? []) used.refs.add(`secrets ${secret}`)
      for (const { source } of base?.configs ?? []) used.refs.add(`configs ${source}`)
      for (const other of Object.keys(base?.depends_on ?? {})) assert.property(compose.services, other)
    }
    assert.strictEqual(compose.services["worker"]?.deploy?.replicas, 2)
    assert.sameMembers([...used.networks], Object.keys(compose.networks))
    assert.sameMembers([...used.volumes], Object.keys(compose.volumes))
    const declared = [
      ...Object.keys(compose.secrets).map((name) => `secrets ${name}`),
      ...Object.keys(compose.configs).map((name) => `configs ${name}`)
    ]
    assert.sameMembers([...used.refs], declared)
  })

  it("names files that are there once prepare.sh has run", () => {
    for (const [name, one] of [...Object.entries(compose.configs), ...Object.entries(compose.secrets)])
      assert.isTrue(existsSync(join(prepared, relative(root, dirname(file)), one.file)), name)
  })
})

it.live("a worker finds its settings right, and each job in the database that the workers share", () =>
  Effect.gen(function* () {
    const env = {
      ...deployed.services["worker"]?.environment,
      GENESYS_WORKER_CLUSTER_URL: "postgres://genesys:canary-secret@postgres:5432/genesys?sslmode=verify-full",
      PGSSLROOTCERT: join(prepared, "postgres.crt")
    }
    // As in the container, but for the places of secret and certificate.
    const [settings, secret] = [join(prepared, "worker.yaml"), join(prepared, "client-secret")]
    const text = readFileSync(join(import.meta.dirname, "worker.yaml"), "utf8")
    assert.include(text, "/run/secrets/client_secret")
    writeFileSync(settings, text.replace("/run/secrets/client_secret", secret), { mode: 0o600 })
    writeFileSync(env.PGSSLROOTCERT, readFileSync(join(prepared, "deploy/secrets/postgres.crt")), { mode: 0o600 })
    writeFileSync(secret, "canary-secret", { mode: 0o600 })
    const { code, output, stderr, stdout } = yield* Programs.run("genesys-worker", ["check", "--file", settings], {
      env
    })
    assert.strictEqual(code, 0, stderr)
    // Of the simulator, which has no certificate, and of nothing else; once in a process, and another test may have been told.
    assert.match(stderr, /^(?:\{"message":"GENESYS_CLOUD_ALLOW_HTTP permits plain http to simulator:8080[^\n]*\n)?$/)
    for (const name of ["conversations", "users", "queues", "codes"]) {
      assert.match(stdout, new RegExp(`^${name}: .*into PostgreSQL at \\$GENESYS_WORKER_CLUSTER_URL`, "m"))
    }
    assert.match(stdout, /^watch: /m)
    assert.notInclude(output, "canary-secret")
  })
)
