/**
 * What follows from each answer of the login host, as one table: what a caller of `TokenManager.token` gets, and when
 * the host is asked again. Each row runs a whole token manager in virtual time, from its first `token` call on, and none
 * may show the secret or a token in an error, a log line or a span.
 */
import { inspect } from "node:util"
import { gzipSync } from "node:zlib"
import { NodeCrypto } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Tracer from "effect/Tracer"
import { Credentials } from "../src/Credentials.ts"
import { Environment } from "../src/Environment.ts"
import { TokenEndpoint } from "../src/TokenEndpoint.ts"
import { TokenManager } from "../src/TokenManager.ts"
import * as Host from "./LoginHost.ts"

// --- the columns ------------------------------------------------------------------------------------------------------

/** From one number to another, both included. Times are seconds since the first request. */
type Range = readonly [number, number]

/** When the host is asked again, and when the caller has its answer. */
interface Pace {
  readonly requests: Range
  /** The span of time in which they are counted. */
  readonly within: number
  readonly second: Range
  readonly answered: Range
}

interface Row {
  readonly name: string
  readonly answer: Host.Answer
  readonly pace: Pace
  /** The life of the token that the caller gets in seconds, or the fields of its error. */
  readonly gets: number | { readonly _tag: string; readonly [field: string]: unknown }
  /** What the error's message, or the log, must say. */
  readonly says?: RegExp
  readonly warns?: RegExp
  /** A token came that cannot be used: it is ended as soon as it came. */
  readonly revokes?: boolean
  /** The exchange waits for the clock, not for the machine. */
  readonly waits?: boolean
  /** What must hold in the end, for the requests that were sent. */
  readonly check?: (requests: number) => void
}

/**
 * Pauses of 1, 2 and 4 s, then of 5 s while a caller waits, each up to 20 % shorter; a caller goes when the next attempt
 * is beyond its 30 s.
 */
const retried: Pace = { requests: [4, 4], within: 9.5, second: [0.8, 1], answered: [25, 30] }

/** Nothing is sent before the probe, after 4 to 5 min; the caller hears of it at once. */
const never: Pace = { requests: [1, 1], within: 239.9, second: [240, 300], answered: [0, 0] }

/** `Retry-After` is kept; a caller waits while the next attempt lies within its 30 s. */
const paused = (seconds: number): Pace => ({
  requests: [1, 1],
  within: seconds - 0.1,
  second: [seconds, seconds],
  answered: seconds > 30 ? [0, 0] : [Math.floor(30 / seconds) * seconds, 30]
})

/** Each exchange ends after 10 s. */
const timedOut: Pace = { requests: [3, 3], within: 30, second: [10.8, 11], answered: [30, 30] }

/** A token is renewed when 10 to 20 % of its life is left, but 30 to 60 min before its end at most. */
const held = (life: number): Pace => {
  const second: Range = [life - Math.min(life * 0.2, 3_600), life - Math.min(life * 0.1, 1_800)]
  return { requests: [1, 1], within: second[0] - 0.1, second, answered: [0, 0] }
}

// --- the answers ------------------------------------------------------------------------------------------------------

const token = "canary-token-cGxhaW50ZXh0"
const basic = Buffer.from(`${Host.clientId}:${Host.secret}`).toString("base64")
const html = "<!doctype html><html><title>Sign in</title></html>"
const good = { access_token: token, token_type: "bearer", expires_in: 300 }
const goodText = JSON.stringify(good)
const wide = " ".repeat(200_000)

const oauth = (status: number, error: string, description = "", headers: Record<string, string> = {}) =>
  Host.json(status, { error, description, error_description: description }, headers)

const limited = (headers: Record<string, string> = {}, text = "rate limit exceeded; too many token requests") =>
  oauth(400, "invalid_request", text, headers)

const issued = (change: object) => Host.json(200, { ...good, ...change })

/** A body that is made anew for each request. */
const body =
  (
    status: number,
    make: () => ConstructorParameters<typeof Response>[0],
    headers: Record<string, string> = {}
  ): Host.Answer =>
  (_, request) =>
    Effect.sync(() => HttpClientResponse.fromWeb(request, new Response(make(), { status, headers })))

