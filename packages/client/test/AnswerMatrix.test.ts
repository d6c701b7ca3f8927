/**
 * What follows from each answer of the API, as one table: how often a call is sent, how long it takes, and what its caller
 * gets. Each row is run with every method, in virtual time. What the login host may answer is in the matrix of `auth`.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import { type Script, broken, cut, html, make, refusal } from "./ScriptedApi.ts"

/** What may be sent twice, and what may not. */
const safe = {
  GET: HttpClientRequest.get("/api/v2/things/1"),
  HEAD: HttpClientRequest.head("/api/v2/things/1"),
  PUT: HttpClientRequest.put("/api/v2/things/1"),
  DELETE: HttpClientRequest.delete("/api/v2/things/1"),
  "POST search": HttpClientRequest.post("/api/v2/users/search"),
  "POST query": HttpClientRequest.post("/api/v2/analytics/conversations/details/query")
}
const unsafe = {
  POST: HttpClientRequest.post("/api/v2/things"),
  "POST jobs": HttpClientRequest.post("/api/v2/analytics/conversations/details/jobs"),
  PATCH: HttpClientRequest.patch("/api/v2/things/1")
}

interface Outcome {
  /** How often it is sent. */
  readonly sent: number
  /** Seconds until the caller has its answer. */
  readonly after: number
  /** The tag of the error; `ok` for none. */
  readonly gets: string
  /** Tokens that were given back as refused. @default 0 */
  readonly rejected?: number
}

interface Row {
  readonly name: string
  readonly script: Script
  readonly safe: Outcome
  /** @default that of what is safe */
  readonly unsafe?: Outcome
  /** Of a GET, a search and a query, to which there is an answer. @default that of what is safe */
  readonly reads?: Outcome
  readonly policy?: Policy
  /** What the error must say, besides. */
  readonly says?: RegExp
}

const once = (gets: string): Outcome => ({ sent: 1, after: 0, gets })
const ok = (sent: number, after: number): Outcome => ({ sent, after, gets: "ok" })
const patient = new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 })
const fine = () => Response.json({ fine: true })
const daily = { "retry-after": "7200" }

const final = (status: number, code: string, tag: string): Row => ({
  name: `${status} ${code}`,
  script: [() => refusal(status, code)],
  safe: once(tag),
  says: /the-correlation/
})

/** Three pauses of 3 s. */
const givenUp = (gets: string): Outcome => ({ sent: 4, after: 9, gets })
const nothing = givenUp("UnavailableError")
const reads = new Set(["GET", "POST search", "POST query"])

