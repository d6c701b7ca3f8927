import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/testing/TestClock"
import { TokenEndpoint } from "../src/TokenEndpoint.ts"
import * as Host from "./LoginHost.ts"

const exchange = TokenEndpoint.use((endpoint) => endpoint.exchange(Host.grant()))

const answering = (answer: Host.Answer) =>
  Effect.gen(function* () {
    yield* Host.LoginHost.use((host) => host.answer(answer))
    return yield* exchange
  })

describe("the request", () => {
  it.effect("is the one of RFC 6749, section 4.4.2", () =>
    Effect.gen(function* () {
      yield* exchange
      const request = yield* Host.LoginHost.use((host) => host.last)
      assert.strictEqual(request?.method, "POST")
      assert.strictEqual(request?.url, "https://login.mypurecloud.com/oauth/token")
      assert.strictEqual(
        request?.headers["authorization"],
        `Basic ${Buffer.from(`${Host.clientId}:${Host.secret}`).toString("base64")}`
      )
      assert.strictEqual(
        request?.body._tag === "Uint8Array" && new TextDecoder().decode(request.body.body),
        "grant_type=client_credentials"
      )
      assert.strictEqual(
        request?.body._tag === "Uint8Array" && request.body.contentType,
        "application/x-www-form-urlencoded"
      )
    }).pipe(Effect.provide(Host.endpoint))
  )
})

describe("a token", () => {
  it.effect("has its times, and a fingerprint instead of itself", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_000)
      const fiber = yield* Effect.forkChild(answering(Host.after(3, Host.issue(86_400))), { startImmediately: true })
      yield* TestClock.adjust("3 seconds")
      const { token } = yield* Fiber.join(fiber)
      assert.strictEqual(Redacted.value(token.value), "token-1")
      assert.strictEqual(token.issuedAt.epochMilliseconds, 1_000)
      assert.strictEqual(token.expiresAt.epochMilliseconds, 86_401_000)
      assert.match(token.fingerprint, /^[0-9a-f]{12}$/)
      assert.notInclude(JSON.stringify(token) + inspect(token), "token-1")
    }).pipe(Effect.provide(Host.endpoint))
  )

  for (const token_type of ["bearer", "Bearer", "BEARER"]) {
    it.effect(`may be of type ${token_type}`, () =>
      Effect.gen(function* () {
        const { token } = yield* answering(Host.json(200, { access_token: "t", token_type, expires_in: 300 }))
        assert.strictEqual(Duration.toSeconds(token.expiresIn), 300)
      }).pipe(Effect.provide(Host.endpoint))
    )
  }
})

