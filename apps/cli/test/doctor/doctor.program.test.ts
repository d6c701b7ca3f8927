/** `genesys doctor`: every failure is made for real, and every row of the page's table of common errors is found. */
import * as Region from "@effect-genesys/auth/Region"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import type { SimulatorOptions } from "@effect-genesys/simulator/SimulatorOptions"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import * as Http from "node:http"
import { createServer } from "node:https"
import * as Certificates from "../../../../packages/client/test/network/Certificates.ts"
import * as Company from "../../../../packages/client/test/network/Company.ts"
import * as Proxy from "../../../../packages/client/test/network/Proxy.ts"
import { listen } from "../../../../packages/client/test/network/Server.ts"
import * as Process from "../../../worker/test/support/Process.ts"
import * as Settings from "../../../worker/test/support/Settings.ts"
import * as Programs from "../support/Programs.ts"
import * as CommonErrors from "../../src/doctor/CommonErrors.ts"

const timeout = 240_000
const { commonErrors } = CommonErrors

interface Shown {
  readonly check: string
  readonly state: string
  readonly detail: string
  readonly error?: string
  readonly commonError?: string
}

const examine = Effect.fnUntraced(function* (env: Process.Env, ...args: ReadonlyArray<string>) {
  const { code, stderr, stdout } = yield* Programs.run("genesys", ["doctor", "--json", ...args], { env })
  const { checks, isSimulator }: { checks: ReadonlyArray<Shown>; isSimulator: boolean } = JSON.parse(stdout)
  return { code, stderr, stdout, checks, isSimulator }
})

interface Row {
  readonly name: string
  readonly options?: SimulatorOptions
  readonly env?: (url: string) => Process.Env
  readonly prepare?: (simulator: Simulator["Service"]) => Effect.Effect<unknown, unknown>
  readonly check: string
  readonly entry: CommonErrors.CommonError
  readonly code: number
}

const rows: ReadonlyArray<Row> = [
  {
    name: "no client id",
    env: () => ({ GENESYS_CLOUD_CLIENT_ID: "" }),
    check: "credentials",
    entry: commonErrors.configuration,
    code: 2
  },
  {
    name: "an unknown region",
    env: () => ({ GENESYS_CLOUD_REGION: "mars-east-1" }),
    check: "hosts",
    entry: commonErrors.configuration,
    code: 2
  },
  {
    name: "a file of certificates that is missing",
    env: () => ({ GENESYS_CLOUD_CA_FILE: "/no/such/file" }),
    check: "network",
    entry: commonErrors.configuration,
    code: 2
  },
  {
    name: "a host without a name in the DNS",
    env: () => ({ GENESYS_CLOUD_LOGIN_URL: "https://login.invalid" }),
    check: "name of the login host",
    entry: commonErrors.unreachable,
    code: 7
  },
  {
    name: "a port where nobody listens",
    env: () => ({ GENESYS_CLOUD_API_URL: "http://127.0.0.1:1" }),
    check: "API host",
    entry: commonErrors.unreachable,
    code: 7
  },
  {
    name: "a port that does not speak TLS",
    env: (url) => ({ GENESYS_CLOUD_LOGIN_URL: url.replace("http:", "https:") }),
    check: "login host",
    entry: commonErrors.unreachable,
    code: 7
  },
  {
    name: "a clock that is wrong",
    prepare: ({ addFault }) => addFault({ path: "/", clockSkewSeconds: -90 }),
    check: "clock",
    entry: commonErrors.clock,
    code: 1
  },
  {
    name: "a wrong secret",
    env: () => ({ GENESYS_CLOUD_CLIENT_SECRET: "canary-secret" }),
    check: "login",
    entry: commonErrors.authentication,
    code: 3
  },
  {
    name: "a disabled client",
    prepare: ({ clientId, updateClient }) => updateClient(clientId, { state: "disabled" }),
    check: "login",
    entry: commonErrors.authentication,
    code: 3
  },
  {
    name: "too many tokens",
    prepare: ({ clientId, clientSecret, setLimits, url }) =>
      Effect.andThen(
        setLimits({ mintLimit: { limit: 1 } }),
        Effect.promise(() =>
          fetch(`${url}/oauth/token`, {
            method: "POST",
            headers: { authorization: `Basic ${btoa(`${clientId}:${Redacted.value(clientSecret)}`)}` },
            body: new URLSearchParams({ grant_type: "client_credentials" })
          })
        )
      ),
    check: "login",
    entry: commonErrors.status400,
    code: 6
  },
  {
    name: "a page of HTML",
    prepare: ({ addFault }) => addFault({ path: "/oauth/token", html: true }),
    check: "login",
    entry: commonErrors.invalidResponse,
    code: 7
  },
  {
    name: "an outage of the login host",
    prepare: ({ addFault }) => addFault({ path: "/oauth/token", status: 503 }),
    check: "login",
    entry: commonErrors.unavailable,
    code: 7
  },
  {
    name: "an API that refuses the token",
    prepare: ({ addFault }) => addFault({ path: "/api/", rejectToken: true }),
    check: "call",
    entry: commonErrors.unauthorized,
    code: 3
  },
  {
    name: "an API URL of something else",
    env: (url) => ({ GENESYS_CLOUD_API_URL: `${url}/nowhere` }),
    check: "call",
    entry: commonErrors.invalidResponse,
    code: 5
  },
  {
    name: "a permission that is missing",
    options: {
      clients: [{ id: "doctor", secret: Redacted.make("secret"), permissions: ["analytics:conversationDetail:view"] }]
    },
    check: "find users",
    entry: commonErrors.permission,
    code: 4
  },
  {
    name: "a rate limit",
    options: { rateLimit: { limit: 1, window: 30 } },
    check: "find users",
    entry: commonErrors.rateLimit,
    code: 6
  }
]