const breaksOff = () =>
  new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(goodText.slice(0, 20))),
    pull: (controller) => controller.error(Object.assign(new Error("terminated"), { code: "UND_ERR_SOCKET" }))
  })

const drips: Host.Answer = (_, request) =>
  Stream.tick("1 second").pipe(
    Stream.map(() => new Uint8Array([0x20])),
    (bytes) => Stream.toReadableStreamEffect(bytes),
    Effect.map((stream) => HttpClientResponse.fromWeb(request, new Response(stream)))
  )

/** A body of 100 MB, and how much of it was taken. */
const flood = (status: number, headers: Record<string, string> = {}) => {
  const size = 100_000_000
  const taken = { bytes: 0, cancelled: 0 }
  const answer = body(
    status,
    () => {
      let sent = 0
      return new ReadableStream({
        pull: (controller) => {
          const chunk = new Uint8Array(64 * 1024).fill(0x20)
          sent += chunk.length
          taken.bytes += chunk.length
          controller.enqueue(chunk)
          if (sent > size) controller.close()
        },
        cancel: () => {
          taken.cancelled++
        }
      })
    },
    headers
  )
  const check = (requests: number) => {
    assert.isAtMost(taken.bytes, requests * 1_000_000, "bytes taken")
    assert.strictEqual(taken.cancelled, requests, "bodies that were let go")
  }
  return { answer, check }
}

const broken =
  (cause: unknown): Host.Answer =>
  (_, request) =>
    Effect.fail(new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) }))

const systemError = (code: string, message: string) => Object.assign(new Error(message), { code })

const errors = {
  invalidResponse: (status?: number) => ({
    _tag: "UnavailableError",
    reason: "InvalidResponse",
    retryAfter: undefined,
    ...(status === undefined ? {} : { status })
  }),
  unusable: { _tag: "UnavailableError", reason: "UnusableToken", status: 200, retryAfter: undefined },
  serverError: (status: number, retryAfter?: Duration.Duration) => ({
    _tag: "UnavailableError",
    reason: "ServerError",
    status,
    retryAfter
  }),
  connection: { _tag: "UnavailableError", reason: "Connection", host: "https://login.mypurecloud.com" },
  timeout: { _tag: "UnavailableError", reason: "Timeout" },
  rateLimit: (retryAfter?: Duration.Duration) => ({ _tag: "RateLimitError", source: "login", retryAfter }),
  refused: (code: string) => ({ _tag: "AuthenticationError", code, region: "us-east-1" })
}

// --- the table --------------------------------------------------------------------------------------------------------

/** Those of RFC 6749, section 5.2, and the two texts of Genesys. */
const refused: ReadonlyArray<readonly [error: string, text: string]> = [
  ["invalid_request", "grant_type is missing"],
  ["invalid_client", "client not found"],
  ["invalid_client", "authentication failed"],
  ["invalid_grant", "no"],
  ["unauthorized_client", "no"],
  ["unsupported_grant_type", "no"],
  ["invalid_scope", "no"]
]

const refusal =
  (status: number) =>
  ([error, description]: (typeof refused)[number]): Row => ({
    name: `${status} ${error}, ${description}`,
    answer: oauth(status, error, description),
    gets: Object.assign(errors.refused(error), { description }),
    says: /secret.*region.*us-east-1/,
    pace: never
  })

