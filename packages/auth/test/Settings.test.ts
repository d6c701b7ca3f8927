import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { Credentials } from "../src/Credentials.ts"
import { Environment } from "../src/Environment.ts"
import * as Region from "../src/Region.ts"

const from = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromEnvRecord(env))

const environment = (env: Record<string, string>) =>
  Environment.use(Effect.succeed).pipe(Effect.provide(Environment.layerConfig), Effect.provide(from(env)))

const credentials = (env: Record<string, string>) =>
  Credentials.use(({ current }) => current).pipe(Effect.provide(Layer.provide(Credentials.layerConfig, from(env))))

describe("Region", () => {
  it("knows a region by its AWS name and by its domain", () => {
    for (const name of Region.names) {
      const region = Option.getOrThrow(Region.find(name))
      assert.strictEqual(region.name, name)
      assert.deepStrictEqual(Region.find(region.domain.toUpperCase()), Option.some(region))
      assert.strictEqual(region.apiUrl, `https://api.${region.domain}`)
    }
    assert.strictEqual(Region.names.length, 18)
    for (const other of [
      "genesyscloud.com",
      "",
      "https://",
      "api.",
      "us-east",
      "mypurecloud.com.evil.example",
      "evil.example/mypurecloud.com"
    ]) {
      assert.isTrue(Option.isNone(Region.find(other)), other)
    }
  })

  it("knows it in each form that people copy from somewhere", () => {
    const rows = {
      "eu-central-1": [
        "https://api.mypurecloud.de",
        "https://api.mypurecloud.de/api/v2/",
        "https://login.mypurecloud.de/oauth/token",
        "HTTPS://APPS.MYPURECLOUD.DE/directory/#/admin",
        "http://mypurecloud.de",
        "api.mypurecloud.de:443",
        "apps.mypurecloud.de",
        "mypurecloud.de.",
        " eu_central_1 ",
        "EU Central 1"
      ],
      "us-east-1": ["us_east_1", "US_EAST_1", "useast1", "https://api.mypurecloud.com?a=b"],
      "us-east-2": ["us_east_2", "wss://streaming.use2.us-gov-pure.cloud/channels/x"]
    } as const
    for (const [name, spellings] of Object.entries(rows)) {
      for (const text of spellings) {
        assert.strictEqual(Option.getOrUndefined(Region.find(text))?.name, name, text)
      }
    }
  })
})

describe("Environment.layerConfig", () => {
  it.effect("defaults to us-east-1", () =>
    Effect.gen(function* () {
      const { apiUrl, loginUrl } = yield* environment({})
      assert.deepStrictEqual([loginUrl, apiUrl], ["https://login.mypurecloud.com", "https://api.mypurecloud.com"])
    })
  )

  it.effect("takes the hosts from the region", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        (yield* environment({ GENESYS_CLOUD_REGION: "eu-central-1" })).loginUrl,
        "https://login.mypurecloud.de"
      )
    })
  )

  it.effect("takes other hosts, without the slash at their end", () =>
    Effect.gen(function* () {
      const { apiUrl, loginUrl } = yield* environment({
        GENESYS_CLOUD_LOGIN_URL: "http://127.0.0.1:8080/",
        GENESYS_CLOUD_API_URL: "https://gateway.example.com/genesys"
      })
      assert.deepStrictEqual([loginUrl, apiUrl], ["http://127.0.0.1:8080", "https://gateway.example.com/genesys"])
    })
  )

  const bad: ReadonlyArray<readonly [string, string]> = [
    ["GENESYS_CLOUD_REGION", "mars-east-1"],
    ["GENESYS_CLOUD_LOGIN_URL", "http://login.mypurecloud.com"],
    ["GENESYS_CLOUD_LOGIN_URL", "login.mypurecloud.com"],
    ["GENESYS_CLOUD_LOGIN_URL", "http://localhost.evil.example"],
    ["GENESYS_CLOUD_API_URL", "https://user:pass@api.mypurecloud.com"],
    ["GENESYS_CLOUD_API_URL", "ftp://api.mypurecloud.com"]
  ]
  for (const [setting, text] of bad) {
    it.effect(`refuses ${setting}=${text}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(environment({ [setting]: text }))
        assert.strictEqual(error._tag, "ConfigurationError")
        assert.strictEqual(error.setting, setting)
        assert.include(error.message, setting)
      })
    )
  }
})

describe("Credentials.layerConfig", () => {
  const valid = { GENESYS_CLOUD_CLIENT_ID: "an-id", GENESYS_CLOUD_CLIENT_SECRET: " a-secret\n" }

  it.effect("takes id and secret, without surrounding white space", () =>
    Effect.gen(function* () {
      const grant = yield* credentials(valid)
      assert.strictEqual(grant.clientId, "an-id")
      assert.strictEqual(Redacted.value(grant.clientSecret ?? Redacted.make("")), "a-secret")
      assert.notInclude(JSON.stringify(grant), "a-secret")
    })
  )

  for (const setting of ["GENESYS_CLOUD_CLIENT_ID", "GENESYS_CLOUD_CLIENT_SECRET"]) {
    for (const [what, text] of [
      ["missing", ""],
      ["blank", "  "],
      ["with a blank inside", "canary secret"]
    ] as const) {
      it.effect(`names ${setting} when it is ${what}`, () =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(credentials({ ...valid, [setting]: text }))
          assert.strictEqual(error.setting, setting)
          assert.include(error.message, setting)
          assert.notInclude(JSON.stringify(error) + error.message, "canary secret")
        })
      )
    }
  }
})
