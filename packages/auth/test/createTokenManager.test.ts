/** The promise interface, on the real clock and over real HTTP: the simulator is the login host. */
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { createServer, type Server } from "node:http"
import { vi } from "vitest"
import {
  AuthenticationError,
  ConfigurationError,
  createTokenManager,
  type CreateTokenManagerOptions,
  UnavailableError
} from "@effect-genesys/auth"
import type { PromiseTokenStatus } from "../src/Promises.ts"

const scope = Effect.runSync(Scope.make())
let simulator: Simulator["Service"]

beforeAll(async () => {
  const context = await Effect.runPromise(Layer.buildWithScope(Simulator.layer({ tokenLifetime: 300 }), scope))
  simulator = Context.get(context, Simulator)
})
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

const options = (change: Partial<CreateTokenManagerOptions> = {}): CreateTokenManagerOptions => ({
  clientId: simulator.clientId,
  clientSecret: Redacted.value(simulator.clientSecret),
  loginUrl: simulator.url,
  ...change
})

const urlOf = (server: Server) => {
  const address = server.address()
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
}

const requests = async () => (await Effect.runPromise(simulator.journal)).tokenRequests

describe("createTokenManager", () => {
  it("many calls at once cost one request, and the API takes the token", async () => {
    const before = await requests()
    const manager = createTokenManager(options())
    const tokens = await Promise.all(Array.from({ length: 100 }, () => manager.getToken()))
    assert.strictEqual(new Set(tokens).size, 1)
    assert.strictEqual((await requests()) - before, 1)
    const answer = await fetch(`${simulator.url}/api/v2/tokens/me`, {
      headers: { authorization: `Bearer ${tokens[0]}` }
    })
    assert.strictEqual(answer.status, 200)
    await manager.close()
  })

  it("a rejected token is replaced, and only if it is the one that is held", async () => {
    const manager = createTokenManager(options({ policy: { provenFraction: 0 } }))
    const first = await manager.getToken()
    await manager.rejectToken("another")
    assert.strictEqual(await manager.getToken(), first)
    await manager.rejectToken(first)
    assert.notStrictEqual(await manager.getToken(), first)
    await manager.close()
  })

  it("refused credentials reject with a real Error that has a _tag, after one request", async () => {
    const before = await requests()
    const manager = createTokenManager(options({ clientSecret: "canary-secret" }))
    const errors: Array<unknown> = []
    const ask = () => manager.getToken().catch((error: unknown) => errors.push(error))
    await Promise.all([ask(), ask(), ask()])
    await ask()
    await ask()
    assert.strictEqual(errors.length, 5)
    for (const error of errors) {
      assert.instanceOf(error, Error)
      assert.instanceOf(error, AuthenticationError)
      assert.propertyVal(error, "_tag", "AuthenticationError")
      assert.notInclude(JSON.stringify(error) + String(error), "canary-secret")
    }
    assert.strictEqual((await requests()) - before, 1)
    assert.strictEqual((await manager.getStatus()).state, "refused")
    await manager.close()
  })

  for (const [what, change] of [
    ["an unknown region", { region: "mars-east-1" }],
    ["a login URL without https", { loginUrl: "http://login.example.com" }],
    ["a policy out of its limits", { policy: { renewFractionMin: 0.9 } }],
    ["an empty client id", { clientId: "" }],
    ["a secret with a line break", { clientSecret: "canary\nsecret" }],
    ["a variable that is not set", { clientId: JSON.parse("null") }]
  ] as const) {
    it(`${what} is a ConfigurationError`, async () => {
      const manager = createTokenManager(options(change))
      const error = await manager.getToken().then(
        () => undefined,
        (reason: unknown) => reason
      )
      assert.instanceOf(error, Error)
      assert.instanceOf(error, ConfigurationError)
      assert.propertyVal(error, "_tag", "ConfigurationError")
      await manager.close()
    })
  }

  it("onChange tells the present status and every change, until it is stopped; a listener that throws harms nobody", async () => {
    const manager = createTokenManager(options())
    const seen: Array<PromiseTokenStatus["state"]> = []
    const stop = manager.onChange(({ state }) => {
      seen.push(state)
      if (state === "waiting") throw new Error("a bug of the listener")
      // Nor does one that fails later.
      return Promise.reject(new Error("another bug of the listener"))
    })
    // The first status comes when the subscription stands.
    await vi.waitUntil(() => seen.length === 1)
    await manager.getToken()
    await vi.waitUntil(() => seen.length === 3)
    stop()
    await manager.renewToken()
    assert.deepStrictEqual(seen, ["empty", "waiting", "ready"])
    await manager.close()
  })

  it("a redirect is not followed, and the secret goes to one host", async () => {
    const seen = { here: 0, elsewhere: 0 }
    const elsewhere = createServer((_, response) => {
      seen.elsewhere++
      response.end(JSON.stringify({ access_token: "stolen", token_type: "bearer", expires_in: 300 }))
    })
    const here = createServer((_, response) => {
      seen.here++
      response.writeHead(308, { location: `${urlOf(elsewhere)}/oauth/token` }).end()
    })
    await Promise.all(
      [here, elsewhere].map((server) => new Promise<void>((done) => void server.listen(0, "127.0.0.1", done)))
    )
    const policy = { patience: 500, backoffInitial: 5_000 }
    const manager = createTokenManager(options({ loginUrl: urlOf(here), policy }))
    const error = await manager.getToken().then(String, (reason: unknown) => reason)
    assert.propertyVal(error, "_tag", "UnavailableError")
    assert.propertyVal(error, "status", 308)
    assert.deepStrictEqual(seen, { here: 1, elsewhere: 0 })
    await manager.close()
    for (const server of [here, elsewhere]) server.closeAllConnections()
    for (const server of [here, elsewhere]) server.close()
  })

  it("writes nothing, whatever happens", async () => {
    const written: Array<unknown> = []
    const spies = (["debug", "error", "info", "log", "warn"] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation((...said) => void written.push(said))
    )
    const manager = createTokenManager(options({ policy: { provenFraction: 0 } }))
    await manager.rejectToken(await manager.getToken())
    await manager.rejectToken(await manager.getToken())
    await manager.renewToken()
    const refused = createTokenManager(options({ clientSecret: "wrong" }))
    await refused.getToken().catch(() => undefined)
    await refused.renewToken().catch(() => undefined)
    await Promise.all([manager.close(), refused.close()])
    for (const spy of spies) spy.mockRestore()
    assert.deepStrictEqual(written, [])
  })

  it("a token of 450 days is asked for once: no timer of the machine is that long", async () => {
    await Effect.runPromise(
      Effect.gen(function* () {
        const { clientId, clientSecret, journal, url } = yield* Simulator
        const settings = { clientId, clientSecret: Redacted.value(clientSecret), loginUrl: url }
        const manager = createTokenManager(settings)
        yield* Effect.promise(() => manager.getToken())
        // One that is too long goes off at once, and again.
        yield* Effect.sleep("100 millis")
        assert.strictEqual((yield* journal).tokenRequests, 1)
        const { expiresAt, issuedAt } = yield* Effect.promise(() => manager.getStatus())
        assert.strictEqual(Number(expiresAt) - Number(issuedAt), 38_880_000_000)
        yield* Effect.promise(() => manager.close())
      }).pipe(Effect.provide(Simulator.layer({ tokenLifetime: 38_880_000 })))
    )
  })

  describe("with a proxy in the environment", () => {
    const variables = ["https_proxy", "http_proxy", "all_proxy", "no_proxy"].flatMap((name) => [
      name,
      name.toUpperCase()
    ])
    beforeEach(() => {
      for (const name of variables) vi.stubEnv(name, "")
    })
    afterEach(() => void vi.unstubAllEnvs())

    type Change = Partial<CreateTokenManagerOptions>
    /** A proxy that lets nobody through, what it was asked for, and what the manager said then. */
    const asking = async (
      change: Change | ((proxy: string) => Change),
      env: (proxy: string) => Record<string, string>
    ) => {
      const asked: Array<string> = []
      const proxy = createServer()
      proxy.on("connect", ({ headers, url }, socket) => {
        asked.push([url, headers["proxy-authorization"]].join(" ").trim())
        socket.end("HTTP/1.1 502 No\r\ncontent-length: 0\r\n\r\n")
      })
      await new Promise<void>((done) => void proxy.listen(0, "127.0.0.1", done))
      for (const [name, value] of Object.entries(env(urlOf(proxy)))) vi.stubEnv(name, value)
      const policy = { patience: 500, backoffInitial: 5_000 }
      const manager = createTokenManager(
        options({ policy, ...(typeof change === "function" ? change(urlOf(proxy)) : change) })
      )
      const answer = await manager.getToken().then(
        () => undefined,
        (reason: unknown) => reason
      )
      await manager.close()
      proxy.closeAllConnections()
      proxy.close()
      return { asked, answer }
    }
    const far = { loginUrl: "https://login.invalid" }
    const withLogin = (proxy: string) => proxy.replace("//", "//user:canary%40@")
    const basic = `Basic ${Buffer.from("user:canary@").toString("base64")}`

    for (const [name, env, expected] of [
      ["HTTPS_PROXY", (proxy: string) => ({ HTTPS_PROXY: withLogin(proxy) }), [`login.invalid:443 ${basic}`]],
      ["https_proxy without a scheme", (proxy: string) => ({ https_proxy: proxy.slice(7) }), ["login.invalid:443"]],
      ["ALL_PROXY", (proxy: string) => ({ ALL_PROXY: proxy }), ["login.invalid:443"]],
      ["NO_PROXY", (proxy: string) => ({ HTTPS_PROXY: proxy, NO_PROXY: ".invalid" }), []],
      ["HTTP_PROXY alone", (proxy: string) => ({ HTTP_PROXY: proxy }), []]
    ] as const) {
      it(`asks it, or not, by the rules of all others: ${name}`, async () => {
        const { answer, asked } = await asking(far, env)
        assert.deepStrictEqual(asked, [...expected])
        assert.instanceOf(answer, UnavailableError)
        assert.match(answer.message, expected.length > 0 ? /Proxy response \(502\)/ : /ENOTFOUND|EAI_AGAIN/)
        assert.notInclude(answer.message, "canary")
      })
    }

    it("asks the one of the options instead, or none if that is false", async () => {
      const elsewhere = () => ({ HTTPS_PROXY: "http://127.0.0.1:1" })
      const own = await asking((proxy) => ({ ...far, proxy: withLogin(proxy) }), elsewhere)
      assert.deepStrictEqual(own.asked, [`login.invalid:443 ${basic}`])
      const none = await asking({ ...far, proxy: false }, (proxy) => ({ HTTPS_PROXY: proxy }))
      assert.deepStrictEqual(none.asked, [])
      assert.match(String(none.answer), /ENOTFOUND|EAI_AGAIN/)
    })

    it("never asks it for this machine", async () => {
      assert.deepStrictEqual(await asking({}, (proxy) => ({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy })), {
        asked: [],
        answer: undefined
      })
    })

    it("says which proxy cannot be reached, and which setting cannot be used", async () => {
      const astray = await asking(far, () => ({ HTTPS_PROXY: "http://user:canary@127.0.0.1:1" }))
      assert.match(String(astray.answer), /the proxy 127\.0\.0\.1:1: connect ECONNREFUSED.*Check HTTPS_PROXY/)
      assert.notInclude(String(astray.answer), "canary")
      const socks = await asking(far, () => ({ HTTPS_PROXY: "", ALL_PROXY: "socks5://127.0.0.1:1" }))
      assert.instanceOf(socks.answer, ConfigurationError)
      assert.match(socks.answer.message, /^ALL_PROXY is not valid: .*SOCKS is not supported/)
    })
  })

  it("close ends every wait", async () => {
    await Effect.runPromise(simulator.addFault({ path: "/oauth/token", hang: true, times: 1 }))
    const manager = createTokenManager(options())
    const waiting = manager.getToken().then(
      () => undefined,
      (reason: unknown) => reason
    )
    await vi.waitUntil(async () => (await manager.getStatus()).renewing)
    await manager.close()
    assert.propertyVal(await waiting, "reason", "Closed")
    const after = await manager.getToken().then(
      () => undefined,
      (reason: unknown) => reason
    )
    assert.instanceOf(after, Error)
    assert.instanceOf(after, UnavailableError)
    assert.propertyVal(after, "reason", "Closed")
  })
})