describe("a token that cannot be used", () => {
  for (const [hosts, ended] of [
    [{}, "https://api.mypurecloud.com"],
    [{ loginUrl: "https://login.example.com", apiUrl: "https://api.example.com" }, "https://api.example.com"],
    [{ loginUrl: "https://login.example.com" }, undefined],
    [{ apiUrl: "https://api.example.com" }, undefined]
  ] as const) {
    it.effect(`is ended at ${ended ?? "no host"} for ${JSON.stringify(hosts)}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(answering(Host.issueUnusable))
        assert.include(error.message, ended === undefined ? "could not be revoked" : "was revoked")
        const last = yield* Host.LoginHost.use((host) => host.last)
        assert.strictEqual(last?.method, ended === undefined ? "POST" : "DELETE")
        if (ended !== undefined) assert.strictEqual(last?.url, `${ended}/api/v2/tokens/me`)
      }).pipe(Effect.provide(Host.endpointOf(hosts)))
    )
  }

  it.effect("is not waited for where the API does not answer its end", () =>
    Effect.gen(function* () {
      const answer: Host.Answer = (n, request) =>
        (request.method === "DELETE" ? Host.hang : Host.issueUnusable)(n, request)
      const fiber = yield* Effect.forkChild(Effect.flip(answering(answer)), { startImmediately: true })
      yield* TestClock.adjust("3 seconds")
      const error = yield* Fiber.join(fiber)
      assert.deepInclude(error, { _tag: "UnavailableError", reason: "UnusableToken" })
      assert.include(error.message, "could not be revoked and lives on")
    }).pipe(Effect.provide(Host.endpoint))
  )
})

const oauth = (error: string, error_description: string) => ({
  error,
  description: error_description,
  error_description
})

// Each row: the answer, and the error that it means.
const classified: ReadonlyArray<readonly [string, Host.Answer, object]> = [
  [
    "an unknown client",
    Host.json(400, oauth("invalid_client", "client not found")),
    { _tag: "AuthenticationError", code: "invalid_client", description: "client not found", region: "us-east-1" }
  ],
  [
    "a wrong secret, status 400",
    Host.json(400, oauth("invalid_client", "authentication failed")),
    { _tag: "AuthenticationError", code: "invalid_client" }
  ],
  [
    "a wrong secret, status 401",
    Host.json(401, oauth("invalid_client", "authentication failed")),
    { _tag: "AuthenticationError", code: "invalid_client" }
  ],
  [
    "a wrong grant",
    Host.json(400, oauth("unauthorized_client", "wrong grant type")),
    { _tag: "AuthenticationError", code: "unauthorized_client" }
  ],
  [
    "a malformed request",
    Host.json(400, oauth("invalid_request", "grant_type is missing")),
    { _tag: "AuthenticationError", code: "invalid_request" }
  ],
  [
    "the rate limit, status 400",
    Host.json(400, oauth("invalid_request", "rate limit exceeded; retry in 42 seconds")),
    { _tag: "RateLimitError", source: "login", retryAfter: undefined }
  ],
  [
    "the rate limit, status 400, with Retry-After",
    Host.rateLimited(42),
    { _tag: "RateLimitError", retryAfter: Duration.seconds(42) }
  ],
  [
    "the rate limit, status 429",
    Host.respond(429, "", { "retry-after": "7" }),
    { _tag: "RateLimitError", retryAfter: Duration.seconds(7) }
  ],
  [
    "a Retry-After that is a date",
    Host.respond(429, "", { "retry-after": "Thu, 01 Jan 1970 00:01:00 GMT" }),
    { _tag: "RateLimitError", retryAfter: Duration.minutes(1) }
  ],
  ["a server error", Host.unavailable, { _tag: "UnavailableError", reason: "ServerError", status: 503 }],
  [
    "the first of the server errors",
    Host.respond(500, ""),
    { _tag: "UnavailableError", reason: "ServerError", status: 500 }
  ],
  [
    "a server error with Retry-After",
    Host.respond(503, "", { "retry-after": "9" }),
    { _tag: "UnavailableError", retryAfter: Duration.seconds(9) }
  ],
  [
    "temporarily_unavailable",
    Host.json(400, oauth("temporarily_unavailable", "later")),
    { _tag: "UnavailableError", reason: "ServerError" }
  ],
  [
    "a proxy's page, status 403",
    Host.respond(403, "<html>Forbidden</html>"),
    { _tag: "UnavailableError", reason: "InvalidResponse", status: 403 }
  ],
  [
    "a proxy's page, status 200",
    Host.respond(200, "<html>Sign in</html>"),
    { _tag: "UnavailableError", reason: "InvalidResponse", status: 200 }
  ],
  ["an empty body", Host.respond(200, ""), { _tag: "UnavailableError", reason: "InvalidResponse" }],
  [
    "a body without a token",
    Host.json(200, { token_type: "bearer", expires_in: 300 }),
    { _tag: "UnavailableError", reason: "InvalidResponse" }
  ],
  [
    "an empty token",
    Host.json(200, { access_token: "", token_type: "bearer", expires_in: 300 }),
    { _tag: "UnavailableError", reason: "InvalidResponse" }
  ],
  [
    "a redirect",
    Host.respond(302, "", { location: "https://elsewhere.example/" }),
    { _tag: "UnavailableError", reason: "InvalidResponse", status: 302 }
  ],
  [
    "a connection that is refused",
    Host.disconnect,
    {
      _tag: "UnavailableError",
      reason: "Connection",
      host: "https://login.mypurecloud.com",
      message:
        "https://login.mypurecloud.com cannot be reached (connect ECONNREFUSED 127.0.0.1:443). Check the network and the login URL."
    }
  ],
  [
    "a body without end",
    Host.respond(200, new Uint8Array(1_000_000).fill(32)),
    { _tag: "UnavailableError", reason: "InvalidResponse" }
  ]
]

describe("an answer is classified:", () => {
  for (const [name, answer, expected] of classified) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(answering(answer))
        const found = Object.fromEntries(Object.keys(expected).map((key) => [key, Reflect.get(error, key)]))
        assert.deepStrictEqual(found, { ...expected })
        assert.notInclude(error.message, "\n")
      }).pipe(Effect.provide(Host.endpoint))
    )
  }

  it.effect("a secret that the host echoes is cut out", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        answering(Host.json(400, oauth("invalid_client", `no client has ${Host.secret}`)))
      )
      assert.notInclude(JSON.stringify(error) + error.message + String(error.stack), Host.secret)
      assert.include(error.message, "<redacted>")
    }).pipe(Effect.provide(Host.endpoint))
  )
})
