/**
 * The grants of Genesys: the exact request of each, what becomes of refresh tokens from one renewal to the next, and
 * that none of it is shown to another host or in an error. The redirects at the end go over real sockets.
 */
import { createServer, type Server } from "node:http"
import { inspect } from "node:util"
import { NodeCrypto, NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { Credentials } from "../src/Credentials.ts"
import { Environment } from "../src/Environment.ts"
import { AuthorizationCode, type Grant, RefreshToken, Saml2Bearer } from "../src/Grant.ts"
import { TokenEndpoint } from "../src/TokenEndpoint.ts"
import type { TokenError } from "../src/TokenError.ts"
import { TokenManager } from "../src/TokenManager.ts"
import { TokenStore } from "../src/TokenStore.ts"
import * as Host from "./LoginHost.ts"

const { clientId, LoginHost } = Host
const basic = `Basic ${Buffer.from(`${clientId}:${Host.secret}`).toString("base64")}`
const clientSecret = Redacted.make(Host.secret)

// Characters that a form must escape.
const canary = {
  code: "canary-code-+/=&%",
  verifier: "canary-verifier-~._0123456789012345678901234567",
  refresh: "canary-refresh-+/=&%",
  assertion: "canary-assertion-PHNhbWw+/w=="
}
const redirectUri = "https://app.example/callback?from=a b&to=ü"

const withCode = new AuthorizationCode({ clientId, clientSecret, code: Redacted.make(canary.code), redirectUri })
const codeVerifier = Redacted.make(canary.verifier)
const withPkce = new AuthorizationCode({ clientId, code: Redacted.make(canary.code), redirectUri, codeVerifier })
const refreshing = new RefreshToken({ clientId, clientSecret, refreshToken: Redacted.make(canary.refresh) })
const refreshingPublic = new RefreshToken({ clientId, refreshToken: Redacted.make(canary.refresh) })
const saml = new Saml2Bearer({
  clientId,
  clientSecret,
  orgName: "acme & söhne",
  assertion: Redacted.make(canary.assertion)
})

type Form = Record<string, string>

/** The name of a grant, the grant, the form that it is sent as, and whether it has the header. */
const grants: ReadonlyArray<readonly [string, Grant, Form, "Basic" | "public"]> = [
  ["client credentials", Host.grant(), { grant_type: "client_credentials" }, "Basic"],
  [
    "an authorization code with a client secret",
    withCode,
    { grant_type: "authorization_code", code: canary.code, redirect_uri: redirectUri },
    "Basic"
  ],
  [
    "an authorization code with PKCE",
    withPkce,
    {
      grant_type: "authorization_code",
      code: canary.code,
      redirect_uri: redirectUri,
      code_verifier: canary.verifier,
      client_id: clientId
    },
    "public"
  ],
  [
    "an authorization code with PKCE and a client secret",
    new AuthorizationCode({ clientId, clientSecret, code: Redacted.make(canary.code), redirectUri, codeVerifier }),
    {
      grant_type: "authorization_code",
      code: canary.code,
      redirect_uri: redirectUri,
      code_verifier: canary.verifier,
      client_id: clientId
    },
    "public"
  ],
  [
    "a refresh token with a client secret",
    refreshing,
    { grant_type: "refresh_token", refresh_token: canary.refresh },
    "Basic"
  ],
  [
    "a refresh token without a client secret",
    refreshingPublic,
    { grant_type: "refresh_token", refresh_token: canary.refresh, client_id: clientId },
    "public"
  ],
  [
    "a SAML2 assertion",
    saml,
    {
      grant_type: "urn:ietf:params:oauth:grant-type:saml2-bearer",
      orgName: "acme & söhne",
      assertion: canary.assertion
    },
    "Basic"
  ]
]

const textOf = ({ body }: HttpClientRequest.HttpClientRequest): string =>
  body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""

/** The fields in order of their names; a field that is there twice is here twice. */
const fieldsOf = (form: string | Form) =>
  [...new URLSearchParams(form)].toSorted(([one], [other]) => (one < other ? -1 : 1))

const exchange = (grant: Grant) => TokenEndpoint.use((endpoint) => endpoint.exchange(grant))

describe("the request for", () => {
  for (const [name, grant, form, kind] of grants) {
    it.effect(name, () =>
      Effect.gen(function* () {
        yield* exchange(grant)
        const request = yield* LoginHost.use((host) => host.last)
        assert.isDefined(request)
        const text = textOf(request)
        assert.strictEqual(request.method, "POST")
        assert.strictEqual(request.url, "https://login.mypurecloud.com/oauth/token")
        assert.deepStrictEqual([...request.urlParams], [])
        assert.deepStrictEqual(
          { ...request.headers },
          {
            accept: "application/json",
            "accept-encoding": "identity",
            "content-type": "application/x-www-form-urlencoded",
            "content-length": String(text.length),
            ...(kind === "Basic" ? { authorization: basic } : {})
          }
        )
        assert.deepStrictEqual(fieldsOf(text), fieldsOf(form))
      }).pipe(Effect.provide(Host.endpoint), Effect.provideService(HttpClient.TracerPropagationEnabled, false))
    )
  }
})

// --- refresh tokens ---------------------------------------------------------------------------------------------------

interface Sent {
  readonly form: Form
  readonly authorization: string | undefined
}

/** A host that keeps what it is sent, and with the n-th answer sends the n-th refresh token, if there is one. */
const rotating = (...refreshTokens: ReadonlyArray<string | null | undefined>) => {
  const sent: Array<Sent> = []
  const answer: Host.Answer = (n, request) => {
    sent.push({
      form: Object.fromEntries(new URLSearchParams(textOf(request))),
      authorization: request.headers["authorization"]
    })
    return Host.json(200, {
      access_token: `token-${n}`,
      token_type: "bearer",
      expires_in: 300,
      refresh_token: refreshTokens[n - 1]
    })(n, request)
  }
  return { sent, answer }
}

const shown = (sent: ReadonlyArray<Sent>) => sent.map(({ form }) => form["refresh_token"] ?? form["grant_type"])

const token = TokenManager.use((manager) => manager.token)
const value = Effect.map(token, (held) => Redacted.value(held.value))

const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

/** Long enough for one renewal of a token of 300 s, and too short for two, up to seven times on end. */
const renewal = Effect.gen(function* () {
  yield* TestClock.adjust("270 seconds")
  for (let turns = 0; turns < 5; turns++) yield* turn
})

const managerFor = (grant: Grant) => Host.managerWith(Credentials.layer(grant))

describe("a refresh token", () => {
  for (const [name, grant, kind] of [
    ["a client secret", withCode, "Basic"],
    ["PKCE", withPkce, "public"]
  ] as const) {
    it.effect(`that comes with a code exchange is shown the next time: ${name}`, () =>
      Effect.gen(function* () {
        const { answer, sent } = rotating("refresh-1")
        yield* LoginHost.use((host) => host.answer(answer))
        assert.strictEqual(yield* value, "token-1")
        yield* renewal
        assert.strictEqual(yield* value, "token-2")
        assert.strictEqual(sent.length, 2)
        assert.strictEqual(sent[0]?.form["grant_type"], "authorization_code")
        assert.deepStrictEqual(
          sent[1]?.form,
          kind === "Basic"
            ? { grant_type: "refresh_token", refresh_token: "refresh-1" }
            : { grant_type: "refresh_token", refresh_token: "refresh-1", client_id: clientId }
        )
        for (const { authorization } of sent) {
          assert.strictEqual(authorization, kind === "Basic" ? basic : undefined)
        }
      }).pipe(Effect.provide(managerFor(grant)))
    )
  }

  it.effect("that is rotated is used for the next renewal, and the old one goes on where no new one comes", () =>
    Effect.gen(function* () {
      const { answer, sent } = rotating("refresh-1", "refresh-2", undefined, null, "refresh-5", "refresh-5")
      yield* LoginHost.use((host) => host.answer(answer))
      yield* value
      for (let n = 2; n <= 7; n++) {
        yield* renewal
        assert.strictEqual(yield* value, `token-${n}`)
      }
      assert.deepStrictEqual(shown(sent), [
        canary.refresh,
        "refresh-1",
        "refresh-2",
        "refresh-2",
        "refresh-2",
        "refresh-5",
        "refresh-5"
      ])
    }).pipe(Effect.provide(managerFor(refreshingPublic)))
  )

  it.effect("is shown again after a failed renewal", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      const { answer, sent } = rotating("refresh-1", "refresh-2")
      yield* host.answer(answer)
      yield* value
      yield* host.answer(Host.unavailable)
      yield* renewal
      assert.isAtLeast(yield* host.requests, 2)
      assert.strictEqual(yield* value, "token-1")
      yield* host.answer(answer)
      // Longer than any pause between two attempts.
      yield* TestClock.adjust("70 seconds")
      assert.notStrictEqual(yield* value, "token-1")
      assert.deepStrictEqual(shown(sent), ["authorization_code", "refresh-1"])
    }).pipe(Effect.provide(managerFor(withCode)))
  )

  it.effect("in the store goes before the code that it came with, in the next process too", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      const { answer, sent } = rotating("refresh-1", "refresh-2")
      yield* host.answer(answer)
      const manager = TokenManager.layer.pipe(Layer.provide(Credentials.layer(withPkce)))
      yield* Effect.scoped(Effect.provide(value, Layer.fresh(manager)))
      yield* Effect.gen(function* () {
        assert.strictEqual(yield* value, "token-1")
        assert.strictEqual(yield* host.requests, 1)
        yield* renewal
        assert.strictEqual(yield* value, "token-2")
      }).pipe(Effect.provide(Layer.fresh(manager)), Effect.scoped)
      assert.deepStrictEqual(shown(sent), ["authorization_code", "refresh-1"])
    }).pipe(Effect.provide(Layer.merge(Host.endpoint, TokenStore.layerMemory)))
  )

  for (const [name, grant, grantType] of [
    ["client credentials", Host.grant(), "client_credentials"],
    ["a SAML2 assertion", saml, "urn:ietf:params:oauth:grant-type:saml2-bearer"]
  ] as const) {
    it.effect(`that comes with ${name} is not used: only the code grants have one`, () =>
      Effect.gen(function* () {
        const { answer, sent } = rotating("refresh-1")
        yield* LoginHost.use((host) => host.answer(answer))
        yield* value
        yield* renewal
        assert.strictEqual(yield* value, "token-2")
        assert.deepStrictEqual(shown(sent), [grantType, grantType])
      }).pipe(Effect.provide(managerFor(grant)))
    )
  }
})