const rows: ReadonlyArray<Row> = [
  // --- success
  { name: "200 with JSON", script: [fine], safe: ok(1, 0) },
  { name: "200 with a byte order mark", script: [() => new Response('\uFEFF{"fine":true}')], safe: ok(1, 0) },
  { name: "200 with an empty body of a proxy", script: [() => new Response("")], safe: ok(1, 0), reads: nothing },
  {
    name: "200 with an empty body of a proxy, once",
    script: [() => new Response(""), fine],
    safe: ok(1, 0),
    reads: ok(2, 3)
  },
  {
    name: "200 with an empty body",
    script: [() => new Response("", { headers: { "inin-correlation-id": "the-correlation" } })],
    safe: ok(1, 0)
  },
  { name: "201", script: [() => Response.json({}, { status: 201 })], safe: ok(1, 0) },
  { name: "202 without a body", script: [() => new Response(null, { status: 202 })], safe: ok(1, 0) },
  { name: "204", script: [() => new Response(null, { status: 204 })], safe: ok(1, 0) },

  // --- what the request did wrong
  final(400, "bad.request", "InvalidRequestError"),
  final(400, "invalid.date", "InvalidRequestError"),
  final(400, "invalid.value", "InvalidRequestError"),
  final(400, "general.bad.request", "InvalidRequestError"),
  final(400, "a.code.that.nobody.knows.yet", "InvalidRequestError"),
  final(403, "missing.permissions", "PermissionError"),
  final(403, "missing.any.permissions", "PermissionError"),
  final(403, "not.authorized", "PermissionError"),
  final(404, "not.found", "NotFoundError"),
  final(405, "method.not.allowed", "InvalidRequestError"),
  final(409, "general.conflict", "ConflictError"),
  final(410, "gone", "InvalidRequestError"),
  final(412, "precondition.failed", "InvalidRequestError"),
  final(413, "request.entity.too.large", "InvalidRequestError"),
  final(415, "unsupported.media.type", "InvalidRequestError"),
  final(422, "unprocessable.entity", "InvalidRequestError"),
  {
    name: "404 without a body",
    script: [() => new Response(null, { status: 404, headers: { "inin-correlation-id": "the-correlation" } })],
    safe: once("NotFoundError"),
    says: /the-correlation/
  },
  {
    name: "408, once",
    script: [() => refusal(408, "request.timeout"), fine],
    safe: ok(2, 3),
    unsafe: once("UnavailableError")
  },
  {
    name: "408, again and again",
    script: [() => refusal(408, "request.timeout")],
    safe: givenUp("UnavailableError"),
    unsafe: once("UnavailableError"),
    says: /the-correlation/
  },

  // --- what has another form than Genesys' own errors is of somebody in between, and says nothing of us
  ...[400, 401, 403, 404, 405, 407, 409, 410, 413, 451].map((status): Row => ({
    name: `${status} of a proxy`,
    script: [() => html(status, { "content-type": "text/html; charset=utf-8" })],
    safe: once("UnavailableError"),
    says: new RegExp(`status ${status}\\. It was not Genesys Cloud that answered: it was a page of HTML`)
  })),
  {
    name: "403 of a gateway that speaks JSON",
    script: [() => Response.json({ message: "Forbidden" }, { status: 403 })],
    safe: once("UnavailableError"),
    says: /not Genesys Cloud.*application\/json/
  },
  ...(
    [
      [400, { code: "BadRequest", message: "Bad Request" }],
      [401, { code: "Unauthorized", message: "Unauthorized" }],
      [401, { code: "bad.credentials", status: 401, contextId: "" }],
      [403, { code: "AccessDenied", message: "Forbidden by AWS" }],
      [404, { code: "NotFound", contextId: null }],
      [409, { code: 409, contextId: 7 }]
    ] as const
  ).map(([status, body]): Row => ({
    name: `${status} of a gateway that has a code: ${JSON.stringify(body)}`,
    script: [() => Response.json(body, { status })],
    safe: once("UnavailableError"),
    says: /not Genesys Cloud.*application\/json/
  })),
  {
    name: "401 of Genesys behind a gateway that keeps no header, once",
    script: [
      () => Response.json({ code: "bad.credentials", status: 401, contextId: "the-context" }, { status: 401 }),
      fine
    ],
    safe: { sent: 2, after: 0, gets: "ok", rejected: 1 }
  },
  {
    name: "401 of Genesys whose body a gateway has changed, once",
    script: [() => Response.json({ error: "x" }, { status: 401, headers: { "genesys-correlation-id": "c" } }), fine],
    safe: { sent: 2, after: 0, gets: "ok", rejected: 1 }
  },
  {
    name: "403 with a body that is no object",
    script: [() => Response.json("no", { status: 403 })],
    safe: once("UnavailableError")
  },
  {
    name: "403 with a page and a correlation id",
    script: [() => html(403, { "inin-correlation-id": "the-correlation" })],
    safe: once("UnavailableError")
  },
  {
    name: "403 that says nothing at all",
    script: [() => new Response(null, { status: 403 })],
    safe: once("UnavailableError"),
    says: /not Genesys Cloud.*an empty answer/
  },
  {
    name: "404 whose body never ends",
    script: [() => new Response(new ReadableStream(), { status: 404 })],
    safe: { sent: 1, after: 5, gets: "UnavailableError" }
  },
  {
    name: "401 whose body breaks off",
    script: [() => new Response(cut().body, { status: 401 })],
    safe: once("UnavailableError"),
    says: /not Genesys Cloud.*cannot be read/
  },
  {
    name: "408 of a proxy, once",
    script: [() => html(408), fine],
    safe: ok(2, 3),
    unsafe: once("UnavailableError")
  },

  // --- the token
  {
    name: "401 bad.credentials, once",
    script: [() => refusal(401, "bad.credentials"), fine],
    safe: { sent: 2, after: 0, gets: "ok", rejected: 1 }
  },
  {
    name: "401 bad.credentials, again and again",
    script: [() => refusal(401, "bad.credentials")],
    safe: { sent: 2, after: 0, gets: "UnauthorizedError", rejected: 2 }
  },
  {
    name: "401 without a body",
    script: [() => new Response(null, { status: 401 }), fine],
    safe: { sent: 2, after: 0, gets: "ok", rejected: 1 }
  },
  {
    name: "401 authentication.required",
    script: [() => refusal(401, "authentication.required")],
    safe: once("UnauthorizedError")
  },
  {
    name: "401, then a rate limit, then 401 with another token",
    script: [
      () => refusal(401, "bad.credentials"),
      () => refusal(429, "too.many.requests", { "retry-after": "5" }),
      () => refusal(401, "bad.credentials"),
      fine
    ],
    safe: { sent: 4, after: 5, gets: "ok", rejected: 2 }
  },

  // --- rate limits: nothing happened, so any method is sent again
  {
    name: "429 with Retry-After, once",
    script: [() => refusal(429, "too.many.requests.retry.after", { "retry-after": "42" }), fine],
    safe: ok(2, 42)
  },
  {
    name: "429 with a Retry-After of 1, again and again",
    script: [() => refusal(429, "too.many.requests.retry.after", { "retry-after": "1" })],
    safe: { sent: 4, after: 3, gets: "RateLimitError" },
    says: /the-correlation/
  },
  {
    name: "429 with a Retry-After that leads past the deadline",
    script: [() => refusal(429, "too.many.requests.retry.after", { "retry-after": "42" })],
    safe: { sent: 2, after: 42, gets: "RateLimitError" }
  },
  {
    name: "429 with a date as Retry-After",
    script: [() => refusal(429, "too.many.requests", { "retry-after": new Date(20_000).toUTCString() }), fine],
    safe: ok(2, 20)
  },
  {
    name: "429 without Retry-After",
    script: [() => refusal(429, "too.many.requests")],
    safe: givenUp("RateLimitError")
  },
  { name: "429 of a proxy", script: [() => html(429), fine], safe: ok(2, 3) },
  {
    name: "429 of a proxy, again and again",
    script: [() => html(429)],
    safe: givenUp("RateLimitError"),
    says: /not Genesys Cloud/
  },
  {
    name: "429 with a Retry-After of 180 s, and time for it",
    script: [() => refusal(429, "too.many.requests.retry.after", { "retry-after": "180" }), fine],
    policy: patient,
    safe: ok(2, 180)
  },
  {
    name: "429 with a Retry-After of 181 s, and time for it",
    script: [() => refusal(429, "too.many.requests.retry.after", { "retry-after": "181" }), fine],
    policy: patient,
    safe: once("RateLimitError")
  },
  {
    name: "429 of a daily limit",
    script: [() => refusal(429, "too.many.requests.retry.after", daily)],
    policy: patient,
    safe: once("RateLimitError"),
    says: /2h/
  },

  // --- the host
  { name: "500", script: [() => refusal(500, "internal.server.error")], safe: once("UnavailableError") },
  { name: "501 of a proxy", script: [() => html(501)], safe: once("UnavailableError") },
  ...[502, 503, 504].map((status): Row => ({
    name: `${status}, again and again`,
    script: [() => refusal(status, "service.unavailable")],
    safe: givenUp("UnavailableError"),
    unsafe: once("UnavailableError"),
    says: /the-correlation/
  })),
  ...[502, 503, 504].map((status): Row => ({
    name: `${status} of a proxy, once`,
    script: [() => html(status), fine],
    safe: ok(2, 3),
    unsafe: once("UnavailableError")
  })),
  {
    name: "503 with Retry-After",
    script: [() => refusal(503, "service.unavailable", { "retry-after": "10" }), fine],
    safe: ok(2, 10),
    unsafe: once("UnavailableError")
  },
  {
    name: "503 with a Retry-After that leads past the deadline",
    script: [() => refusal(503, "service.unavailable", { "retry-after": "3600" }), fine],
    safe: once("UnavailableError")
  },

  // --- answers that are none
  {
    name: "302",
    script: [() => html(302, { location: "https://elsewhere.example/" })],
    safe: once("UnavailableError")
  },
  { name: "304", script: [() => new Response(null, { status: 304 })], safe: once("UnavailableError") },
  {
    name: "200 with a page of HTML",
    script: [() => html(200)],
    safe: givenUp("UnavailableError"),
    unsafe: once("UnavailableError"),
    says: /not JSON/
  },
  {
    name: "200 with JSON that ends too early, once",
    script: [() => new Response('{"entities": ['), fine],
    safe: ok(2, 3),
    unsafe: once("UnavailableError")
  },
  {
    name: "200 whose body breaks off with the connection, once",
    script: [cut, fine],
    safe: ok(2, 3),
    unsafe: once("UnavailableError")
  },

  // --- no answer
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"].map((code): Row => ({
    name: `no connection: ${code}`,
    script: [() => broken(code)],
    safe: givenUp("UnavailableError"),
    says: new RegExp(code)
  })),
  ...["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].map((code): Row => ({
    name: `a broken connection: ${code}`,
    script: [() => broken(code), fine],
    safe: ok(2, 3),
    unsafe: once("UnavailableError")
  })),
  {
    name: "silence",
    script: [() => "hang"],
    safe: { sent: 2, after: 60, gets: "UnavailableError" },
    unsafe: { sent: 1, after: 30, gets: "UnavailableError" }
  },
  {
    name: "silence, once",
    script: [() => "hang", fine],
    safe: ok(2, 33),
    unsafe: { sent: 1, after: 30, gets: "UnavailableError" }
  }
]

