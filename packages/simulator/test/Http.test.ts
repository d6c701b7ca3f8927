/**
 * The same simulator behind a real socket, and its control API.
 */
import { assert, it, layer } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { request as nodeRequest } from "node:http"
import { Simulator } from "../src/Simulator.ts"
import { call, login, me, requestToken } from "./support/Calls.ts"
import * as Attackers from "./support/hostile/Attackers.ts"

/** A request with headers that fetch would not let through; answers the status. */
const raw = (url: string, headers: Record<string, string>) =>
  Effect.callback<number | undefined>((resume) => {
    nodeRequest(`${url}/_control/journal`, { headers }, (response) => {
      response.resume()
      resume(Effect.succeed(response.statusCode))
    }).end()
  })

const change = (id: string, body: object) => call(undefined, "POST", `/_control/clients/${id}`, body)

layer(Layer.merge(Simulator.layer({ rateLimit: { limit: 5 } }), FetchHttpClient.layer), { excludeTestServices: true })(
  "over HTTP",
  (shared) => {
    shared.effect("logs in, calls, is limited and is revoked", () =>
      Effect.gen(function* () {
        const { revokeTokens, url } = yield* Simulator
        assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/)
        assert.deepInclude(yield* requestToken({ secret: "wrong" }), {
          status: 400,
          body: {
            error: "invalid_client",
            description: "authentication failed",
            error_description: "authentication failed"
          }
        })
        const token = yield* login()
        assert.strictEqual((yield* me(token)).status, 200)
        assert.deepInclude(yield* call(token, "HEAD", "/api/v2/tokens/me"), { status: 200, body: "" })
        const [get, head] = [yield* call(token, "GET", "/docs"), yield* call(token, "HEAD", "/docs")]
        assert.deepInclude(head, { status: 200, body: "" })
        assert.strictEqual(head.headers["content-length"], get.headers["content-length"])
        const users = yield* call(token, "POST", "/api/v2/users/search", {
          query: [{ type: "EXACT", fields: ["email"], value: "test.user@yourcompany.com" }]
        })
        assert.nestedInclude(users.body, { "results[0].name": "Test User" })
        const bad = yield* call(token, "POST", "/api/v2/analytics/conversations/details/query", {})
        assert.nestedInclude(bad.body, { code: "bad.request", "details[0].fieldName": "interval" })
        const interval = `${new Date(Date.now() - 3_600_000).toISOString()}/${new Date().toISOString()}`
        const rows = yield* call(token, "POST", "/api/v2/analytics/conversations/details/query", { interval })
        assert.nestedProperty(rows.body, "conversations[24].conversationId")
        const limited = yield* me(token)
        assert.strictEqual(limited.status, 429)
        assert.isAtLeast(Number(limited.headers["retry-after"]), 1)
        const other = yield* login()
        assert.strictEqual(yield* revokeTokens, 2)
        assert.include((yield* me(other)).body, { status: 401, code: "bad.credentials" })
      })
    )

    shared.effect("is controlled below /_control", () =>
      Effect.gen(function* () {
        const { clientId, url } = yield* Simulator
        const fault = { path: "/api/", status: 502, times: 1 }
        assert.deepInclude(yield* call(undefined, "POST", "/_control/faults", fault), {
          status: 200,
          body: { id: "fault-1" }
        })
        assert.strictEqual((yield* me("any")).status, 502)
        const bad = yield* call(undefined, "POST", "/_control/faults", { path: "/", share: 2 })
        assert.nestedInclude(bad.body, { status: 400, "details[0].fieldName": "share" })

        yield* call(undefined, "POST", "/_control/faults", { path: "/api/", status: 502 })
        assert.strictEqual((yield* call(undefined, "DELETE", "/_control/faults/fault-2")).status, 204)
        assert.strictEqual((yield* call(undefined, "DELETE", "/_control/faults/fault-2")).status, 404)
        yield* call(undefined, "POST", "/_control/faults", { path: "/api/", status: 502 })
        assert.strictEqual((yield* call(undefined, "DELETE", "/_control/faults")).status, 204)

        const token = yield* login()
        const revoked = yield* call(undefined, "POST", "/_control/tokens/revoke")
        assert.deepInclude(revoked, { status: 200, body: { revoked: 1 } })
        assert.strictEqual((yield* me(token)).status, 401)

        assert.strictEqual((yield* change("nobody", {})).status, 404)
        assert.strictEqual((yield* change(clientId, { secret: "rotated", state: "active" })).status, 204)
        assert.strictEqual((yield* requestToken({ secret: "rotated" })).status, 200)

        const journal = yield* call(undefined, "GET", "/_control/journal")
        assert.notInclude(JSON.stringify(journal.body), "_control")
        assert.nestedProperty(journal.body, "requests[0].correlationId")

        const { host } = new URL(url)
        assert.strictEqual(yield* raw(url, { host }), 200)
        assert.strictEqual(yield* raw(url, { host: `localhost:${new URL(url).port}` }), 200)
        assert.strictEqual(yield* raw(url, { host: "evil.example" }), 403)
        assert.strictEqual(yield* raw(url, { host: "127.0.0.1.evil.example" }), 403)
        assert.strictEqual(yield* raw(url, { host, origin: "http://127.0.0.1" }), 403)
      })
    )
  }
)