const refusals: ReadonlyArray<Row> = [
  ...refused.map(refusal(400)),
  ...refused.map(refusal(401)),
  {
    name: "invalid_client without a description",
    answer: Host.json(400, { error: "invalid_client" }),
    gets: { ...errors.refused("invalid_client"), description: "" },
    pace: never
  },
  {
    name: "invalid_client with descriptions that are null",
    answer: Host.json(400, { error: "invalid_client", description: null, error_description: null }),
    gets: errors.refused("invalid_client"),
    pace: never
  },
  {
    name: "invalid_client with Retry-After",
    answer: oauth(400, "invalid_client", "authentication failed", { "retry-after": "1" }),
    gets: errors.refused("invalid_client"),
    pace: never
  },
  {
    name: "an OAuth error that RFC 6749 does not know",
    answer: oauth(400, "inactive_client", "the client is disabled"),
    gets: errors.refused("inactive_client"),
    pace: never
  },
  {
    name: "403 unauthorized_client",
    answer: oauth(403, "unauthorized_client", "the client is disabled"),
    gets: errors.refused("unauthorized_client"),
    pace: never
  },
  {
    name: "invalid_request that speaks of the rate limit later on",
    answer: oauth(400, "invalid_request", "no rate limit exceeded"),
    gets: errors.refused("invalid_request"),
    pace: never
  },
  {
    name: "a refusal that quotes the secret",
    answer: oauth(400, "invalid_client", `no client has the secret ${Host.secret}`),
    gets: errors.refused("invalid_client"),
    says: /<redacted>/,
    pace: never
  },
  {
    name: "a refusal that quotes the Basic header",
    answer: oauth(401, "invalid_client", `bad header: Basic ${basic}`),
    gets: errors.refused("invalid_client"),
    says: /<redacted>/,
    pace: never
  },
  {
    name: "a refusal whose text is cut off in the middle of the secret",
    answer: oauth(400, "invalid_client", `${"x".repeat(190)}${Host.secret}`),
    gets: errors.refused("invalid_client"),
    pace: never
  },
  {
    name: "a refusal of many lines",
    answer: oauth(400, "invalid_client", "authentication\r\n\tfailed\u0000"),
    gets: { ...errors.refused("invalid_client"), description: "authentication failed" },
    pace: never
  },
  {
    name: "an error that is the secret",
    answer: oauth(400, Host.secret),
    gets: errors.invalidResponse(400),
    pace: retried
  }
]

const rateLimits: ReadonlyArray<Row> = [
  { name: "400 rate limit", answer: limited(), gets: errors.rateLimit(), pace: retried },
  {
    name: "400 rate limit in other letter case",
    answer: limited({}, "Rate Limit Exceeded; slow down"),
    gets: errors.rateLimit(),
    pace: retried
  },
  {
    name: "400 rate limit, said in `description` alone",
    answer: Host.json(400, { error: "invalid_request", description: "rate limit exceeded; slow down" }),
    gets: errors.rateLimit(),
    pace: retried
  },
  {
    name: "400 rate limit, said in `error_description` alone",
    answer: Host.json(400, { error: "invalid_request", error_description: "rate limit exceeded; slow down" }),
    gets: errors.rateLimit(),
    pace: retried
  },
  {
    name: "400 rate limit, Retry-After in seconds",
    answer: limited({ "retry-after": "7" }),
    gets: errors.rateLimit(Duration.seconds(7)),
    says: /7s/,
    pace: paused(7)
  },
  {
    name: "400 rate limit, Retry-After as a date",
    answer: limited({ "retry-after": "Thu, 01 Jan 1970 00:01:00 GMT" }),
    gets: errors.rateLimit(Duration.seconds(60)),
    pace: paused(60)
  },
  {
    name: "400 rate limit, Retry-After as a date that is past",
    answer: limited({ "retry-after": "Fri, 01 Jan 1960 00:00:00 GMT" }),
    gets: errors.rateLimit(Duration.zero),
    pace: retried
  },
  ...["soon", "-5", "1.5", "NaN", "", "7, 9"].map((text): Row => ({
    name: `400 rate limit, Retry-After: ${text === "" ? "(empty)" : text}`,
    answer: limited({ "retry-after": text }),
    gets: errors.rateLimit(),
    pace: retried
  })),
  {
    name: "400 rate limit, Retry-After: 0",
    answer: limited({ "retry-after": "0" }),
    gets: errors.rateLimit(Duration.zero),
    pace: retried
  },
  {
    name: "400 rate limit, Retry-After: 3600",
    answer: limited({ "retry-after": "3600" }),
    gets: errors.rateLimit(Duration.hours(1)),
    pace: paused(3_600)
  },
  {
    name: "401 rate limit",
    answer: oauth(401, "invalid_request", "rate limit exceeded; slow down"),
    gets: errors.rateLimit(),
    pace: retried
  },
  { name: "429", answer: Host.respond(429, ""), gets: errors.rateLimit(), pace: retried },
  {
    name: "429 with Retry-After",
    answer: Host.respond(429, html, { "retry-after": "9" }),
    gets: errors.rateLimit(Duration.seconds(9)),
    pace: paused(9)
  },
  {
    name: "429 with Retry-After: 3600",
    answer: Host.respond(429, "", { "retry-after": "3600" }),
    gets: errors.rateLimit(Duration.hours(1)),
    pace: paused(3_600)
  },
  {
    name: "429 with an OAuth refusal",
    answer: oauth(429, "invalid_client", "authentication failed"),
    gets: errors.rateLimit(),
    pace: retried
  },
  {
    name: "429 without any body",
    answer: body(429, () => null, { "retry-after": "9" }),
    gets: errors.rateLimit(Duration.seconds(9)),
    pace: paused(9)
  },
  {
    name: "429 with a page that is too long to read",
    answer: Host.respond(429, wide, { "retry-after": "9" }),
    gets: errors.rateLimit(Duration.seconds(9)),
    pace: paused(9)
  },
  {
    name: "429 with a body that breaks off",
    answer: body(429, breaksOff, { "retry-after": "9" }),
    gets: errors.rateLimit(Duration.seconds(9)),
    pace: paused(9)
  }
]

