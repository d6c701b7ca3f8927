/** A gateway that has Genesys Cloud under path prefixes, in front of a simulator. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Company from "./network/Company.ts"
import * as Server from "./network/Server.ts"

const login = "/genesys/login"
const api = "/genesys/api"

const gateway = Effect.gen(function* () {
  const { url } = yield* Simulator
  const { paths, port } = yield* Server.make({ routes: { [`${login}/`]: `${url}/`, [`${api}/`]: `${url}/` } })
  return { base: `http://127.0.0.1:${port}`, env: yield* Company.client, paths }
})

describe("a gateway with path prefixes", () => {
  for (const slash of ["", "/", "//"]) {
    it.live(`takes every request, when its URLs end in "${slash}"`, () =>
      Effect.gen(function* () {
        const { base, env, paths } = yield* gateway
        const layer = Company.layer({
          ...env,
          GENESYS_CLOUD_LOGIN_URL: `${base}${login}${slash}`,
          GENESYS_CLOUD_API_URL: `${base}${api}${slash}`
        })
        assert.isTrue(Option.isSome(yield* Effect.provide(Company.findUser, layer)))
        assert.deepStrictEqual(paths, [`${login}/oauth/token`, `${api}/api/v2/users/search`])
      }).pipe(Effect.provide(Simulator.layer()))
    )
  }

  it.live("is named with its prefix when it knows no such route", () =>
    Effect.gen(function* () {
      const { base, env } = yield* gateway
      const wrong = `${base}/genesys/logon`
      const layer = Company.layer({ ...env, GENESYS_CLOUD_LOGIN_URL: wrong, GENESYS_CLOUD_API_URL: `${base}${api}` })
      const error = yield* Effect.flip(Company.exchange).pipe(Effect.provide(layer))
      assert.strictEqual(error._tag, "UnavailableError")
      assert.include(error.message, `${wrong} answered with status 404`)
      assert.include(error.message, "Check the login URL")
    }).pipe(Effect.provide(Simulator.layer()))
  )
})
