/** Answers that lie about their length, never end, or are built to break whoever reads them. Each is a typed error, in time. */
import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Socket } from "node:net"
import * as RawHost from "../../core/test/RawHost.ts"
import { GenesysClient } from "../src/GenesysClient.ts"
import * as Pagination from "../src/Pagination.ts"
import { Policy, RetryPolicy } from "../src/RetryPolicy.ts"
import * as Transport from "../src/Transport.ts"
import * as Hostile from "./network/Hostile.ts"

const path = "/api/v2/things"
const get = HttpClientRequest.get(path)
const once = new Policy({ maxRetries: 0, deadline: Duration.seconds(20) })
const brief = new Policy({ maxRetries: 0, deadline: Duration.seconds(1) })

const json = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"

/** All ways to read an answer. What `http` gives fails with errors of Effect's; their cause is ours. */
const ways: Readonly<Record<string, (client: GenesysClient["Service"]) => Effect.Effect<unknown, unknown>>> = {
  text: ({ text }) => text(get),
  json: (client) => client.json(get, Schema.Unknown),
  stream: ({ stream }) => Effect.flatMap(stream(get), (response) => Stream.runDrain(response.stream)),
  "stream, as text": ({ stream }) => Effect.flatMap(stream(get), (response) => response.text),
  "http, as text": ({ http }) => Effect.flatMap(http.execute(get), (response) => response.text),
  "http, as JSON": ({ http }) => Effect.flatMap(http.execute(get), (response) => response.json),
  "http, as bytes": ({ http }) => Effect.flatMap(http.execute(get), (response) => response.arrayBuffer),
  "http, as parameters": ({ http }) => Effect.flatMap(http.execute(get), (response) => response.urlParamsBody),
  "http, as a form": ({ http }) => Effect.flatMap(http.execute(get), (response) => response.formData)
}

const Reason = Schema.Struct({ reason: Schema.Struct({ cause: Schema.optional(Schema.Unknown) }) })
/** Our error: the one that was given, or its cause. */
const ours = (error: unknown): object => Object(Schema.is(Reason)(error) ? (error.reason.cause ?? error) : error)

const transports = { undici: Transport.layer, fetch: FetchHttpClient.layer, "node:http": NodeHttpClient.layerNodeHttp }

describe.concurrent("a body that drips is given up at the deadline", () => {
  const bodies = {
    "with a length": RawHost.drip(`${json}content-length: 100000\r\n\r\n`, " "),
    chunked: RawHost.drip(`${json}transfer-encoding: chunked\r\n\r\n`, "1\r\n \r\n"),
    "until the connection ends": RawHost.drip(`${json}\r\n`, " "),
    "that has stopped": RawHost.drip(`${json}content-length: 10\r\n\r\n[`, "")
  }
  for (const [name, transport] of Object.entries(transports)) {
    for (const [kind, answer] of Object.entries(bodies)) {
      it.live(`${kind}, over ${name}`, () =>
        Effect.gen(function* () {
          const host = yield* RawHost.make(answer)
          yield* Effect.gen(function* () {
            const client = yield* GenesysClient
            yield* Effect.forEach(
              Object.entries(ways),
              ([way, call]) =>
                Effect.gen(function* () {
                  const [took, error] = yield* Effect.timed(Effect.flip(call(client)))
                  assert.deepInclude(ours(error), { _tag: "UnavailableError", reason: "Timeout" }, way)
                  assert.isAtLeast(Duration.toMillis(took), 900, way)
                  assert.isBelow(Duration.toMillis(took), 5_000, way)
                }),
              { concurrency: "unbounded" }
            )
            // Nothing is left that goes on reading.
            while (host.open.size > 0) yield* Effect.sleep("20 millis")
          }).pipe(Effect.provideService(RetryPolicy, brief), Effect.provide(Hostile.layer(host.url, transport)))
        })
      )
    }
  }

  it.live("pages of a list", () =>
    Effect.gen(function* () {
      const host = yield* RawHost.make(RawHost.drip(`${json}content-length: 100000\r\n\r\n{"entities": [`, " "))
      const error = yield* Effect.flip(Stream.runDrain(Pagination.follow(get))).pipe(
        Effect.provideService(RetryPolicy, brief),
        Effect.provide(Hostile.layer(host.url))
      )
      assert.deepInclude(error, { _tag: "UnavailableError", reason: "Timeout" })
    })
  )

  it.live("a slow reader is not taken for a slow host", () =>
    Effect.gen(function* () {
      const api = yield* Hostile.serve((response) => {
        response.write("one ")
        setTimeout(() => response.end("two"), 100)
      })
      let text = ""
      yield* GenesysClient.use(({ stream }) =>
        Effect.flatMap(stream(get), (response) =>
          Stream.runForEach(response.stream, (chunk) => {
            text += new TextDecoder().decode(chunk)
            return text === "one " ? Effect.sleep("3 seconds") : Effect.void
          })
        )
      ).pipe(
        Effect.provideService(RetryPolicy, new Policy({ maxRetries: 0, deadline: Duration.seconds(2.5) })),
        Effect.provide(Hostile.layer(api.url))
      )
      assert.strictEqual(text, "one two")
    })
  )
})

