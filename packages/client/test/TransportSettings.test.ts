/** The settings of the transport that cannot be used. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import { inspect } from "node:util"
import * as Transport from "../src/Transport.ts"
import * as Certificates from "./network/Certificates.ts"
import * as Company from "./network/Company.ts"

describe("a bad setting", () => {
  const passphrase = "canary-passphrase"
  const bad = Effect.gen(function* () {
    const authority = yield* Certificates.makeAuthority("An authority")
    const own = yield* authority.issue()
    const other = yield* authority.issue()
    const file = Certificates.file
    const begin = "-----BEGIN CERTIFICATE-----"
    const damaged = file(authority.cert.replace(/\n.{20}/, "\nAAAAAAAAAAAAAAAAAAAA"))
    const GENESYS_CLOUD_CLIENT_CERT_FILE = file(own.cert)
    const encrypted = {
      GENESYS_CLOUD_CLIENT_CERT_FILE,
      GENESYS_CLOUD_CLIENT_KEY_FILE: file(Certificates.encrypt(own.key, "another"))
    }
    return [
      ["GENESYS_CLOUD_CA_FILE", { GENESYS_CLOUD_CA_FILE: "/no/such/file" }, /\/no\/such\/file, which does not exist/],
      ["GENESYS_CLOUD_CA_FILE", { GENESYS_CLOUD_CA_FILE: "/" }, /is a folder, where a plain file/],
      ["GENESYS_CLOUD_CA_FILE", { GENESYS_CLOUD_CA_FILE: file("") }, /holds no certificate.*as PEM/],
      ["GENESYS_CLOUD_CA_FILE", { GENESYS_CLOUD_CA_FILE: damaged }, /damaged/],
      ["GENESYS_CLOUD_CA_FILE", { GENESYS_CLOUD_CA_FILE: file(`${authority.cert}${begin}\n`) }, /damaged/],
      ["GENESYS_CLOUD_CA_FILE", { GENESYS_CLOUD_CA_FILE: file(begin.repeat(40_000)) }, /damaged/],
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
      ["HTTP_PROXY", { HTTP_PROXY: "http://" }, /the URL of a proxy/],
      ["HTTPS_PROXY", { HTTPS_PROXY: `socks5h://user:${passphrase}@proxy.example.com` }, /SOCKS is not supported/],
      ...["socks", "socks4", "socks4a", "socks5", "SOCKS5H"].map(
        (scheme) => ["ALL_PROXY", { ALL_PROXY: `${scheme}://a:1080` }, /SOCKS is not supported/] as const
      ),
      ["all_proxy", { all_proxy: "ftp://proxy.example.com" }, /the URL of a proxy/]
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
