/** What passes a local proxy, in both directions: headers, statuses, errors and bodies of any length. */
import { assert, layer } from "@effect/vitest"
import { Policy } from "@effect-genesys/client/RetryPolicy"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import type { IncomingMessage, ServerResponse } from "node:http"
import { Readable } from "node:stream"
import { gzipSync } from "node:zlib"
import * as Proxy from "../support/LocalProxy.ts"

const megabyte = 1024 * 1024
const until = (condition: () => boolean, atMost: Duration.Input = "10 seconds") =>
  Effect.repeat(Effect.sleep("20 millis"), { until: condition }).pipe(Effect.timeout(atMost))

/** Chunks that are made when they are asked for. */
const megabytes = (count: number, onMade: (bytes: number) => void = () => {}) =>
  Readable.from(
    (function* () {
      for (let i = 0; i < count * 16; i++) {
        onMade(megabyte / 16)
        yield Buffer.alloc(megabyte / 16, i)
      }
    })(),
    { objectMode: false }
  )

layer(Simulator.layer({ rateLimit: "off", mintLimit: "off" }), { excludeTestServices: true })("a local proxy", (it) => {
  it.effect("adds the token, and drops what is the caller's own", () =>
    Effect.gen(function* () {
      const seen: Array<IncomingMessage> = []
      const apiUrl = yield* Proxy.api((request, response) => {
        seen.push(request)
        response.writeHead(200, { "set-cookie": "a=b", connection: "keep-alive, x-hop", "x-hop": "1", etag: '"e"' })
        response.end("{}")
      })
      const url = yield* Proxy.start({ apiUrl })
      const answer = yield* Proxy.call(`${url}/api/v2/users?name=J%C3%B6rg%20M&x=%2F+1&x=2`, {
        headers: {
          authorization: "Bearer the caller's",
          cookie: "session=1",
          connection: "keep-alive, x-private",
          "x-private": "1",
          "proxy-authorization": "Basic x",
          referer: url,
          te: "trailers",
          accept: "text/csv",
          "user-agent": "a caller/1",
          "x-kept": "1"
        }
      })
      const { headers, url: path } = seen[0]!
      assert.strictEqual(path, "/api/v2/users?name=J%C3%B6rg%20M&x=%2F+1&x=2")
      assert.match(headers.authorization ?? "", /^Bearer [\w-]{86}$/)
      for (const name of ["cookie", "x-private", "proxy-authorization", "referer", "te"])
        assert.notProperty(headers, name)
      assert.include(headers, {
        accept: "text/csv",
        "user-agent": "a caller/1",
        "x-kept": "1",
        host: new URL(apiUrl).host
      })
      assert.notProperty(answer.headers, "set-cookie")
      assert.notProperty(answer.headers, "x-hop")
      assert.deepInclude(answer.headers, { etag: '"e"' })
      assert.strictEqual(answer.text, "{}")
    })
  )

  it.effect("answers a client that logs in with a placeholder in Genesys' shape", () =>
    Effect.gen(function* () {
      const url = yield* Proxy.start()
      const { headers, status, text } = yield* Proxy.call(`${url}/oauth/token`, {
        method: "POST",
        headers: { authorization: "Basic d3Jvbmc6d3Jvbmc=" },
        body: "grant_type=client_credentials"
      })
      assert.strictEqual(status, 200)
      assert.strictEqual(headers["cache-control"], "no-store")
      assert.deepStrictEqual(JSON.parse(text), {
        access_token: "the-local-proxy-adds-the-token",
        token_type: "bearer",
        expires_in: 86_400
      })
    })
  )

  const bodiless: ReadonlyArray<readonly [string, string, number, Record<string, string>]> = [
    ["HEAD", "/api/v2/users", 200, { "content-length": "1234", "content-type": "application/json" }],
    ["HEAD", "/api/v2/none", 404, {}],
    ["DELETE", "/api/v2/users/1", 204, {}],
    ["GET", "/api/v2/users", 304, { etag: '"e"' }],
    ["GET", "/api/v2/downloads/1", 307, { location: "https://files.example/1" }]
  ]
  for (const [method, path, status, headers] of bodiless) {
    it.effect(`passes a ${status} to ${method} without a body`, () =>
      Effect.gen(function* () {
        const apiUrl = yield* Proxy.api((_, response) => void response.writeHead(status, headers).end())
        const url = yield* Proxy.start({ apiUrl })
        const answer = yield* Proxy.call(`${url}${path}`, { method })
        assert.deepStrictEqual([answer.status, answer.text], [status, ""])
        assert.deepInclude(answer.headers, headers)
      })
    )
  }

  it.effect("asks for packed answers, and gives them unpacked to whoever asked in whatever way", () =>
    Effect.gen(function* () {
      const asked: Array<string | undefined> = []
      const packed = gzipSync("{}")
      const apiUrl = yield* Proxy.api(({ headers }, response) => {
        asked.push(headers["accept-encoding"])
        response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length }).end(packed)
      })
      const url = yield* Proxy.start({ apiUrl })
      const answer = yield* Proxy.call(`${url}/api/v2/users`, { headers: { "accept-encoding": "br, gzip" } })
      const other = yield* Proxy.call(`${url}/api/v2/users`)
      for (const { headers, text } of [answer, other]) {
        assert.notProperty(headers, "content-encoding")
        assert.strictEqual(text, "{}")
      }
      assert.deepStrictEqual(asked, ["gzip", "gzip"])
    })
  )

  const genesys = (status: number, code: string) =>
    JSON.stringify({ message: "m", code, status, contextId: "c", details: [], errors: [] })
  const passed: ReadonlyArray<readonly [number, string, Record<string, string>]> = [
    [400, "bad.request", {}],
    [401, "bad.credentials", {}],
    [403, "missing.permissions", {}],
    [404, "not.found", {}],
    [409, "general.conflict", {}],
    [429, "too.many.requests.retry.after", { "retry-after": "7200" }],
    [500, "internal.server.error", {}],
    [503, "service.unavailable", { "retry-after": "9" }]
  ]
  for (const [status, code, headers] of passed) {
    it.effect(`passes Genesys' own ${status} as it is`, () =>
      Effect.gen(function* () {
        const body = genesys(status, code)
        const own = { ...headers, "content-type": "application/json; charset=utf-8", "inin-correlation-id": "c" }
        const apiUrl = yield* Proxy.api((_, response) => void response.writeHead(status, own).end(body))
        const url = yield* Proxy.start({ apiUrl })
        const answer = yield* Proxy.call(`${url}/api/v2/users`)
        assert.deepStrictEqual([answer.status, answer.text], [status, body])
        assert.deepInclude(answer.headers, own)
      })
    )
  }

  it.effect("unpacks an error that is packed", () =>
    Effect.gen(function* () {
      const body = genesys(404, "not.found")
      const apiUrl = yield* Proxy.api((_, response) =>
        response.writeHead(404, { "content-encoding": "gzip", "content-type": "application/json" }).end(gzipSync(body))
      )
      const url = yield* Proxy.start({ apiUrl })
      const answer = yield* Proxy.call(`${url}/api/v2/users/1`, { headers: { "accept-encoding": "gzip" } })
      assert.deepStrictEqual([answer.status, answer.text], [404, body])
      assert.notProperty(answer.headers, "content-encoding")
    })
  )

  const ours: ReadonlyArray<readonly [string, Proxy.Options, (response: ServerResponse) => void, number, string]> = [
    ["a wrong secret", { clientSecret: "wrong" }, () => {}, 502, "proxy.authentication.failed"],
    ["a login host that is not there", { loginUrl: "http://127.0.0.1:1" }, () => {}, 504, "proxy.timeout"],
    ["an API that is not there", { apiUrl: "http://127.0.0.1:1" }, () => {}, 502, "proxy.cannot.connect"],
    ["an API that hangs up", {}, (response) => response.destroy(), 502, "proxy.cannot.connect"],
    ["an API that does not answer", {}, () => {}, 504, "proxy.timeout"],
    ["a page of HTML", {}, (response) => response.writeHead(503).end("<html>"), 503, "proxy.server.error"]
  ]
  for (const [name, options, listener, status, code] of ours) {
    it.effect(`makes an error of Genesys' shape of ${name}`, () =>
      Effect.gen(function* () {
        const apiUrl = yield* Proxy.api((_, response) => listener(response))
        const policy = new Policy({
          maxRetries: 0,
          attemptTimeout: Duration.millis(300),
          deadline: Duration.seconds(2)
        })
        const url = yield* Proxy.start({ apiUrl, policy, ...options })
        const answer = yield* Proxy.call(`${url}/api/v2/users`)
        assert.strictEqual(answer.status, status)
        const { message, ...body } = JSON.parse(answer.text)
        assert.isAbove(message.length, 20)
        assert.notInclude(message, "wrong")
        assert.include(body, { status, code })
        assert.containsAllKeys(body, ["contextId", "details", "errors"])
      })
    )
  }

  it.effect("sends a short body again after a 401, and says of a long one that the token is renewed", () =>
    Effect.gen(function* () {
      const { revokeTokens } = yield* Simulator
      const lengths: Array<number> = []
      const { url: simulator } = yield* Simulator
      const apiUrl = yield* Proxy.api((request, response) => {
        let length = 0
        request.on("data", (part: Buffer) => (length += part.length))
        request.on("end", async () => {
          lengths.push(length)
          const check = await fetch(`${simulator}/api/v2/tokens/me`, {
            headers: { authorization: request.headers.authorization ?? "" }
          })
          response.writeHead(check.status, { "content-type": "application/json" }).end(await check.text())
        })
      })
      const url = yield* Proxy.start({ apiUrl })
      const post = (body: Uint8Array | Readable) =>
        Proxy.call(`${url}/api/v2/uploads`, { method: "POST", body, headers: { "content-type": "text/plain" } })
      assert.strictEqual((yield* post(Buffer.alloc(megabyte))).status, 200)
      yield* revokeTokens
      // Longer than is held, and chunked: it did not say so.
      assert.strictEqual((yield* post(Readable.from([Buffer.alloc(1000), Buffer.alloc(1000)]))).status, 200)
      yield* revokeTokens
      const late = yield* post(Buffer.alloc(megabyte + 1))
      assert.deepStrictEqual([late.status, late.headers["retry-after"]], [503, "1"])
      assert.strictEqual(JSON.parse(late.text).code, "proxy.token.renewed")
      assert.strictEqual((yield* post(megabytes(2))).status, 200)
      assert.deepStrictEqual(lengths, [megabyte, 2000, 2000, megabyte + 1, 2 * megabyte])
    })
  )

  it.effect("lets 100 MB down as fast as the caller reads, and no faster", () =>
    Effect.gen(function* () {
      let sent = 0
      const apiUrl = yield* Proxy.api((_, response) => {
        megabytes(100, (bytes) => (sent += bytes)).pipe(response)
      })
      const url = yield* Proxy.start({ apiUrl })
      const answer = yield* Proxy.open(`${url}/api/v2/big`)
      // Nobody reads: what was sent lies in the buffers of the sockets.
      yield* Effect.sleep("500 millis")
      assert.isBelow(sent, 20 * megabyte)
      let read = 0
      answer.on("data", (part: Buffer) => (read += part.length))
      // Not for how long that takes, which a busy machine says.
      yield* until(() => answer.complete, "1 minute")
      assert.strictEqual(read, 100 * megabyte)
    })
  )

  it.effect("lets 100 MB up as fast as Genesys reads, and no faster", () =>
    Effect.gen(function* () {
      const incoming: Array<readonly [IncomingMessage, ServerResponse]> = []
      const apiUrl = yield* Proxy.api((request, response) => void incoming.push([request, response]))
      const url = yield* Proxy.start({ apiUrl })
      let sent = 0
      const body = megabytes(100, (bytes) => (sent += bytes))
      const headers = { "content-length": String(100 * megabyte) }
      const answer = yield* Effect.forkChild(Proxy.call(`${url}/api/v2/big`, { method: "PUT", body, headers }))
      yield* until(() => incoming.length > 0)
      yield* Effect.sleep("500 millis")
      assert.isBelow(sent, 20 * megabyte)
      const [request, response] = incoming[0]!
      assert.strictEqual(request.headers["content-length"], headers["content-length"])
      let read = 0
      request.on("data", (part: Buffer) => (read += part.length))
      request.on("end", () => response.end("{}"))
      assert.strictEqual((yield* Fiber.join(answer)).status, 200)
      assert.strictEqual(read, 100 * megabyte)
    })
  )

  it.effect("gives up upstream when the caller goes, before the answer and in the midst of it", () =>
    Effect.gen(function* () {
      const gone: Array<string> = []
      const asked: Array<string> = []
      const apiUrl = yield* Proxy.api(({ url = "" }, response) => {
        asked.push(url)
        response.on("close", () => gone.push(url))
        if (url.endsWith("midst")) response.writeHead(200).write("the beginning")
      })
      const url = yield* Proxy.start({ apiUrl })
      const early = yield* Effect.forkChild(Proxy.open(`${url}/api/v2/early`))
      yield* until(() => asked.length === 1)
      yield* Fiber.interrupt(early)
      yield* until(() => gone.length === 1)
      const answer = yield* Proxy.open(`${url}/api/v2/midst`)
      answer.on("error", () => {})
      answer.destroy()
      yield* until(() => gone.length === 2)
      assert.deepStrictEqual(gone, ["/api/v2/early", "/api/v2/midst"])
    })
  )

  it.effect("breaks off an answer that Genesys breaks off, instead of ending it", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ cause, message }) => void lines.push(`${String(message)} ${String(cause)}`))
      const apiUrl = yield* Proxy.api((_, response) => {
        response.writeHead(200, { "content-type": "application/json" }).write('{"entities":[')
        setTimeout(() => response.destroy(), 50)
      })
      const url = yield* Effect.provide(Proxy.start({ apiUrl }), Logger.layer([logger]))
      const answer = yield* Proxy.open(`${url}/api/v2/users`)
      const failed = yield* Effect.callback<boolean>((resume) => {
        answer.on("error", () => resume(Effect.succeed(true)))
        answer.on("end", () => resume(Effect.succeed(false)))
        answer.resume()
      })
      assert.isTrue(failed)
      assert.notMatch(lines.join("\n"), /Bearer [\w-]{20}/)
      assert.notInclude(lines.join("\n"), new URL(url).pathname)
    })
  )
})
