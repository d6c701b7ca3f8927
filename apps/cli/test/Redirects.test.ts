/** What a program sends besides its calls, over any transport: where a host sends it elsewhere, nothing goes there. */
import { AccessToken } from "@effect-genesys/auth/AccessToken"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEntry } from "@effect-genesys/auth/TokenEntry"
import { TokenStore } from "@effect-genesys/auth/TokenStore"
import { ActiveSettings } from "@effect-genesys/program/ActiveSettings"
import { Profiles } from "@effect-genesys/program/Profiles"
import { SecretStore } from "@effect-genesys/program/SecretStore"
import * as Settings from "@effect-genesys/program/Settings"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as NodeDns from "@effect/platform-node/NodeDns"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { mkdtempSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Server from "../../../packages/client/test/network/Server.ts"
import * as Telemetry from "../../worker/src/telemetry/Telemetry.ts"
import * as Doctor from "../src/doctor/Doctor.ts"
import { logout } from "../src/logout/Logout.ts"
import * as TokenCheck from "../src/status/TokenCheck.ts"
import * as LocalProxy from "./support/LocalProxy.ts"

const serve = Effect.fnUntraced(function* (status: number, location?: string) {
  const paths: Array<string> = []
  const server = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`)
    request.resume()
    response.writeHead(status, location === undefined ? {} : { location }).end()
  })
  const { port } = yield* Server.listen(server)
  return { url: `http://127.0.0.1:${port}`, paths }
})

const two = Effect.gen(function* () {
  const b = yield* serve(200)
  const a = yield* serve(307, `${b.url}/stolen`)
  return { a, b }
})

const token = Effect.sync(
  () =>
    new AccessToken({
      value: Redacted.make("a-token"),
      fingerprint: "fixed",
      issuedAt: DateTime.makeUnsafe(Date.now()),
      expiresIn: Duration.days(1)
    })
)

const transports = { undici: NodeHttpClient.layerUndici, fetch: FetchHttpClient.layer }

describe.each(Object.entries(transports))("over %s", (_, transport) => {
  it.live("TokenCheck", () =>
    Effect.gen(function* () {
      const { a, b } = yield* two
      const found = yield* Effect.provide(
        TokenCheck.check(yield* token),
        Layer.merge(Environment.layer({ apiUrl: a.url }), transport)
      )
      assert.deepStrictEqual(found, { api: "answers 307" })
      assert.deepStrictEqual(b.paths, [])
      assert.deepStrictEqual(a.paths, ["HEAD /api/v2/tokens/me"])
    })
  )

  it.live("logout", () =>
    Effect.gen(function* () {
      const { a, b } = yield* two
      const grant = new ClientCredentials({ clientId: "id", clientSecret: Redacted.make("secret") })
      const ground = Layer.mergeAll(
        transport,
        TokenStore.layerMemory,
        Credentials.layer(grant),
        Environment.layer({ apiUrl: a.url, loginUrl: a.url }),
        Layer.mock(ActiveSettings, {
          profile: Option.none(),
          grant: Option.none(),
          secretIn: Option.none(),
          sources: { clientId: "x", clientSecret: "x", region: "x", loginUrl: "x", apiUrl: "x" }
        }),
        Layer.mock(Profiles, { file: () => "" }),
        Layer.mock(SecretStore, {})
      )
      const error = yield* Effect.gen(function* () {
        const store = yield* TokenStore
        const held = yield* token
        const outcome = { at: held.issuedAt, result: "issued" as const, message: "" }
        const entry = new TokenEntry({ token: held, outcome, failures: 0 })
        yield* store.modify({ host: a.url, grant }, () => Effect.succeed([undefined, entry]))
        return yield* Effect.flip(logout)
      }).pipe(Effect.provide(ground))
      assert.deepInclude(error, { _tag: "UnavailableError", status: 307 })
      assert.include(error.message, "was not revoked")
      assert.deepStrictEqual(b.paths, [])
      assert.deepStrictEqual(a.paths, ["DELETE /api/v2/tokens/me"])
    })
  )
})

const settings = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromEnvRecord(env))

it.live("the doctor's probes, login and calls", () =>
  Effect.gen(function* () {
    const { a, b } = yield* two
    const report = yield* Doctor.examine({ tryRegions: false, onCheck: () => Effect.void }).pipe(
      Effect.provide(
        Layer.provideMerge(
          Settings.layer,
          Layer.mergeAll(
            NodeServices.layer,
            NodeDns.layer,
            settings({
              GENESYS_CONFIG_DIR: mkdtempSync(join(tmpdir(), "genesys-redirects-")),
              GENESYS_CLOUD_CLIENT_ID: "id",
              GENESYS_CLOUD_CLIENT_SECRET: "secret",
              GENESYS_CLOUD_LOGIN_URL: a.url,
              GENESYS_CLOUD_API_URL: a.url
            })
          )
        )
      )
    )
    const login = report.checks.find(({ check }) => check === "login")
    assert.strictEqual(login?.state, "failed")
    assert.deepStrictEqual(b.paths, [])
    assert.includeMembers(a.paths, ["GET /", "GET /_control/clock", "POST /oauth/token"])
  })
)

it.live("telemetry", () =>
  Effect.gen(function* () {
    const { a, b } = yield* two
    yield* Effect.andThen(Effect.logInfo("a line"), Metric.update(Metric.counter("a metric"), 1)).pipe(
      Effect.withSpan("a span"),
      Effect.provide(Telemetry.layer("a program")),
      Effect.provide(settings({ OTEL_EXPORTER_OTLP_ENDPOINT: a.url })),
      Effect.provide(Logger.layer([]))
    )
    assert.includeMembers(a.paths, ["POST /v1/traces", "POST /v1/logs", "POST /v1/metrics"])
    assert.deepStrictEqual(b.paths, [])
  })
)

describe("the local proxy hands a redirect on to its caller, and goes nowhere itself:", () => {
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]) {
    it.live(method, () =>
      Effect.gen(function* () {
        for (const status of [300, 301, 302, 303, 305, 307, 308]) {
          const b = yield* serve(200)
          const location = `${b.url}/stolen?for=the+caller`
          const a = yield* serve(status, location)
          const url = yield* LocalProxy.start({ apiUrl: a.url })
          const body = method.startsWith("P") ? { body: "for the API alone" } : {}
          const answer = yield* LocalProxy.call(`${url}/api/v2/users`, { method, ...body })
          assert.deepStrictEqual([answer.status, answer.headers.location], [status, location])
          assert.deepStrictEqual(a.paths, [`${method} /api/v2/users`])
          assert.deepStrictEqual(b.paths, [])
        }
      }).pipe(Effect.provide([Simulator.layer(), Logger.layer([])]))
    )
  }
})
