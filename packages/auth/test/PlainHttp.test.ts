/** To which hosts plain http is permitted: loopback, and what GENESYS_CLOUD_ALLOW_HTTP names, to the letter. */
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { afterEach } from "vitest"
import { createTokenManager } from "../src/createTokenManager.ts"
import { Environment, plainHosts } from "../src/Environment.ts"
import { defaultRegion } from "../src/Region.ts"

const name = "GENESYS_CLOUD_ALLOW_HTTP"

const made = (url: string, allowed?: string) =>
  Environment.use(Effect.succeed).pipe(
    Effect.provide(Environment.layer({ loginUrl: url, apiUrl: url })),
    Effect.provideService(
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromEnvRecord(allowed === undefined ? {} : { [name]: allowed })
    )
  )

const taken: ReadonlyArray<readonly [url: string, allowed: string, asked?: string]> = [
  ["http://simulator", "simulator"],
  ["http://simulator:8080", "simulator"],
  ["http://simulator:8080/", "simulator:8080", "http://simulator:8080"],
  ["http://simulator", "simulator:80"],
  ["http://simulator:80/genesys/", "simulator", "http://simulator/genesys"],
  ["http://login.internal.example:8080/a/b", "other, login.internal.example:8080"],
  ["HTTP://Simulator:8080", "SIMULATOR:8080", "http://simulator:8080"],
  ["http://gateway_1:8080", " gateway_1 "],
  ["http://10.1.2.3:8080", "10.1.2.3:8080"],
  // What is judged is what is asked.
  ["http://0x0a.1.2.3:8080", "10.1.2.3", "http://10.1.2.3:8080"],
  ["http://simu\tlator:8080", "simulator", "http://simulator:8080"],
  ["http:\\\\simulator:8080\\@evil.example", "simulator", "http://simulator:8080/@evil.example"],
  ["http://[2001:db8::1]:8080", "[2001:db8::1]:8080"],
  ["http://[2001:DB8:0::1]", "[2001:db8::1]", "http://[2001:db8::1]"]
]

const refused: ReadonlyArray<readonly [url: string, allowed: string]> = [
  ["http://simulator", ""],
  ["http://simulator:8080", "simulator:8081"],
  ["http://simulator:8080", "simulator:80"],
  ["http://simulator", "simulator:8080"],
  ["http://a.simulator", "simulator"],
  ["http://simulator.evil.example", "simulator"],
  ["http://simulator.", "simulator"],
  ["http://simulator.:8080", "simulator:8080"],
  ["http://evilsimulator", "simulator"],
  ["http://simulator@evil.example", "simulator"],
  ["http://simulator:8080@evil.example", "simulator:8080"],
  ["http://user:canary-password@simulator", "simulator"],
  ["http://user@simulator", "simulator"],
  ["http://evil.example/simulator", "simulator"],
  ["http://evil.example#simulator", "simulator"],
  ["http://evil.example?simulator", "simulator"],
  ["http://evil.example\\simulator", "simulator"],
  ["http://simulator?a=b", "simulator"],
  ["http://ſimulator.example", "simulator"],
  ["http://localhost.evil.example", "simulator"],
  ["ftp://simulator", "simulator"],
  ["ws://simulator", "simulator"],
  ["simulator:8080", "simulator"]
]

/** What no host is, or more than one. */
const malformed = [
  "*",
  "*.internal",
  ".internal",
  "simulator,",
  ",",
  "simulator:",
  "simulator:0",
  "simulator:65536",
  "simulator:*",
  "simulator.",
  "http://simulator",
  "simulator/",
  "user@simulator",
  "simulator other",
  "simulator;other",
  "simülator",
  "10.1",
  "0x7f.0.0.1",
  "10.0.0.0/8",
  "2001:db8::1",
  "[2001:DB8:0::1]",
  "[::1"
]

describe("plain http", () => {
  for (const [url, allowed, asked = url] of taken) {
    it.effect(`is permitted to ${url} by ${allowed}`, () =>
      Effect.gen(function* () {
        const { apiUrl, loginUrl } = yield* made(url, allowed)
        assert.deepStrictEqual([loginUrl, apiUrl], [asked, asked])
      }).pipe(Effect.provide(Logger.layer([])))
    )
  }

  for (const [url, allowed] of refused) {
    it.effect(`is not permitted to ${url} by ${allowed}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(made(url, allowed))
        assert.strictEqual(error.setting, "GENESYS_CLOUD_LOGIN_URL")
        // It says how to permit it, and not what was written.
        assert.match(error.message, /^GENESYS_CLOUD_LOGIN_URL is not valid: it must be an https URL .*ALLOW_HTTP/)
        assert.notInclude(error.message, "canary")
        assert.notInclude(error.message, "evil")
      })
    )
  }

  for (const allowed of malformed) {
    it.effect(`is permitted to nobody by ${allowed}, which is an error`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(made("http://simulator", allowed))
        assert.strictEqual(error.setting, name)
        assert.match(error.message, /^GENESYS_CLOUD_ALLOW_HTTP is not valid: it must be hosts with commas/)
      })
    )
  }

  it.effect("is warned of once for each host, without anything secret, and not on loopback or with https", () =>
    Effect.gen(function* () {
      const said: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void said.push(`${logLevel} ${String(message)}`))
      yield* Effect.gen(function* () {
        for (const url of ["http://once:8080/canary", "http://once:8080", "http://127.0.0.1:1", "https://once"]) {
          yield* made(url, "once:8080")
        }
        yield* made("http://once:8081", "once")
      }).pipe(Effect.provide(Logger.layer([logger])))
      assert.strictEqual(said.length, 2)
      assert.match(said[0] ?? "", /^Warn GENESYS_CLOUD_ALLOW_HTTP permits plain http to once:8080: /)
      assert.match(said[1] ?? "", / once:8081: /)
      assert.notInclude(said.join(""), "canary")
    })
  )

  it("needs nobody's permission on loopback, which names no host", () => {
    const where = { loginUrl: "http://127.0.0.1:8080", apiUrl: "http://[::1]:8080" }
    assert.deepStrictEqual(plainHosts({ region: defaultRegion, ...where }), [])
  })
})

describe("createTokenManager", () => {
  afterEach(() => {
    delete process.env[name]
  })

  const get = async (allowed: string | undefined) => {
    if (allowed !== undefined) process.env[name] = allowed
    const asked: Array<string> = []
    const manager = createTokenManager({
      clientId: "an-id",
      clientSecret: "a-secret",
      loginUrl: "http://login.internal.example:8080/x/",
      fetch: async (input) => {
        asked.push(input instanceof Request ? input.url : input.toString())
        return Response.json({ access_token: "a-token", token_type: "bearer", expires_in: 3600 })
      }
    })
    const answer = await manager.getToken().catch((error: unknown) => error)
    await manager.close()
    return { answer, asked }
  }

  it("asks a host without encryption if the environment permits it, and nobody else does", async () => {
    const permitted = await get("login.internal.example:8080")
    assert.deepStrictEqual(permitted, {
      answer: "a-token",
      asked: ["http://login.internal.example:8080/x/oauth/token"]
    })
  })

  for (const allowed of [undefined, "login.internal.example:80", "*"]) {
    it(`does not if it says ${allowed}`, async () => {
      const { answer, asked } = await get(allowed)
      assert.propertyVal(answer, "_tag", "ConfigurationError")
      assert.deepStrictEqual(asked, [])
    })
  }
})