const markdown = (text: string) => text.replaceAll("`", "")

describe("genesys doctor", () => {
  it.live(
    "finds nothing wrong with a simulator, says that it is one, and leaves its token to others",
    () =>
      Effect.gen(function* () {
        const env = yield* Settings.env
        yield* Programs.run("genesys", ["token"], { env })
        // As it was built: a bundle has its own way to the modules of Node, of which this command uses the most.
        const { code, stderr, stdout } = yield* Process.run("genesys", ["doctor"], { env })
        assert.deepStrictEqual([code, stderr], [0, ""])
        assert.match(stdout, /^ok +call: the API takes the token: .* of Your Company$/m)
        assert.match(stdout, /^ok +rate limit: 3 of 300 calls in this minute$/m)
        assert.match(stdout, /GENESYS_CLOUD_CLIENT_SECRET in the environment/)
        assert.match(stdout, /This is the simulator of effect-genesys, not Genesys Cloud\.\n$/)
        assert.notMatch(stdout, /^failed/m)
        assert.notInclude(stdout, Redacted.value((yield* Simulator).clientSecret))
        // The token that was checked has taken the place of the one before.
        const status = yield* Programs.run("genesys", ["status", "--json"], { env })
        assert.include(stdout, `token: ${JSON.parse(status.stdout).fingerprint} lives`)
        assert.strictEqual((yield* (yield* Simulator).journal).tokenRequests, 2)
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  for (const { check, code, entry, env, name, options, prepare } of rows) {
    it.live(
      `finds ${name}`,
      () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator
          yield* prepare?.(simulator) ?? Effect.void
          const found = yield* examine({ ...(yield* Settings.env), ...env?.(simulator.url) })
          const failed = found.checks.find(({ state }) => state === "failed")
          assert.deepInclude(failed, { check, commonError: markdown(entry.name) })
          assert.strictEqual(found.code, code)
          assert.isTrue(found.stderr.endsWith(`genesys: ${failed?.detail}\n`), found.stderr)
          assert.notInclude(found.stdout + found.stderr, "canary")
        }).pipe(Effect.provide(Simulator.layer(options))),
      timeout
    )
  }

  it("tries every row of the table", () => {
    const tried = new Set(rows.map(({ entry }) => entry))
    assert.deepStrictEqual(
      Object.values(commonErrors).filter((entry) => !tried.has(entry)),
      []
    )
  })

  it("has the table of the page", () => {
    const page = readFileSync(new URL("../../../../docs/operations/troubleshooting.md", import.meta.url), "utf8")
    const section = page.split("## Common errors\n")[1]?.split("\n## ")[0] ?? ""
    const cells = section
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .slice(2)
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim())
      )
    assert.deepStrictEqual(
      cells,
      Object.values(commonErrors).map(({ means, name, todo }) => [name, means, todo])
    )
  })
})

