/** Proxies, a private CA and client certificates: real ones, on loopback. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { inspect } from "node:util"
import * as Transport from "../src/Transport.ts"
import * as Certificates from "./network/Certificates.ts"
import * as Company from "./network/Company.ts"

const simulated = Effect.provide(Simulator.layer())
const found = Effect.map(Company.findUser, Option.isSome)

describe("a proxy", () => {
  it.live("is the way to both hosts, with TLS by the company's authority", () =>
    Effect.gen(function* () {
      const { ca, env, proxy } = yield* Company.make()
      assert.isTrue(yield* found.pipe(Effect.provide(Company.layer({ ...env, ...ca }))))
      assert.deepStrictEqual(
        proxy.asked,
        Company.hosts.map((host) => `${host}:443`)
      )
    }).pipe(simulated)
  )

  it.live("may be asked with TLS itself, and for a login", () =>
    Effect.gen(function* () {
      const login = "a user:p@ss/word"
      const authority = yield* Certificates.makeAuthority("The proxy's")
      const tls = yield* authority.issue({ hosts: ["localhost"] })
      const { ca, env, proxy } = yield* Company.make({ proxy: { login, tls } })
      const both = Certificates.file(`the proxy's\n${authority.cert}\nGenesys\n${yield* readFile(ca)}`)
      const HTTPS_PROXY = `https://a%20user:p%40ss%2Fword@localhost:${proxy.port}`
      const layer = Company.layer({ ...env, GENESYS_CLOUD_CA_FILE: both, HTTPS_PROXY })
      assert.isTrue(yield* found.pipe(Effect.provide(layer)))
      assert.lengthOf(proxy.asked, 2)
    }).pipe(simulated)
  )

  it.live("may have its name in small letters, and no scheme", () =>
    Effect.gen(function* () {
      const { ca, env, proxy } = yield* Company.make()
      const layer = Company.layer({
        ...env,
        ...ca,
        HTTPS_PROXY: "http://127.0.0.1:1",
        https_proxy: `127.0.0.1:${proxy.port}`
      })
      assert.isTrue(yield* found.pipe(Effect.provide(layer)))
    }).pipe(simulated)
  )

  it.live("is not the way to loopback", () =>
    Effect.gen(function* () {
      const { url } = yield* Simulator
      const { env, proxy } = yield* Company.make()
      for (const host of ["127.0.0.1", "localhost"]) {
        const direct = url.replace("127.0.0.1", host)
        const layer = Company.layer({
          ...env,
          HTTP_PROXY: env.HTTPS_PROXY,
          GENESYS_CLOUD_LOGIN_URL: direct,
          GENESYS_CLOUD_API_URL: direct
        })
        assert.isTrue(yield* found.pipe(Effect.provide(layer)))
      }
      assert.deepStrictEqual(proxy.asked, [])
    }).pipe(simulated)
  )

  const noProxy: ReadonlyArray<readonly [string, boolean]> = [
    ["", true],
    ["*", false],
    ["login.invalid", false],
    ["LOGIN.invalid", false],
    [".invalid", false],
    ["*.invalid", false],
    ["invalid", false],
    ["login.invalid:8443", false],
    ["login.invalid:443", true],
    ["gin.invalid", true],
    ["other.invalid, another.invalid", true],
    ["other.invalid, login.invalid", false]
  ]
  for (const [NO_PROXY, asked] of noProxy) {
    it.live(`is ${asked ? "" : "not "}asked for login.invalid:8443 with NO_PROXY="${NO_PROXY}"`, () =>
      Effect.gen(function* () {
        // Directly, a host of this domain is never found.
        const { env, proxy } = yield* Company.make({ proxy: { status: 502 } })
        const GENESYS_CLOUD_LOGIN_URL = "https://login.invalid:8443"
        const layer = Company.layer({ ...env, NO_PROXY, GENESYS_CLOUD_LOGIN_URL })
        const error = yield* Effect.flip(Company.exchange).pipe(Effect.provide(layer))
        assert.deepStrictEqual(proxy.asked, asked ? ["login.invalid:8443"] : [])
        assert.match(error.message, asked ? /Proxy response \(502\)/ : /ENOTFOUND|EAI_AGAIN/)
      }).pipe(simulated)
    )
  }
})

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
      }).pipe(simulated)
    )
  }
})

describe("a client certificate", () => {
  const wanted: Company.Options = {
    tls: ({ cert }) => ({ requestCert: true, rejectUnauthorized: true, ca: cert })
  }

  it.live("is shown to both hosts, also through a proxy", () =>
    Effect.gen(function* () {
      const { authority, ca, env } = yield* Company.make(wanted)
      const { cert, key } = yield* authority.issue()
      const layer = Company.layer({
        ...env,
        ...ca,
        GENESYS_CLOUD_CLIENT_CERT_FILE: Certificates.file(cert),
        GENESYS_CLOUD_CLIENT_KEY_FILE: Certificates.file(key)
      })
      assert.isTrue(yield* found.pipe(Effect.provide(layer)))
    }).pipe(simulated)
  )

  it.live("is shown without a proxy, and its key may have a passphrase", () =>
    Effect.gen(function* () {
      const { authority, ca, env, server } = yield* Company.make({ ...wanted, certificate: { hosts: ["localhost"] } })
      const identity = yield* authority.issue()
      const url = `https://localhost:${server.port}`
      const layer = Company.layer({
        ...env,
        ...ca,
        GENESYS_CLOUD_LOGIN_URL: url,
        GENESYS_CLOUD_API_URL: url,
        GENESYS_CLOUD_CLIENT_CERT_FILE: Certificates.file(identity.cert),
        GENESYS_CLOUD_CLIENT_KEY_FILE: Certificates.file(Certificates.encrypt(identity.key, "a passphrase")),
        GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE: "a passphrase"
      })
      assert.isTrue(yield* found.pipe(Effect.provide(layer)))
    }).pipe(simulated)
  )
})

describe("a bad setting", () => {
  const passphrase = "canary-passphrase"
  const bad = Effect.gen(function* () {
    const authority = yield* Certificates.makeAuthority("An authority")
    const own = yield* authority.issue()
    const other = yield* authority.issue()
    const file = Certificates.file
    const damaged = file(authority.cert.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA"))
    const GENESYS_CLOUD_CLIENT_CERT_FILE = file(own.cert)
    const encrypted = {
      GENESYS_CLOUD_CLIENT_CERT_FILE,
      GENESYS_CLOUD_CLIENT_KEY_FILE: file(Certificates.encrypt(own.key, "another"))
    }
    return [
      ["GENESYS_CLOUD_CA_FILE", { GENESYS_CLOUD_CA_FILE: "/no/such/file" }, /\/no\/such\/file, which does not exist/],
      ["GENESYS_CLOUD_CA_FILE", { GENESYS_CLOUD_CA_FILE: "/" }, /cannot be read/],
      ["GENESYS_CLOUD_CA_FILE", { GENESYS_CLOUD_CA_FILE: file("") }, /holds no certificate.*as PEM/],
      ["GENESYS_CLOUD_CA_FILE", { GENESYS_CLOUD_CA_FILE: damaged }, /damaged/],
      [
        "GENESYS_CLOUD_CLIENT_KEY_FILE",
        { GENESYS_CLOUD_CLIENT_CERT_FILE },
        /is not set, but GENESYS_CLOUD_CLIENT_CERT_FILE is/
      ],
      ["GENESYS_CLOUD_CLIENT_CERT_FILE", { GENESYS_CLOUD_CLIENT_KEY_FILE: file(own.key) }, /is not set, but/],
      [
        "GENESYS_CLOUD_CLIENT_CERT_FILE",
        { GENESYS_CLOUD_CLIENT_CERT_FILE: file(own.key), GENESYS_CLOUD_CLIENT_KEY_FILE: file(own.key) },
        /holds no certificate/
      ],
      [
        "GENESYS_CLOUD_CLIENT_KEY_FILE",
        { GENESYS_CLOUD_CLIENT_CERT_FILE, GENESYS_CLOUD_CLIENT_KEY_FILE: file(own.cert) },
        /holds no private key/
      ],
      [
        "GENESYS_CLOUD_CLIENT_KEY_FILE",
        { GENESYS_CLOUD_CLIENT_CERT_FILE, GENESYS_CLOUD_CLIENT_KEY_FILE: file(other.key) },
        /does not belong to the certificate/
      ],
      ["GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE", encrypted, /is not set, or does not open/],
      [
        "GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE",
        { ...encrypted, GENESYS_CLOUD_CLIENT_KEY_PASSPHRASE: passphrase },
        /is not set, or does not open/
      ],
      [
        "HTTPS_PROXY",
        { HTTPS_PROXY: `ftp://user:${passphrase}@proxy.example.com` },
        /http:\/\/proxy\.example\.com:3128/
      ],
      ["HTTPS_PROXY", { HTTPS_PROXY: `http://user:${passphrase}%@proxy.example.com` }, /percent-encoded/],
      ["https_proxy", { https_proxy: "http://proxy.example.com/path" }, /the URL of a proxy/],
      ["HTTP_PROXY", { HTTP_PROXY: "http://" }, /the URL of a proxy/]
    ] as const
  })

  it.effect("is a ConfigurationError that names it and says what it must be, when the layer is built", () =>
    Effect.gen(function* () {
      for (const [setting, env, message] of yield* bad) {
        const built = Layer.build(Layer.provide(Transport.layerConfig, Company.settings(env)))
        const error = yield* Effect.flip(built)
        assert.strictEqual(error._tag, "ConfigurationError")
        assert.strictEqual(error.setting, setting)
        assert.match(error.message, new RegExp(`^${setting} `))
        assert.match(error.message, message)
        assert.notInclude(inspect(error, { depth: 20, showHidden: true }), passphrase)
      }
      assert.isTrue(
        Exit.isSuccess(
          yield* Effect.exit(
            Layer.build(Layer.provide(Transport.layerConfig, Company.settings({ HTTPS_PROXY: " ", NO_PROXY: "*" })))
          )
        )
      )
    })
  )
})

const readFile = ({ GENESYS_CLOUD_CA_FILE }: { readonly GENESYS_CLOUD_CA_FILE: string }) =>
  Effect.promise(() => import("node:fs/promises").then((fs) => fs.readFile(GENESYS_CLOUD_CA_FILE, "utf8")))