it.live("answers what cannot be read in Genesys' words, and takes it for no failure of its own", () =>
  Effect.gen(function* () {
    const failures: Array<unknown> = []
    const logger = Logger.make(({ logLevel, message }) => void (logLevel === "Error" && failures.push(message)))
    yield* Effect.gen(function* () {
      const token = yield* login()
      for (const path of ["/%", "/api/v2/%ff", "/api/v2/users/%zz"]) {
        const { url } = yield* Simulator
        const { status, text } = yield* Effect.promise(async () => {
          const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })
          return { status: answer.status, text: await answer.text() }
        })
        assert.strictEqual(status, 404, path)
        assert.include(text, '"code":"not.found"')
      }
      const long = yield* call(token, "POST", "/api/v2/users/search", { query: ["x".repeat(11 * 1024 * 1024)] })
      assert.include(long.body, { status: 413, code: "request.entity.too.large" })
      const to = { host: "127.0.0.1", port: Number(new URL((yield* Simulator).url).port) }
      const half = "POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc"
      yield* Attackers.send(to, { name: "half a body", bytes: Buffer.from(half), next: "end" })
      assert.strictEqual((yield* me(token)).status, 200)
      assert.deepStrictEqual(failures, [])
    }).pipe(Effect.provide([Simulator.layer(), FetchHttpClient.layer]), Effect.provide(Logger.layer([logger])))
  })
)

it.live("forgets no connection that was to be upgraded", () =>
  Effect.gen(function* () {
    const to = { host: "127.0.0.1", port: Number(new URL((yield* Simulator).url).port) }
    const { poke, told } = yield* Attackers.linger(
      to,
      "GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: nonsense\r\n\r\n"
    )
    // Whoever never hangs up would have it for ever.
    yield* Effect.repeat(Effect.andThen(poke, Effect.sleep("100 millis")), { until: () => told.closed }).pipe(
      Effect.timeout("5 seconds")
    )
    assert.match(told.text, /^HTTP\/1\.1 404 /)
  }).pipe(Effect.scoped, Effect.provide(Simulator.layer()))
)

it.live("stops at once, even while a request hangs", () =>
  Effect.gen(function* () {
    const [elapsed] = yield* Effect.timed(
      Effect.gen(function* () {
        const { addFault } = yield* Simulator
        yield* addFault({ path: "/oauth/token", hang: true })
        yield* Effect.forkDetach(requestToken())
        yield* Effect.sleep("100 millis")
      }).pipe(Effect.provide([Simulator.layer(), FetchHttpClient.layer]))
    )
    assert.isBelow(Duration.toMillis(elapsed), 2000)
  })
)

it.live("fails with a ServeError when the port is taken", () =>
  Effect.gen(function* () {
    const { url } = yield* Simulator
    const port = Number(new URL(url).port)
    const error = yield* Effect.flip(Effect.provide(Simulator, Simulator.layer({ port })))
    assert.strictEqual(error._tag, "ServeError")
  }).pipe(Effect.provide(Simulator.layer({ clients: [{ id: "x", secret: Redacted.make("y") }] })))
)
