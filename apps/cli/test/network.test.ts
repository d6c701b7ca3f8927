/** Both programs in a company's network: what their settings mean for a process of its own. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Certificates from "../../../packages/client/test/network/Certificates.ts"
import * as Company from "../../../packages/client/test/network/Company.ts"
import * as Process from "../../worker/test/support/Process.ts"
import * as Programs from "./support/Programs.ts"

const timeout = 240_000
const mutual: Company.Options = { tls: ({ cert }) => ({ requestCert: true, rejectUnauthorized: true, ca: cert }) }

/** A company whose proxy wants a login and whose hosts want a client certificate, and all of its settings. */
const company = Effect.gen(function* () {
  const made = yield* Company.make({ ...mutual, proxy: { login: "user:canary-password" } })
  const { cert, key } = yield* made.authority.issue()
  const env = {
    ...made.env,
    ...made.ca,
    HTTPS_PROXY: made.env.HTTPS_PROXY.replace("http://", "http://user:canary-password@"),
    GENESYS_CLOUD_CLIENT_CERT_FILE: Certificates.file(cert),
    GENESYS_CLOUD_CLIENT_KEY_FILE: Certificates.file(Certificates.encrypt(key, "canary-passphrase")),
    GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE: "canary-passphrase"
  }
  return { ...made, env }
})

const folder = (env: Company.Env) => {
  const cwd = mkdtempSync(join(tmpdir(), "genesys-"))
  writeFileSync(
    join(cwd, ".env"),
    Object.entries(env)
      .map(([name, text]) => `${name}=${text}\n`)
      .join("")
  )
  return cwd
}

describe("genesys token", () => {
  it.live(
    "goes through the proxy, with the authority and the client certificate, and shows neither password nor passphrase",
    () =>
      Effect.gen(function* () {
        const { env, proxy } = yield* company
        const args = ["token", "--json", "--renew", "--log-level", "all"]
        const { code, stderr, stdout } = yield* Programs.run("genesys", args, { env })
        assert.strictEqual(code, 0, stderr)
        assert.include(stdout, "fingerprint")
        assert.notMatch(stdout + stderr, /canary/)
        assert.deepStrictEqual(proxy.asked, ["login.mypurecloud.com:443"])
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "trusts the authorities of Node besides the company's",
    () =>
      Effect.gen(function* () {
        const { ca, env } = yield* Company.make()
        const other = Certificates.file((yield* Certificates.makeAuthority("another")).cert)
        const { code, stderr } = yield* Process.run("genesys", ["token", "--json", "--renew"], {
          env: { ...env, GENESYS_CLOUD_CA_FILE: other, NODE_EXTRA_CA_CERTS: ca.GENESYS_CLOUD_CA_FILE }
        })
        assert.deepStrictEqual([code, stderr], [0, ""])
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "exits with 2 on a bad setting, before anything is sent",
    () =>
      Effect.gen(function* () {
        const { env, proxy } = yield* Company.make()
        const { code, stderr } = yield* Programs.run("genesys", ["token", "--renew"], {
          env: { ...env, GENESYS_CLOUD_CA_FILE: "/no/such/file" }
        })
        assert.strictEqual(code, 2)
        assert.match(stderr, /^genesys: GENESYS_CLOUD_CA_FILE names \/no\/such\/file, which does not exist\.[^\n]*\n$/)
        assert.deepStrictEqual(proxy.asked, [])
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )
})

describe("a .env file", () => {
  it.live(
    "names no proxy and no certificate, even with the secret beside them",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Simulator
        const { env, proxy } = yield* company
        const { HTTPS_PROXY, ...others } = env
        const cwd = folder({ ...others, HTTPS_PROXY, HTTP_PROXY: HTTPS_PROXY, GENESYS_CLOUD_LOGIN_URL: url })
        const { code, stderr } = yield* Programs.run("genesys", ["token", "--json", "--renew"], { cwd })
        assert.strictEqual(code, 0)
        for (const name of Object.keys(others).filter((one) => /_FILE$|PASSPHRASE$/.test(one))) {
          assert.match(stderr, new RegExp(`\\b${name}\\b.* in the file \\.env are ignored`))
        }
        assert.match(stderr, /HTTPS_PROXY\b.* in the file \.env are ignored/)
        assert.deepStrictEqual(proxy.asked, [])
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "does not get between the environment's secret and its host",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Simulator
        const { env, proxy, server } = yield* company
        const { GENESYS_CLOUD_CLIENT_ID, GENESYS_CLOUD_CLIENT_SECRET, HTTPS_PROXY, ...others } = env
        // A host that nobody finds without the proxy stands for the one that the secret is meant for.
        const program = yield* Programs.start("genesys", ["token", "--log-level", "debug"], {
          cwd: folder({ ...others, HTTPS_PROXY, https_proxy: HTTPS_PROXY, HTTP_PROXY: HTTPS_PROXY, NO_PROXY: url }),
          env: {
            GENESYS_CLOUD_CLIENT_ID,
            GENESYS_CLOUD_CLIENT_SECRET,
            GENESYS_CLOUD_LOGIN_URL: "https://login.invalid"
          }
        })
        const { stderr } = yield* program.until(/ignored/)
        for (const name of [...Object.keys(others), "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "NO_PROXY"]) {
          assert.match(stderr, new RegExp(`\\b${name}\\b.* in the file \\.env (?:is|are) ignored`))
        }
        assert.notMatch(stderr, /canary/)
        yield* program.until(/ENOTFOUND|EAI_AGAIN/)
        yield* program.signal("SIGINT")
        yield* program.ended
        assert.deepStrictEqual(proxy.asked, [])
        assert.strictEqual(server.seen.connections, 0)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
})

describe("genesys-worker", () => {
  it.live(
    "calls the API through the proxy, with the authority and the client certificate",
    () =>
      Effect.gen(function* () {
        const { env, proxy } = yield* company
        const program = yield* Programs.start("genesys-worker", ["run"], {
          env: { ...env, GENESYS_WORKER_INTERVAL: "0.2" }
        })
        yield* program.until(/(?:call done[^]*){4}/)
        yield* program.signal("SIGTERM")
        const { code, stderr, stdout } = yield* program.ended
        assert.strictEqual(code, 0)
        assert.notMatch(stdout + stderr, /canary|call failed/)
        assert.includeMembers(
          proxy.asked,
          Company.hosts.map((host) => `${host}:443`)
        )
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
})