const otherStatuses: ReadonlyArray<Row> = [
  ...[403, 404, 407, 408, 413, 418].map((status): Row => ({
    name: `${status} with a page`,
    answer: Host.respond(status, html, { "content-type": "text/html" }),
    gets: errors.invalidResponse(status),
    says: /proxy/,
    pace: retried
  })),
  // With these statuses the `error` is not OAuth's: it may be that of a web framework or a gateway.
  ...[404, 407, 408, 413, 418].map((status): Row => ({
    name: `${status} with an OAuth body`,
    answer: oauth(status, "invalid_client", "authentication failed"),
    gets: errors.invalidResponse(status),
    pace: retried
  })),
  ...[500, 501, 502, 503, 504, 529].flatMap((status): ReadonlyArray<Row> => [
    { name: `${status}`, answer: Host.respond(status, ""), gets: errors.serverError(status), pace: retried },
    {
      name: `${status} with Retry-After`,
      answer: Host.respond(status, "", { "retry-after": "9" }),
      gets: errors.serverError(status, Duration.seconds(9)),
      pace: paused(9)
    },
    {
      name: `${status} with a page`,
      answer: Host.respond(status, html, { "content-type": "text/html" }),
      gets: errors.serverError(status),
      pace: retried
    },
    {
      name: `${status} with an OAuth body`,
      answer: oauth(status, "invalid_client", "authentication failed"),
      gets: errors.serverError(status),
      pace: retried
    }
  ]),
  {
    name: "503 with Retry-After: 3600",
    answer: Host.respond(503, "", { "retry-after": "3600" }),
    gets: errors.serverError(503, Duration.hours(1)),
    pace: paused(3_600)
  },
  { name: "503 without any body", answer: body(503, () => null), gets: errors.serverError(503), pace: retried },
  {
    name: "503 with a page that is too long to read",
    answer: Host.respond(503, wide, { "retry-after": "9" }),
    gets: errors.serverError(503, Duration.seconds(9)),
    pace: paused(9)
  },
  {
    name: "a page that quotes the Basic header",
    answer: Host.respond(403, `<pre>Authorization: Basic ${basic}</pre>`),
    gets: errors.invalidResponse(403),
    pace: retried
  },
  ...["temporarily_unavailable", "server_error"].flatMap((error): ReadonlyArray<Row> => [
    { name: `400 ${error}`, answer: oauth(400, error, "later"), gets: errors.serverError(400), pace: retried },
    {
      name: `400 ${error} with Retry-After`,
      answer: oauth(400, error, "later", { "retry-after": "9" }),
      gets: errors.serverError(400, Duration.seconds(9)),
      pace: paused(9)
    }
  ]),
  { name: "400 with a page", answer: Host.respond(400, html), gets: errors.invalidResponse(400), pace: retried },
  { name: "401 with a page", answer: Host.respond(401, html), gets: errors.invalidResponse(401), pace: retried },
  { name: "204", answer: Host.respond(204, ""), gets: errors.invalidResponse(204), pace: retried },
  ...[301, 302, 303, 307, 308].map((status): Row => ({
    name: `${status} to another host`,
    answer: Host.respond(status, goodText, { location: "https://elsewhere.example/oauth/token" }),
    gets: errors.invalidResponse(status),
    pace: retried
  }))
]