describe("JSON that is nested too deep", () => {
  const arrays = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
  const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`
  const serve = (text: string, status = 200) =>
    Hostile.serve((response) => response.writeHead(status, { "content-type": "application/json" }).end(text))

  for (const depth of [501, 5_000, 100_000]) {
    for (const [name, text] of [
      ["arrays", arrays(depth)],
      ["objects", objects(depth)],
      ["what never ends", "[".repeat(depth)],
      ["rows", `{"entities":[{"id":"1","x":${arrays(depth)}}]}`]
    ] as const) {
      it.live(`${depth} ${name}: an UnavailableError that says so`, () =>
        Effect.gen(function* () {
          const api = yield* serve(text)
          yield* Effect.gen(function* () {
            const client = yield* GenesysClient
            const error = yield* Effect.flip(client.json(get, Schema.Unknown))
            assert.deepInclude(error, { _tag: "UnavailableError", reason: "InvalidResponse" })
            assert.include(error.message, "JSON that is nested more than 500 deep")
            const row = yield* Effect.flip(Stream.runDrain(Pagination.follow(get)))
            assert.include(row.message, "JSON that is nested more than 500 deep")
            const read = yield* Effect.flip(Effect.flatMap(client.http.execute(get), (response) => response.json))
            assert.include(read.message, "JSON that is nested more than 500 deep")
          }).pipe(Effect.provide(Hostile.layer(api.url)))
          assert.lengthOf(api.requests, 3)
        })
      )
    }

    it.live(`${depth} of an error body: not what Genesys Cloud sends`, () =>
      Effect.gen(function* () {
        const api = yield* serve(`{"code":"bad.request","details":${arrays(Math.min(depth, 20_000))}}`, 400)
        const error = yield* Effect.flip(GenesysClient.use(({ text }) => text(get))).pipe(
          Effect.provide(Hostile.layer(api.url))
        )
        assert.deepInclude(error, { _tag: "UnavailableError", reason: "InvalidResponse" })
        assert.match(error.message, /status 400\. It was not Genesys Cloud that answered/)
      })
    )
  }

  it.live("500 are taken, and brackets in texts are not counted", () =>
    Effect.gen(function* () {
      const texts = JSON.stringify({ a: "[".repeat(5_000), 'b"[[\\': '{"'.repeat(5_000) })
      for (const text of [arrays(500), objects(500), texts, `[${arrays(400)},${arrays(400)}]`]) {
        const api = yield* serve(text)
        const found = yield* GenesysClient.use((client) => client.json(get, Schema.Unknown)).pipe(
          Effect.provide(Hostile.layer(api.url))
        )
        assert.strictEqual(JSON.stringify(found), text)
      }
    })
  )
})

describe("an answer that lies", () => {
  const failing = (answer: (socket: Socket) => void, policy = once) =>
    Effect.gen(function* () {
      const host = yield* RawHost.make(answer)
      return yield* Effect.flip(GenesysClient.use(({ text }) => text(get))).pipe(
        Effect.provideService(RetryPolicy, policy),
        Effect.provide(Hostile.layer(host.url))
      )
    })
  const fine = (answer: (socket: Socket) => void) =>
    Effect.gen(function* () {
      const host = yield* RawHost.make(answer)
      return yield* GenesysClient.use(({ text }) => text(get)).pipe(
        Effect.provideService(RetryPolicy, once),
        Effect.provide(Hostile.layer(host.url))
      )
    })

  for (const [name, answer, reason] of [
    ["64 KiB of headers", (socket: Socket) => socket.write(`${json}x: ${"x".repeat(65_536)}\r\n\r\n`), "Connection"],
    [
      "a thousand headers",
      (socket: Socket) => socket.write(`${json}${"x: yyyyyyyyyyyyyyyyyyyy\r\n".repeat(1000)}\r\n`),
      "Connection"
    ],
    [
      "a body shorter than its length",
      (socket: Socket) => socket.end(`${json}content-length: 100\r\n\r\n{}`),
      undefined
    ],
    [
      "two lengths",
      (socket: Socket) => socket.end(`${json}content-length: 2\r\ncontent-length: 3\r\n\r\n{}x`),
      "Connection"
    ],
    ["a length that is none", (socket: Socket) => socket.end(`${json}content-length: 1e309\r\n\r\n{}`), "Connection"],
    [
      "chunks that are none",
      (socket: Socket) => socket.end(`${json}transfer-encoding: chunked\r\n\r\nzz\r\n{}`),
      undefined
    ],
    ["no HTTP", (socket: Socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"), "Connection"],
    [
      "an upgrade that nobody asked for",
      (socket: Socket) => socket.write("HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
      "Connection"
    ],
    [
      "gzip that is damaged",
      (socket: Socket) => socket.end(`${json}\r\n\u001f\u008b\u0008nonsense`, "latin1"),
      "InvalidResponse"
    ]
  ] as const) {
    it.live(`${name}: an UnavailableError`, () =>
      Effect.gen(function* () {
        const error = yield* failing(answer)
        assert.strictEqual(error._tag, "UnavailableError")
        if (error._tag === "UnavailableError" && reason !== undefined) assert.strictEqual(error.reason, reason)
        assert.notMatch(error.message, /\n/)
      })
    )
  }

  it.live("status 102 again and again, and nothing else: given up at the deadline", () =>
    Effect.gen(function* () {
      const error = yield* failing(RawHost.drip("", "HTTP/1.1 102 Processing\r\n\r\n".repeat(100)), brief)
      assert.deepInclude(error, { _tag: "UnavailableError", reason: "Timeout" })
    })
  )

  it.live("a gigabyte: nothing of it is kept, and it is asked for once", () =>
    Effect.gen(function* () {
      let asked = 0
      let sent = 0
      const host = yield* RawHost.make((socket) => {
        asked++
        socket.write(`${json}content-length: 1073741824\r\n\r\n`)
        const chunk = Buffer.alloc(65_536, " ")
        const more = () => {
          while (!socket.destroyed && socket.write(chunk)) sent += chunk.length
        }
        socket.on("drain", more)
        more()
      })
      for (const way of ["text", "json", "http, as text", "stream, as text"]) {
        const error = yield* Effect.flip(GenesysClient.use((client) => ways[way]!(client))).pipe(
          Effect.provide(Hostile.layer(host.url))
        )
        assert.include(
          String(Reflect.get(Object(error), "message")),
          "an answer that is longer than 268435456 bytes",
          way
        )
      }
      assert.strictEqual(asked, 4)
      assert.isBelow(sent, 64 * 1024 * 1024)
    })
  )

  it.live("bytes that are no UTF-8 are replaced, and the rest is read", () =>
    Effect.gen(function* () {
      const { text } = yield* fine((socket) =>
        socket.end(`${json}content-length: 10\r\n\r\n{"a":"\u00ff\u00c0"}`, "latin1")
      )
      assert.strictEqual(text, '{"a":"\uFFFD\uFFFD"}')
    })
  )

  for (const status of [199, 299, 306, 418, 600, 999]) {
    it.live(`status ${status} is no defect`, () =>
      Effect.gen(function* () {
        const host = yield* RawHost.make((socket) =>
          socket.end(`HTTP/1.1 ${status} Strange\r\ncontent-length: 2\r\n\r\n{}`)
        )
        const exit = yield* Effect.result(GenesysClient.use(({ text }) => text(get))).pipe(
          Effect.provideService(RetryPolicy, brief),
          Effect.provide(Hostile.layer(host.url))
        )
        assert.strictEqual(exit._tag, status === 299 ? "Success" : "Failure")
      })
    )
  }

  for (const value of ["1e309", "-1", "NaN", "9".repeat(400), "Thu, 99 Foo 275761 00:00:00 GMT", "1".repeat(15_000)]) {
    it.live(`Retry-After: ${value.slice(0, 40)}`, () =>
      Effect.gen(function* () {
        const error = yield* failing((socket) =>
          socket.end(`HTTP/1.1 429 Slow\r\nretry-after: ${value}\r\ncontent-length: 0\r\n\r\n`)
        )
        assert.strictEqual(error._tag, "RateLimitError")
        if (error._tag !== "RateLimitError" || error.retryAfter === undefined) return
        assert.isAtMost(Duration.toHours(error.retryAfter), 24)
      })
    )
  }

  it.live("rate limits out of this world do not stop the next call", () =>
    Effect.gen(function* () {
      for (const [allowed, count, reset] of [
        ["1e308", "9007199254740991", "1e308"],
        ["1", "9007199254740991", "9007199254740991"],
        ["300", "0", "9007199254740991"],
        ["-1", "-1", "-1"],
        ["NaN", "1e309", "x"]
      ] as const) {
        const headers = {
          "inin-ratelimit-allowed": allowed,
          "inin-ratelimit-count": count,
          "inin-ratelimit-reset": reset
        }
        const api = yield* Hostile.serve((response) => response.writeHead(200, headers).end("{}"))
        const calls = GenesysClient.use(({ text }) => Effect.all([text(get), Effect.result(text(get))]))
        // A window that is used up is waited for: a minute at most.
        const [took] = yield* Effect.timed(calls).pipe(
          Effect.provideService(RetryPolicy, brief),
          Effect.provide(Hostile.layer(api.url))
        )
        assert.isBelow(Duration.toMillis(took), 4_000, allowed)
      }
    })
  )

  it.live("an error body of words without an end is read in no time", () =>
    Effect.gen(function* () {
      for (const text of [
        "a".repeat(60_000),
        "a:".repeat(30_000),
        " ".repeat(60_000),
        "\n".repeat(60_000),
        ".".repeat(60_000)
      ]) {
        const body = JSON.stringify({
          message: text,
          code: text,
          contextId: text,
          messageParams: { permissions: text }
        })
        const api = yield* Hostile.serve((response) =>
          response.writeHead(403, { "inin-correlation-id": "the-id" }).end(body)
        )
        const call = Effect.flip(GenesysClient.use(({ text: read }) => read(get)))
        const error = yield* Effect.provide(
          Effect.gen(function* () {
            yield* call
            const begun = performance.now()
            const found = yield* call
            assert.isBelow(performance.now() - begun, 500)
            return found
          }),
          Hostile.layer(api.url)
        )
        assert.strictEqual(error._tag, "PermissionError")
        assert.isBelow(error.message.length, 4_000)
        assert.notMatch(error.message, /\n/)
      }
    })
  )
})
