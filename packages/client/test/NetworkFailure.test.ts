/** What users read when a proxy or a certificate stops them: the true errors of undici and OpenSSL, on loopback. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import { inspect } from "node:util"
import * as Company from "./network/Company.ts"

describe("what does not work", () => {
  const login = "user:canary-password"
  const cases: ReadonlyArray<
    readonly [
      string,
      Company.Options,
      (company: Effect.Success<ReturnType<typeof Company.make>>) => Company.Env,
      RegExp
    ]
  > = [
    ["an unknown authority", {}, () => ({}), /certificate.*GENESYS_CLOUD_CA_FILE.*PEM/],
    [
      "a certificate that has expired",
      { certificate: { hosts: Company.hosts, expired: true } },
      ({ ca }) => ca,
      /certificate has expired.*clock/
    ],
    [
      "a certificate of another host",
      { certificate: { hosts: ["elsewhere.example.com"] } },
      ({ ca }) => ca,
      /elsewhere\.example\.com.*another host.*GENESYS_CLOUD_LOGIN_URL/
    ],
    [
      "no client certificate",
      { tls: ({ cert }) => ({ requestCert: true, rejectUnauthorized: true, ca: cert }) },
      ({ ca }) => ca,
      /client certificate.*GENESYS_CLOUD_CLIENT_CERT_FILE.*GENESYS_CLOUD_CLIENT_KEY_FILE/
    ],
    [
      "no client certificate, with TLS 1.2",
      { tls: ({ cert }) => ({ requestCert: true, rejectUnauthorized: true, ca: cert, maxVersion: "TLSv1.2" }) },
      ({ ca }) => ca,
      /client certificate.*GENESYS_CLOUD_CLIENT_CERT_FILE.*GENESYS_CLOUD_CLIENT_KEY_FILE/
    ],
    ["a proxy that wants a login", { proxy: { login } }, ({ ca }) => ca, /407.*HTTPS_PROXY.*user:password@/],
    [
      "a proxy that refuses the login",
      { proxy: { login: "user:another" } },
      ({ ca, proxy }) => ({ ...ca, HTTPS_PROXY: `http://${login}@127.0.0.1:${proxy.port}` }),
      /407.*HTTPS_PROXY/
    ],
    ["a proxy that forbids the host", { proxy: { status: 403 } }, ({ ca }) => ca, /403.*allowed there.*NO_PROXY/],
    ["a proxy that finds no way", { proxy: { status: 502 } }, ({ ca }) => ca, /502.*could not connect to the host/],
    ["a proxy that hangs up", { proxy: { hangsUp: true } }, ({ ca }) => ca, /The proxy did not answer.*HTTPS_PROXY/],
    [
      "a proxy that is not there",
      {},
      ({ ca }) => ({ ...ca, HTTPS_PROXY: `http://${login}@127.0.0.1:1` }),
      /the proxy 127\.0\.0\.1:1: connect ECONNREFUSED.*Check HTTPS_PROXY.*NO_PROXY/
    ],
    [
      "a proxy that does not exist",
      {},
      ({ ca }) => ({ ...ca, HTTPS_PROXY: `http://${login}@proxy.invalid:3128` }),
      /the proxy proxy\.invalid:3128: .*HTTPS_PROXY/
    ],
    [
      "TLS to a proxy that does not speak it",
      {},
      ({ ca, proxy }) => ({ ...ca, HTTPS_PROXY: `https://${login}@localhost:${proxy.port}` }),
      /the proxy localhost:\d+: .*HTTPS_PROXY must begin with http:/
    ]
  ]
  for (const [name, options, envOf, expected] of cases) {
    it.live(`${name}: the error of both hosts says what to do, and holds no password`, () =>
      Effect.gen(function* () {
        const { url } = yield* Simulator
        const company = yield* Company.make(options)
        const env = { ...company.env, ...envOf(company) }
        const atLogin = yield* Effect.flip(Company.exchange).pipe(Effect.provide(Company.layer(env)))
        // The token comes from the simulator itself, so that the API is what cannot be reached.
        const atApi = yield* Effect.flip(Company.findUser).pipe(
          Effect.provide(Company.layer({ ...env, GENESYS_CLOUD_LOGIN_URL: url }))
        )
        for (const [error, host] of [
          [atLogin, "login"],
          [atApi, "api"]
        ] as const) {
          assert.strictEqual(error._tag, "UnavailableError")
          assert.propertyVal(error, "reason", "Connection")
          assert.match(error.message, new RegExp(`^https://${host}\\.mypurecloud\\.com cannot be reached \\(`))
          assert.match(error.message, expected)
          assert.notMatch(error.message, /\n/)
          assert.notInclude(inspect(error, { depth: 20, showHidden: true }), "canary-password")
        }
        assert.include(Company.logged.join("\n"), "token issued")
        assert.notInclude(Company.logged.join("\n"), "canary-password")
      }).pipe(Effect.provide(Simulator.layer()))
    )
  }
})