const lies: ReadonlyArray<Row> = [
  ...Object.entries({
    "a page": html,
    "an empty body": "",
    "`null`": "null",
    "`[]`": "[]",
    "JSON that breaks off in the token": goodText.slice(0, 30)
  }).map(([name, text]): Row => ({
    name: `200 with ${name}`,
    answer: Host.respond(200, text, { "content-type": "application/json" }),
    gets: errors.invalidResponse(200),
    pace: retried
  })),
  ...Object.entries({
    "no access_token": { access_token: undefined },
    "an empty access_token": { access_token: "" },
    "an access_token that is null": { access_token: null },
    "an access_token that is a number": { access_token: 42 }
  }).map(([name, change]): Row => ({
    name: `200 with ${name}`,
    answer: issued(change),
    gets: errors.invalidResponse(200),
    pace: retried
  })),
  {
    name: "200 with an OAuth refusal",
    answer: oauth(200, "invalid_client", "authentication failed"),
    gets: errors.invalidResponse(200),
    pace: retried
  }
]

/** Each may live for 450 days: what asked for another one soon would leave a crowd of them behind. */
const unusable: ReadonlyArray<Row> = [
  ...Object.entries({
    "token_type mac": issued({ token_type: "mac" }),
    "an empty token_type": issued({ token_type: "" }),
    "a refresh_token that is a number": issued({ refresh_token: 1 }),
    "expires_in 0": issued({ expires_in: 0 }),
    'expires_in "0"': issued({ expires_in: "0" }),
    "expires_in below zero": issued({ expires_in: -300 }),
    'expires_in "1 day"': issued({ expires_in: "1 day" }),
    'expires_in "NaN"': issued({ expires_in: "NaN" }),
    "expires_in true": issued({ expires_in: true }),
    "expires_in NaN": Host.respond(200, goodText.replace("300", "NaN")),
    "truncated JSON": Host.respond(200, goodText.slice(0, -10)),
    "JSON with something after it": Host.respond(200, `${goodText}}`),
    "two tokens": Host.respond(200, goodText + goodText),
    "JSON that is too deep": Host.respond(200, `${goodText.slice(0, -1)},"x":${"[".repeat(5_000)}${"]".repeat(5_000)}}`)
  }).map(([name, answer]): Row => ({
    name: `200 with a token and ${name}`,
    answer: (n, request) => (request.method === "DELETE" ? Host.respond(200, "")(n, request) : answer(n, request)),
    gets: errors.unusable,
    says: /was revoked\. Check the token duration/,
    revokes: true,
    pace: never
  })),
  {
    name: "a token that cannot be used, nor be revoked",
    answer: (n, request) => (request.method === "DELETE" ? Host.refuse : issued({ expires_in: 0 }))(n, request),
    gets: errors.unusable,
    says: /could not be revoked and lives on\./,
    revokes: true,
    pace: never
  },
  {
    name: "200 with a token behind 100 KB of blanks",
    answer: Host.respond(200, " ".repeat(100_000) + goodText, { "content-type": "application/json" }),
    gets: errors.unusable,
    says: /longer than 65536 bytes.*could not be revoked/,
    pace: never
  },
  ...["line\nbreak", "b\u00fccher", "a blank"].map((access_token): Row => ({
    name: `a token that no header can carry: ${JSON.stringify(access_token)}`,
    answer: issued({ access_token }),
    gets: errors.unusable,
    says: /could not be revoked/,
    pace: never
  }))
]

