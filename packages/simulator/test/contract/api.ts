/**
 * What is known of every call of the API: limits, headers, statuses and codes, and the error body.
 */
import * as Redacted from "effect/Redacted"
import { absent, as, control, get, mint, post, raw, type Row, wait } from "../support/Contract.ts"

const me = get("/api/v2/tokens/me")
const search = "/api/v2/users/search"
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const two = { rateLimit: { limit: 2 } }
const error = (status: number, code: string) => ({ status, body: { status, code, contextId: uuid, message: /./ } })

/** An answer that only a fault can bring about. */
const fault = (status: number, code: string): Row => ({
  name: `${status} has the code ${code}`,
  steps: [control("/faults", { path: "/api/", status }), me],
  ...error(status, code)
})
const nothing = (path: string): Row => ({ name: `404 for ${path}`, steps: [get(path)], ...error(404, "not.found") })
const nobody = "00000000-0000-4000-8000-000000000000"

export const rows: ReadonlyArray<Row> = [
  {
    name: "success says used, allowed and the seconds left",
    steps: [me, wait("18 seconds"), me],
    status: 200,
    headers: {
      "inin-ratelimit-count": "2",
      "inin-ratelimit-allowed": "300",
      "inin-ratelimit-reset": "42",
      "retry-after": absent
    }
  },
  { name: "success has inin-correlation-id", steps: [me], status: 200, headers: { "inin-correlation-id": uuid } },
  { name: "success has Genesys-Correlation-Id", steps: [me], status: 200, headers: { "genesys-correlation-id": uuid } },
  {
    name: "429 after the limit",
    given: two,
    steps: [me, wait("18 seconds"), me, me],
    status: 429,
    headers: {
      "retry-after": "42",
      "inin-ratelimit-count": "2",
      "inin-ratelimit-allowed": "2",
      "inin-ratelimit-reset": "42"
    },
    body: {
      message: "Rate limit exceeded the maximum. Retry the request in [42] seconds",
      code: "too.many.requests.retry.after",
      status: 429,
      contextId: uuid,
      details: [],
      errors: []
    }
  },
  {
    name: "a fixed window ends",
    given: two,
    steps: [me, me, me, wait("60 seconds"), me],
    status: 200,
    headers: { "inin-ratelimit-count": "1" }
  },
  {
    name: "and not before",
    given: two,
    steps: [me, me, me, wait("59999 millis"), me],
    status: 429,
    headers: { "retry-after": "1" }
  },
  {
    name: "each token has its own limit",
    given: two,
    steps: [me, me, me, mint(), as("{3.body.access_token}", me)],
    status: 200
  },
  {
    name: "a daily limit is a 429 with hours in Retry-After",
    given: { dailyLimit: 1 },
    steps: [me, me],
    status: 429,
    headers: { "retry-after": "43200" },
    body: { code: "too.many.requests.retry.after" }
  },
  {
    name: "a daily limit can be set while it runs, and today's calls count",
    steps: [me, control("/limits", { dailyLimit: 2 }), me, me],
    status: 429,
    headers: { "retry-after": "43200" }
  },
  {
    name: "and be taken away",
    given: { dailyLimit: 1 },
    steps: [me, me, control("/limits", { dailyLimit: "off" }), me],
    status: 200
  },
  { name: "and ends with the day", given: { dailyLimit: 1 }, steps: [me, me, wait("12 hours"), me], status: 200 },

  {
    name: "401 for an unknown token",
    steps: [as("unknown", me)],
    status: 401,
    body: { code: "bad.credentials", message: "Invalid login credentials." }
  },
  {
    name: "401 for an expired token",
    given: { tokenLifetime: 300 },
    steps: [me, wait("300 seconds"), me],
    ...error(401, "bad.credentials")
  },
  { name: "200 a moment before", given: { tokenLifetime: 300 }, steps: [me, wait("299999 millis"), me], status: 200 },
  { name: "401 for a revoked token", steps: [me, control("/tokens/revoke"), me], ...error(401, "bad.credentials") },
  { name: "401 when the header is missing", steps: [as("", me)], ...error(401, "authentication.required") },
  { name: "401 has no limit headers", steps: [as("x", me)], status: 401, headers: { "inin-ratelimit-count": absent } },

  { name: "400 for what is no JSON", steps: [raw(search, "{", "application/json")], ...error(400, "bad.request") },
  {
    name: "400 names the field",
    steps: [post(search, { pageSize: 0 })],
    status: 400,
    body: { "details[0].fieldName": "pageSize", "details[0].errorCode": "bad.request", errors: [] }
  },
  {
    name: "403 names the permission",
    given: { clients: [{ id: "one", secret: Redacted.make("s"), permissions: [] }] },
    steps: [get("/api/v2/users")],
    status: 403,
    body: {
      code: "missing.permissions",
      message: /directory:user:view/,
      messageWithParams: /\{\w+\}/,
      messageParams: { permissions: "directory:user:view" },
      contextId: uuid
    }
  },
  {
    name: "403 where one of several permissions would do",
    given: { clients: [{ id: "one", secret: Redacted.make("s"), permissions: ["directory:user:view"] }] },
    steps: [get("/api/v2/routing/queues")],
    status: 403,
    body: {
      code: "missing.any.permissions",
      message: /at least one of the following permissions assigned: routing:queue:view, /,
      messageWithParams: /\{permissions\}/,
      messageParams: { permissions: "routing:queue:view, routing:queue:search" },
      contextId: uuid
    }
  },
  {
    name: "200 with one of them",
    given: { clients: [{ id: "one", secret: Redacted.make("s"), permissions: ["routing:queue:search"] }] },
    steps: [get("/api/v2/routing/queues")],
    status: 200
  },
  fault(403, "not.authorized"),
  {
    name: "403 does not harm the token",
    given: { clients: [{ id: "one", secret: Redacted.make("s"), permissions: [] }] },
    steps: [get("/api/v2/users"), me],
    status: 200
  },
  nothing("/api/v2/nothing"),
  nothing("/api/v3/users"),
  nothing(`/api/v2/users/${nobody}`),
  nothing(`/api/v2/routing/queues/${nobody}`),
  nothing(`/api/v2/oauth/clients/${nobody}`),
  nothing(`/api/v2/analytics/conversations/details/jobs/${nobody}`),
  {
    name: "404 has the whole body",
    steps: [get("/api/v2/nothing")],
    status: 404,
    body: { details: [], errors: [], status: 404 }
  },
  {
    name: "415 for another media type",
    steps: [raw(search, "{}", "text/plain")],
    ...error(415, "unsupported.media.type")
  },
  fault(409, "general.conflict"),
  fault(413, "request.entity.too.large"),
  fault(429, "too.many.requests.retry.after"),
  fault(500, "internal.server.error"),
  fault(503, "service.unavailable"),
  fault(504, "request.timeout"),
  {
    name: "5xx may be HTML from a proxy",
    steps: [control("/faults", { path: "/api/", status: 502, html: true }), me],
    status: 502,
    headers: { "content-type": /^text\/html/ },
    body: { "": /^<(!doctype )?html/i }
  },
  {
    name: "a 401 although the token is good",
    steps: [me, control("/faults", { path: "/api/", rejectToken: true, times: 1 }), me],
    ...error(401, "bad.credentials")
  },
  {
    name: "after which it still works",
    steps: [me, control("/faults", { path: "/api/", rejectToken: true, times: 1 }), me, me],
    status: 200
  }
]
