import { assert, describe, it } from "@effect/vitest"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import * as Grant from "@effect-genesys/auth/Grant"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as ChildIdentity from "../src/ChildIdentity.ts"

const grant = new Grant.ClientCredentials({ clientId: "an-id", clientSecret: Redacted.make("canary-secret") })

const told = (hosts: { readonly loginUrl?: string; readonly apiUrl?: string }) =>
  ChildIdentity.of("a-token").pipe(
    Effect.provide([Credentials.layer(grant), Environment.layer(hosts), Logger.layer([])]),
    Effect.provideService(
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromEnvRecord({ GENESYS_CLOUD_ALLOW_HTTP: "simulator, gateway:8080, other.example" })
    )
  )

describe("a program that we run is told", () => {
  it.effect("of the hosts that it is to ask without encryption that it may, and of no others", () =>
    Effect.gen(function* () {
      const env = yield* told({ loginUrl: "http://simulator", apiUrl: "http://gateway:8080/api/" })
      assert.deepInclude(env, {
        GENESYS_CLOUD_LOGIN_URL: "http://simulator",
        GENESYS_CLOUD_API_URL: "http://gateway:8080/api",
        GENESYS_CLOUD_ALLOW_HTTP: "simulator:80,gateway:8080"
      })
      assert.notInclude(JSON.stringify(env), "canary")
    })
  )

  it.effect("of no permission if none is needed", () =>
    Effect.gen(function* () {
      const env = yield* told({ loginUrl: "http://127.0.0.1:8080" })
      assert.notProperty(env, "GENESYS_CLOUD_ALLOW_HTTP")
    })
  )
})