const tokens: ReadonlyArray<Row> = [
  ...["bearer", "Bearer", "BEARER"].map((token_type): Row => ({
    name: `a token of type ${token_type}`,
    answer: issued({ token_type }),
    gets: 300,
    pace: held(300)
  })),
  { name: "a token without a type", answer: issued({ token_type: undefined }), gets: 300, pace: held(300) },
  {
    name: "a token without expires_in",
    answer: issued({ expires_in: undefined }),
    gets: 300,
    warns: /300 s/,
    pace: held(300)
  },
  {
    name: "a token with expires_in null",
    answer: issued({ expires_in: null }),
    gets: 300,
    warns: /300 s/,
    pace: held(300)
  },
  { name: "a token of 24 h", answer: issued({ expires_in: 86_400 }), gets: 86_400, pace: held(86_400) },
  { name: "a token of 172800 s", answer: issued({ expires_in: 172_800 }), gets: 172_800, pace: held(172_800) },
  ...[1, 172_801, 38_880_000, 1e9].flatMap((life): ReadonlyArray<Row> => [
    { name: `a life of ${life} s`, answer: issued({ expires_in: life }), gets: life, pace: held(life) },
    { name: `a life of "${life}" s`, answer: issued({ expires_in: String(life) }), gets: life, pace: held(life) }
  ]),
  ...["1e999", "1e300"].map((life): Row => ({
    name: `a life that no date can end, ${life} s`,
    answer: Host.respond(200, goodText.replace("300", life)),
    gets: 3_153_600_000,
    pace: held(3_153_600_000)
  })),
  {
    // A token each second at most, however short they live.
    name: "a life of half a second",
    answer: issued({ expires_in: 0.5 }),
    gets: 0.5,
    pace: { requests: [20, 21], within: 20, second: [1, 1], answered: [0, 0] }
  },
  { name: "a token with an empty refresh_token", answer: issued({ refresh_token: "" }), gets: 300, pace: held(300) },
  { name: "201 with a token", answer: Host.json(201, good), gets: 300, pace: held(300) },
  {
    name: "a token with fields that nobody knows",
    answer: issued({ scope: "all", error: null, organization: { name: "x" }, nonce: [1] }),
    gets: 300,
    pace: held(300)
  },
  {
    name: "a token that is said to be HTML",
    answer: Host.respond(200, goodText, { "content-type": "text/html" }),
    gets: 300,
    pace: held(300)
  },
  { name: "a token behind a BOM", answer: Host.respond(200, `\uFEFF${goodText}`), gets: 300, pace: held(300) },
  {
    name: "a token behind 60 KB of blanks",
    answer: Host.respond(200, " ".repeat(60_000) + goodText),
    gets: 300,
    pace: held(300)
  },
  {
    name: "a token after 9 s",
    answer: Host.after(9, issued({})),
    gets: 300,
    pace: { ...held(300), answered: [9, 9] },
    waits: true
  }
]

const packed = (text: string | Buffer) => new Uint8Array(gzipSync(text))
const damaged = packed(goodText).fill(0xff, 20, 40)
const bomb = packed(Buffer.concat([Buffer.alloc(30_000_000, 0x20), Buffer.from(goodText)]))
const header = { "content-encoding": "gzip" }

const flooded = flood(200)
const floodedLate = flood(200, { "content-length": "100" })

const bodies: ReadonlyArray<Row> = [
  { name: "gzip", answer: Host.respond(200, packed(goodText), header), gets: 300, pace: held(300) },
  { name: "gzip without its header", answer: Host.respond(200, packed(goodText)), gets: 300, pace: held(300) },
  { name: "the header of gzip without gzip", answer: Host.respond(200, goodText, header), gets: 300, pace: held(300) },
  {
    name: "gzip around a refusal",
    answer: Host.respond(400, packed(JSON.stringify({ error: "invalid_client" })), header),
    gets: errors.refused("invalid_client"),
    pace: never
  },
  {
    name: "damaged gzip",
    answer: Host.respond(200, damaged, header),
    gets: errors.invalidResponse(200),
    pace: retried
  },
  {
    name: "truncated gzip",
    answer: Host.respond(200, packed(goodText).slice(0, 40), header),
    gets: errors.invalidResponse(200),
    pace: retried
  },
  {
    name: "a gzip bomb",
    answer: Host.respond(200, bomb, header),
    gets: errors.invalidResponse(200),
    check: () => assert.isBelow(bomb.length, 60_000, "the bomb is small enough to be unpacked"),
    pace: retried
  },
  { name: "a body of 100 MB", ...flooded, gets: errors.invalidResponse(200), pace: retried },
  {
    name: "a body of 100 MB that is said to be short",
    ...floodedLate,
    gets: errors.invalidResponse(200),
    pace: retried
  },
  { name: "a body that drips and never ends", answer: drips, gets: errors.timeout, waits: true, pace: timedOut },
  { name: "a body that breaks off", answer: body(200, breaksOff), gets: errors.invalidResponse(200), pace: retried }
]