// --- refusals ---------------------------------------------------------------------------------------------------------

const invalidGrant = Host.json(400, {
  error: "invalid_grant",
  description: "the token is expired",
  error_description: "the token is expired"
})

const assertLogInAgain = (error: TokenError) => {
  assert.strictEqual(error._tag, "AuthenticationError")
  assert.strictEqual(Reflect.get(error, "code"), "invalid_grant")
  assert.match(error.message, /log in again/i)
  assert.notInclude(error.message, "client secret")
}

describe("a refusal", () => {
  for (const [name, grant] of grants.slice(1)) {
    it.effect(`of ${name} says to log in again`, () =>
      Effect.gen(function* () {
        const host = yield* LoginHost
        yield* host.answer(invalidGrant)
        assertLogInAgain(yield* Effect.flip(token))
        assertLogInAgain(yield* Effect.flip(token))
        assert.strictEqual(yield* host.requests, 1)
      }).pipe(Effect.provide(managerFor(grant)))
    )
  }

  it.effect("of a refresh token leaves the held token in use until it expires", () =>
    Effect.gen(function* () {
      const host = yield* LoginHost
      yield* host.answer(Host.inTurn(rotating("refresh-1").answer, invalidGrant))
      yield* value
      yield* renewal
      assert.strictEqual(yield* host.requests, 2)
      assert.strictEqual(yield* value, "token-1")
      yield* TestClock.adjust("30 seconds")
      assertLogInAgain(yield* Effect.flip(token))
      assert.strictEqual(yield* host.requests, 2)
    }).pipe(Effect.provide(managerFor(withPkce)))
  )

  const quotes: Record<string, (form: string, authorization: string | undefined) => string> = {
    "the fields": (form) => [...new URLSearchParams(form).values()].join(" "),
    "the form as it was sent": (form) => form,
    "the header": (_, authorization) => authorization ?? ""
  }

  for (const [quoted, quote] of Object.entries(quotes)) {
    for (const [name, grant] of grants) {
      it.effect(`of ${name} that quotes ${quoted} shows no secret`, () =>
        Effect.gen(function* () {
          yield* LoginHost.use((host) =>
            host.answer((n, request) => {
              const error_description = quote(textOf(request), request.headers["authorization"])
              return Host.json(400, { error: "invalid_grant", error_description })(n, request)
            })
          )
          const error = yield* Effect.flip(exchange(grant))
          const text = [error.message, error.stack, JSON.stringify(error), inspect(error, { depth: 10 })].join("\n")
          for (const secret of [...Object.values(canary), Host.secret, basic.slice("Basic ".length)]) {
            assert.notInclude(text, secret)
            assert.notInclude(text, encodeURIComponent(secret))
          }
        }).pipe(Effect.provide(Host.endpoint))
      )
    }
  }
})