describe("genesys doctor tells the way to each host:", () => {
  const detailOf = (checks: ReadonlyArray<Shown>, name: string) => {
    const found = checks.find(({ check }) => check === name)
    return `${found?.state}: ${found?.detail}`
  }
  const within = (port: number) => `http://canary-user:canary-password@127.0.0.1:${port}`
  const elsewhere = {
    GENESYS_CLOUD_LOGIN_URL: "https://login.invalid",
    GENESYS_CLOUD_API_URL: "https://api.invalid:8443"
  }

  it.live(
    "not through the proxy to this machine",
    () =>
      Effect.gen(function* () {
        const { env, proxy } = yield* Company.make()
        const { url } = yield* Simulator
        const HTTPS_PROXY = within(proxy.port)
        const found = yield* examine({ ...env, ...(yield* Settings.env), HTTPS_PROXY, http_proxy: HTTPS_PROXY })
        const { host } = new URL(url)
        assert.strictEqual(found.code, 0, found.stderr)
        assert.include(
          detailOf(found.checks, "network"),
          `ok: ${host} without a proxy (HTTPS_PROXY in the environment, http_proxy in the environment), `
        )
        assert.strictEqual(detailOf(found.checks, "name of the API host"), "skipped: 127.0.0.1 needs no look-up")
        assert.notInclude(detailOf(found.checks, "API host"), "proxy")
        assert.deepStrictEqual(proxy.asked, [])
        assert.notInclude(found.stdout, "canary")
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "through the proxy to one, and looked up here for one that NO_PROXY names",
    () =>
      Effect.gen(function* () {
        const { ca, env, proxy } = yield* Company.make({ proxy: { login: "canary-user:canary-password" } })
        const found = yield* examine({
          ...env,
          ...ca,
          HTTPS_PROXY: within(proxy.port),
          NO_PROXY: "other.example, .invalid:443",
          GENESYS_CLOUD_LOGIN_URL: elsewhere.GENESYS_CLOUD_LOGIN_URL
        })
        const by = `the proxy 127.0.0.1:${proxy.port}`
        assert.include(
          detailOf(found.checks, "network"),
          `ok: login.invalid without a proxy, api.mypurecloud.com through ${by} (HTTPS_PROXY in the environment, ` +
            "NO_PROXY in the environment), "
        )
        assert.match(detailOf(found.checks, "name of the login host"), /^failed: .*(?:ENOTFOUND|EAI_AGAIN)/)
        assert.strictEqual(
          detailOf(found.checks, "name of the API host"),
          `skipped: ${by} looks up api.mypurecloud.com`
        )
        assert.match(
          detailOf(found.checks, "API host"),
          new RegExp(`^ok: https://api\\.mypurecloud\\.com answers within \\d+ ms through ${by}, with a certificate`)
        )
        assert.deepStrictEqual(proxy.asked, ["api.mypurecloud.com:443"])
        assert.notInclude(found.stdout + found.stderr, "canary")
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )

  it.live(
    "not through the proxy of HTTP_PROXY, where https is spoken",
    () =>
      Effect.gen(function* () {
        const { env, proxy } = yield* Company.make()
        const found = yield* examine({ ...env, HTTPS_PROXY: "", HTTP_PROXY: within(proxy.port), ...elsewhere })
        assert.include(
          detailOf(found.checks, "network"),
          "ok: login.invalid without a proxy, api.invalid:8443 without a proxy (HTTP_PROXY in the environment), "
        )
        for (const name of ["name of the login host", "name of the API host"]) {
          assert.match(detailOf(found.checks, name), /^failed: .*(?:ENOTFOUND|EAI_AGAIN)/)
        }
        assert.deepStrictEqual(proxy.asked, [])
        assert.notInclude(found.stdout + found.stderr, "canary")
      }).pipe(Effect.provide(Simulator.layer())),
    timeout
  )
})

describe("genesys doctor --try-regions", () => {
  /** All of Genesys Cloud: behind a proxy, with one simulator for Frankfurt, and nobody who knows the client elsewhere. */
  const cloud = Effect.gen(function* () {
    const { url } = yield* Simulator
    const asked: Array<string> = []
    const authority = yield* Certificates.makeAuthority("all regions")
    const hosts = Region.names.flatMap((name) => {
      const { domain } = Option.getOrThrow(Region.find(name))
      return [`login.${domain}`, `api.${domain}`]
    })
    const server = createServer(yield* authority.issue({ hosts }), (incoming, outgoing) => {
      const host = incoming.headers.host ?? ""
      if (incoming.url === "/oauth/token") asked.push(host)
      if (host.endsWith("mypurecloud.de")) {
        const onward = Http.request(`${url}${incoming.url}`, { method: incoming.method, headers: incoming.headers })
        onward.on("response", (answer) => answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers)))
        return void incoming.pipe(onward)
      }
      outgoing.writeHead(400, { "content-type": "application/json" })
      outgoing.end(JSON.stringify({ error: "invalid_client", error_description: "authentication failed" }))
    })
    const { port } = yield* listen(server)
    const proxy = yield* Proxy.make({ port })
    const env = {
      ...(yield* Company.client),
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      GENESYS_CLOUD_CA_FILE: Certificates.file(authority.cert)
    }
    return { asked, env }
  })

  it.live(
    "finds the region, shows the secret to no other one unless told to, and names what is wrong on the way",
    () =>
      Effect.gen(function* () {
        const { asked, env } = yield* cloud
        const careful = yield* examine(env)
        assert.strictEqual(careful.code, 3)
        assert.deepStrictEqual(asked, ["login.mypurecloud.com"])
        assert.match(careful.stdout, /"other regions","state":"skipped","detail":"--try-regions shows the secret/)
        const told = yield* examine(env, "--try-regions")
        assert.strictEqual(told.code, 3)
        assert.match(
          told.stdout,
          /"other regions","state":"ok","detail":"eu-central-1 takes the credentials: set GENESYS_CLOUD_REGION=eu-central-1"/
        )
        assert.strictEqual(new Set(asked).size, 18)
        const right = yield* examine({ ...env, GENESYS_CLOUD_REGION: "eu-central-1" })
        assert.strictEqual(right.code, 0, right.stderr)
        assert.isFalse(right.isSimulator)
        const { GENESYS_CLOUD_CA_FILE: _, ...stranger } = env
        const untrusted = yield* examine(stranger)
        assert.strictEqual(untrusted.code, 7)
        assert.match(untrusted.stderr, /login\.mypurecloud\.com cannot be reached .*set GENESYS_CLOUD_CA_FILE/)
        const astray = yield* examine({ ...env, HTTPS_PROXY: "http://127.0.0.1:1" })
        assert.strictEqual(astray.code, 7)
        assert.match(astray.stderr, /the proxy 127\.0\.0\.1:1: .*Check HTTPS_PROXY/)
      }).pipe(Effect.scoped, Effect.provide(Simulator.layer())),
    timeout
  )
})