const failures: ReadonlyArray<Row> = [
  { name: "no answer", answer: Host.hang, gets: errors.timeout, says: /10s/, waits: true, pace: timedOut },
  {
    name: "an answer after 11 s",
    answer: Host.after(11, issued({})),
    gets: errors.timeout,
    waits: true,
    pace: timedOut
  },
  {
    name: "a refused connection",
    answer: Host.disconnect,
    gets: errors.connection,
    says: /ECONNREFUSED/,
    pace: retried
  },
  ...Object.entries({
    ECONNRESET: "read ECONNRESET",
    ENOTFOUND: "getaddrinfo ENOTFOUND login.mypurecloud.com",
    EAI_AGAIN: "getaddrinfo EAI_AGAIN login.mypurecloud.com",
    CERT_HAS_EXPIRED: "certificate has expired",
    UND_ERR_SOCKET: "other side closed"
  }).map(([code, message]): Row => ({
    name: `a connection that fails with ${code}`,
    answer: broken(systemError(code, message)),
    gets: errors.connection,
    says: new RegExp(message, "u"),
    pace: retried
  })),
  {
    name: "a failure that says no more than its code",
    answer: broken(systemError("ECONNREFUSED", "")),
    gets: errors.connection,
    says: /ECONNREFUSED/,
    pace: retried
  },
  {
    name: "a failure as fetch wraps it",
    answer: broken(new TypeError("fetch failed", { cause: systemError("ENOTFOUND", "getaddrinfo ENOTFOUND x") })),
    gets: errors.connection,
    says: /ENOTFOUND/,
    pace: retried
  },
  { name: "a failure without a cause", answer: broken(undefined), gets: errors.connection, pace: retried },
  {
    name: "a failure that quotes the request",
    answer: broken(
      systemError("ERR_INVALID_CHAR", `Invalid character in header ["authorization": "Basic ${basic}"] ${Host.secret}`)
    ),
    gets: errors.connection,
    says: /<redacted>/,
    pace: retried
  },
  {
    name: "a transport with a defect",
    answer: () => Effect.die(new Error(`defect of a transport with ${Host.secret}`)),
    gets: errors.invalidResponse(),
    pace: retried
  }
]

const table: ReadonlyArray<Row> = [
  ...refusals,
  ...rateLimits,
  ...otherStatuses,
  ...lies,
  ...unusable,
  ...tokens,
  ...bodies,
  ...failures
]

// --- a run of a row ---------------------------------------------------------------------------------------------------

/** Lets the machine do what takes no virtual time: reading bodies, unpacking. */
const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

const settle = Effect.fnUntraced(function* (row: Row) {
  const manager = yield* TokenManager
  for (let turns = 0; turns < (row.waits === true ? 4 : 20_000); turns++) {
    yield* turn
    if (!(yield* manager.status).renewing) break
  }
  yield* turn
})

/** A token manager with a login host, and all that it says: log lines and spans. */
const makeRecorded = () => {
  const lines: Array<string> = []
  const spans: Array<Tracer.NativeSpan> = []
  const logger = Logger.make<unknown, void>((options) => {
    lines.push(`${Logger.formatLogFmt.log(options)} ${inspect(options.message, { depth: 10 })}`)
  })
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const manager = TokenManager.layer.pipe(
    Layer.provide(Credentials.layer(Host.grant())),
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide(Environment.layer()),
    Layer.provide(NodeCrypto.layerDigest),
    Layer.provideMerge(Host.LoginHost.layer),
    Layer.provideMerge(Logger.layer([logger])),
    Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "All")),
    Layer.provideMerge(Layer.succeed(Tracer.Tracer, tracer))
  )
  return { manager, lines, spans }
}

const assertSecretless = (text: string, where: string) => {
  for (const secret of [Host.secret, basic, token]) assert.notInclude(text, secret, where)
}

const everyFormOf = (value: unknown) => [
  value instanceof Error ? `${value.message}\n${String(value.stack)}` : "",
  String(value),
  JSON.stringify(value),
  inspect(value, { depth: 10, showHidden: true }),
  Cause.pretty(Cause.fail(value))
]