// --- redirects --------------------------------------------------------------------------------------------------------

const redirects = [301, 302, 303, 307, 308]

describe("a redirect with a refresh token in the form is not followed", () => {
  for (const status of redirects) {
    it.effect(`${status}, in memory`, () =>
      Effect.gen(function* () {
        const host = yield* LoginHost
        yield* host.answer(Host.respond(status, "", { location: "https://elsewhere.example/oauth/token" }))
        const error = yield* Effect.flip(exchange(refreshingPublic))
        assert.strictEqual(error._tag, "UnavailableError")
        assert.strictEqual(yield* host.requests, 1)
        assert.strictEqual((yield* host.last)?.url, "https://login.mypurecloud.com/oauth/token")
      }).pipe(Effect.provide(Host.endpoint))
    )
  }

  interface Listening {
    readonly server: Server
    readonly url: string
    /** Method and body of each request. */
    readonly requests: Array<string>
  }

  /** A server on loopback that sends everybody away, or, if nowhere is said, has a token for everybody. */
  const listen = (status: number, location?: string) =>
    Effect.acquireRelease(
      Effect.callback<Listening>((resume) => {
        const requests: Array<string> = []
        const server = createServer((request, response) => {
          let text = ""
          request.setEncoding("utf8")
          request.on("data", (chunk: string) => (text += chunk))
          request.on("end", () => {
            requests.push(`${request.method} ${text}`)
            response.writeHead(status, location === undefined ? {} : { location })
            response.end(JSON.stringify({ access_token: "elsewhere", token_type: "bearer", expires_in: 300 }))
          })
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          resume(Effect.succeed({ server, url: `http://127.0.0.1:${port}`, requests }))
        })
      }),
      ({ server }) =>
        Effect.callback<void>((resume) => {
          server.closeAllConnections()
          server.close(() => resume(Effect.void))
        })
    )

  const overSockets = (loginUrl: string, transport: Layer.Layer<HttpClient.HttpClient>) =>
    TokenEndpoint.layerHttp.pipe(
      Layer.provide(Environment.layer({ loginUrl })),
      Layer.provide(NodeCrypto.layerDigest),
      Layer.provide(transport)
    )

  for (const [name, transport] of [
    ["fetch", FetchHttpClient.layer],
    ["undici", NodeHttpClient.layerUndici],
    ["node:http", NodeHttpClient.layerNodeHttp]
  ] as const) {
    for (const [grantName, grant] of grants) {
      it.live(`${grantName} over ${name}: 307, and the error says where to`, () =>
        Effect.gen(function* () {
          const elsewhere = yield* listen(200)
          const login = yield* listen(307, `${elsewhere.url}/oauth/token?stolen`)
          const error = yield* Effect.flip(Effect.provide(exchange(grant), overSockets(login.url, transport)))
          assert.deepInclude(error, { _tag: "UnavailableError", reason: "InvalidResponse", status: 307 })
          assert.include(error.message, `a redirect to ${elsewhere.url}, which is not followed`)
          assert.notInclude(error.message, "stolen")
          assert.deepStrictEqual(elsewhere.requests, [])
          assert.lengthOf(login.requests, 1)
        })
      )
    }

    it.live(`a token comes over ${name} where there is no redirect`, () =>
      Effect.gen(function* () {
        const login = yield* listen(200)
        const { token: issued } = yield* Effect.provide(exchange(refreshingPublic), overSockets(login.url, transport))
        assert.strictEqual(Redacted.value(issued.value), "elsewhere")
        assert.strictEqual(login.requests.length, 1)
      })
    )

    for (const status of redirects) {
      it.live(`${status}, over ${name}`, () =>
        Effect.gen(function* () {
          const elsewhere = yield* listen(200)
          const login = yield* listen(status, `${elsewhere.url}/oauth/token`)
          const error = yield* Effect.flip(
            Effect.provide(exchange(refreshingPublic), overSockets(login.url, transport))
          )
          assert.strictEqual(error._tag, "UnavailableError")
          assert.deepStrictEqual(elsewhere.requests, [])
          assert.strictEqual(login.requests.length, 1)
          assert.include(login.requests[0], new URLSearchParams({ refresh_token: canary.refresh }).toString())
        })
      )
    }
  }

  it.live("a token that came over a redirect all the same is not taken", () =>
    Effect.gen(function* () {
      const elsewhere = yield* listen(200)
      const login = yield* listen(307, `${elsewhere.url}/oauth/token`)
      const following = Layer.effect(
        HttpClient.HttpClient,
        Effect.map(HttpClient.HttpClient, (client) => HttpClient.followRedirects(client))
      ).pipe(Layer.provide(NodeHttpClient.layerUndici))
      const error = yield* Effect.flip(Effect.provide(exchange(refreshing), overSockets(login.url, following)))
      assert.deepInclude(error, { _tag: "UnavailableError", reason: "InvalidResponse" })
      assert.include(error.message, `${login.url} was asked and ${elsewhere.url} answered`)
      assert.include(error.message, "Give the layer an HttpClient that follows none")
    })
  )
})
