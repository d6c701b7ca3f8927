/** Proxies, a private CA and client certificates: real ones, on loopback. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
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

const readFile = ({ GENESYS_CLOUD_CA_FILE }: { readonly GENESYS_CLOUD_CA_FILE: string }) =>
  Effect.promise(() => import("node:fs/promises").then((fs) => fs.readFile(GENESYS_CLOUD_CA_FILE, "utf8")))