const assertWithin = (value: number | undefined, [from, to]: Range, what: string) => {
  assert.isDefined(value, what)
  assert.isAtLeast(value, from - 0.002, what)
  assert.isAtMost(value, to + 0.002, what)
}

const run = Effect.fnUntraced(function* (row: Row) {
  const host = yield* Host.LoginHost
  const manager = yield* TokenManager
  const sent: Array<{ readonly at: number; readonly to: string }> = []
  const revoked: Array<string> = []
  yield* host.answer((n, request) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const { method, url } = request
      if (method === "POST") sent.push({ at: now / 1_000, to: `${method} ${url}` })
      else revoked.push(`${method} ${url} ${request.headers["authorization"]}`)
      return row.answer(n, request)
    })
  )
  const caller = yield* Effect.result(manager.token).pipe(
    Effect.flatMap((result) => Effect.map(Clock.currentTimeMillis, (now) => ({ result, at: now / 1_000 }))),
    Effect.forkChild({ startImmediately: true })
  )
  yield* settle(row)
  const end = Math.max(row.pace.within, row.pace.second[1], row.pace.answered[1]) + 0.1
  const step = Math.max(0.25, end / 100)
  for (let now = 0; now < end; now += step) {
    yield* TestClock.adjust(Duration.seconds(step))
    yield* settle(row)
  }
  const exit = caller.pollUnsafe()
  assert.isDefined(exit, "the caller got an answer")
  const { at, result } = yield* exit
  return { at, result, sent, revoked, requests: yield* host.requests }
})

describe("the fault matrix", () => {
  it("has at least 45 rows, each with a name of its own", () => {
    assert.isAtLeast(table.length, 45)
    assert.strictEqual(new Set(table.map((row) => row.name)).size, table.length)
  })

  for (const row of table) {
    it.effect(row.name, () => {
      const { lines, manager, spans } = makeRecorded()
      return Effect.gen(function* () {
        const { at, requests, result, revoked, sent } = yield* Effect.provide(run(row), manager)

        if (typeof row.gets === "number") {
          assert.isTrue(Result.isSuccess(result), inspect(result))
          const issuedToken = Result.getOrThrow(result)
          assert.strictEqual(Redacted.value(issuedToken.value), token)
          assert.strictEqual(Duration.toSeconds(issuedToken.expiresIn), row.gets)
          for (const text of everyFormOf(issuedToken)) assertSecretless(text, "the token")
        } else {
          assert.isTrue(Result.isFailure(result), inspect(result))
          const error = Result.getOrThrow(Result.flip(result))
          const found = Object.fromEntries(Object.keys(row.gets).map((key) => [key, Reflect.get(error, key)]))
          assert.deepStrictEqual(found, { ...row.gets })
          assert.notMatch(error.message, /\p{Cc}/u)
          if (row.says !== undefined) assert.match(error.message, row.says)
          for (const text of everyFormOf(error)) assertSecretless(text, "the error")
        }

        const counted = sent.filter((request) => request.at <= row.pace.within).length
        assertWithin(counted, row.pace.requests, `requests within ${row.pace.within} s`)
        assertWithin(sent[1]?.at, row.pace.second, "the second request")
        assertWithin(at, row.pace.answered, "the answer to the caller")
        assert.deepStrictEqual(
          new Set(sent.map((request) => request.to)),
          new Set(["POST https://login.mypurecloud.com/oauth/token"])
        )
        const revocation = `DELETE https://api.mypurecloud.com/api/v2/tokens/me Bearer ${token}`
        assert.deepStrictEqual(revoked, row.revokes === true ? sent.map(() => revocation) : [])
        row.check?.(requests)

        assert.isNotEmpty(lines)
        for (const line of lines) assertSecretless(line, "a log line")
        const warnings = lines.filter((line) => line.includes("level=WARN"))
        if (row.warns !== undefined) assert.match(warnings.join("\n"), row.warns)
        if (row.warns === undefined && typeof row.gets === "number") assert.isEmpty(warnings)
        assert.isNotEmpty(spans)
        for (const span of spans) assertSecretless(inspect([span.name, span.attributes, span.events]), "a span")
      })
    })
  }
})