const check = ({ policy, says, script }: Row, request: HttpClientRequest.HttpClientRequest, expected: Outcome) =>
  Effect.gen(function* () {
    const { client, seen } = yield* make(script)
    const call = client
      .json(request, Schema.Unknown)
      .pipe(Effect.result, Effect.timed, Effect.provideService(RetryPolicy, policy ?? new Policy({})))
    const fiber = yield* Effect.forkChild(call, { startImmediately: true })
    // A body is read by Node, in its own time.
    while (fiber.pollUnsafe() === undefined) {
      for (let turn = 0; turn < 5; turn++)
        yield* Effect.callback<void>((resume) => void setImmediate(() => resume(Effect.void)))
      if (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 second")
    }
    const [took, result] = yield* Fiber.join(fiber)
    assert.deepStrictEqual(
      {
        sent: seen.requests.length,
        after: Duration.toSeconds(took),
        gets: Result.isFailure(result) ? result.failure._tag : "ok",
        rejected: seen.rejections
      },
      { rejected: 0, ...expected }
    )
    if (Result.isFailure(result) && says !== undefined) assert.match(result.failure.message, says)
    if (Result.isFailure(result) && "api" in result.failure) assert.strictEqual(result.failure.api?.path, request.url)
  }).pipe(Effect.scoped)

it("has at least 40 answers", () => {
  assert.isAtLeast(rows.length, 40)
  assert.strictEqual(new Set(rows.map(({ name }) => name)).size, rows.length)
})

describe.each(rows)("$name", (row) => {
  for (const [method, request] of Object.entries(safe)) {
    it.effect(method, () => check(row, request, (reads.has(method) ? row.reads : undefined) ?? row.safe))
  }
  for (const [method, request] of Object.entries(unsafe)) {
    it.effect(method, () => check(row, request, row.unsafe ?? row.safe))
  }
})

describe("only one method", () => {
  it.effect("a repeated DELETE that finds nothing has succeeded", () =>
    check(
      { name: "", script: [() => html(504), () => refusal(404, "not.found")], safe: ok(2, 3) },
      safe.DELETE,
      ok(2, 3)
    )
  )

  it.effect("a repeated DELETE that a proxy knows nothing of has not", () =>
    check(
      { name: "", script: [() => html(504), () => html(404)], safe: ok(2, 3), says: /not Genesys Cloud/ },
      safe.DELETE,
      { sent: 2, after: 3, gets: "UnavailableError" }
    )
  )

  it.effect("a first DELETE that finds nothing has not", () =>
    check({ name: "", script: [() => refusal(404, "not.found")], safe: ok(1, 0) }, safe.DELETE, once("NotFoundError"))
  )

  it.effect("a GET that finds nothing after a 504 has found nothing", () =>
    check({ name: "", script: [() => html(504), () => refusal(404, "not.found")], safe: ok(2, 3) }, safe.GET, {
      sent: 2,
      after: 3,
      gets: "NotFoundError"
    })
  )
})
