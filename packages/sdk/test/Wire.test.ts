/** What goes over a real connection, and what answers are taken for. */
import { assert, describe, it } from "@effect/vitest"
import * as Transport from "@effect-genesys/client/Transport"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClient from "effect/http/HttpClient"
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http"
import { GenesysSdk } from "../src/GenesysSdk.ts"
import * as Stack from "./Stack.ts"

/** A server of its own, and its URL. */
const serving = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly server: Server; readonly url: string }>((resume) => {
      const server = createServer(listener)
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : 0
        resume(Effect.succeed({ server, url: `http://127.0.0.1:${port}` }))
      })
    }),
    ({ server }) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )

const over =
  (url: string) =>
  <A, E>(effect: Effect.Effect<A, E, GenesysSdk>) =>
    HttpClient.HttpClient.use((client) => Effect.provide(effect, Stack.layerOver(client, url))).pipe(
      Effect.provide(Transport.layer)
    )

const bytesOf = async (request: IncomingMessage) => {
  const chunks: Array<Uint8Array> = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe("on the wire", () => {
  const interrupting = (name: string, call: Effect.Effect<unknown, unknown, GenesysSdk>) =>
    it.live(`an interrupted ${name} closes its connection`, () =>
      Effect.gen(function* () {
        const arrived = Deferred.makeUnsafe<void>()
        const gone = Deferred.makeUnsafe<void>()
        const { url } = yield* serving((request) => {
          request.socket.on("close", () => Effect.runSync(Deferred.succeed(gone, undefined)))
          Effect.runSync(Deferred.succeed(arrived, undefined))
        })
        const fiber = yield* Effect.forkChild(over(url)(call))
        yield* Deferred.await(arrived)
        yield* Fiber.interrupt(fiber)
        yield* Effect.timeout(Deferred.await(gone), "5 seconds")
      })
    )
  interrupting(
    "operation",
    GenesysSdk.use((sdk) => sdk.UsersApi.getUsers())
  )
  interrupting(
    "promise",
    GenesysSdk.use((sdk) => sdk.api(({ UsersApi }) => UsersApi.getUsers()))
  )

  it.live("a form arrives with all its parts, text and bytes", () =>
    Effect.gen(function* () {
      const { url } = yield* serving((request, response) => {
        void bytesOf(request).then((bytes) => {
          response.setHeader("content-type", "application/json")
          response.end(JSON.stringify({ type: request.headers["content-type"], text: bytes.toString("latin1") }))
        })
      })
      const upload = GenesysSdk.use((sdk) =>
        sdk.api(({ ApiClient }) =>
          ApiClient.callApi(
            "/api/v2/uploads/{id}",
            "POST",
            { id: "a b" },
            {},
            {},
            Object({
              name: "notes",
              tags: ["a", "b"],
              raw: Buffer.from([1, 2, 255]),
              file: new File(["hello"], "hello.txt", { type: "text/plain" })
            }),
            null,
            ["PureCloud OAuth"],
            ["multipart/form-data"],
            ["application/json"]
          )
        )
      )
      const { text, type }: { readonly text: string; readonly type: string } = yield* over(url)(upload)
      assert.match(type, /^multipart\/form-data; ?boundary=/)
      const parts = text.split(/\r\n--|^--/).filter((part) => part.includes("\r\n\r\n"))
      assert.strictEqual(parts.length, 5)
      assert.include(parts[0], 'name="name"\r\n\r\nnotes')
      assert.include(parts[3], 'name="raw"')
      assert.include(parts[3], "\u0001\u0002\u00ff")
      assert.match(parts[4] ?? "", /name="file"; filename="hello.txt"\r\ncontent-type: text\/plain\r\n\r\nhello/i)
    })
  )

  it.live("a form with a stream in it is refused", () =>
    Effect.gen(function* () {
      const upload = GenesysSdk.use((sdk) =>
        sdk.api(({ ApiClient }) =>
          ApiClient.callApi(
            "/api/v2/uploads",
            "POST",
            {},
            {},
            {},
            Object({ file: [{ pipe: 1 }] }),
            null,
            [],
            ["multipart/form-data"],
            []
          )
        )
      )
      const error = yield* Effect.flip(over("http://127.0.0.1:9")(upload))
      assert.strictEqual(error._tag, "InvalidRequestError")
      assert.include(error.message, 'The part "file"')
    })
  )
})

describe("an answer", () => {
  const answered = (answer: () => Response) =>
    GenesysSdk.use((sdk) => sdk.UsersApi.getUsersMe()).pipe(
      Effect.provide(Stack.layerOver(Stack.recorder(answer).client))
    )
  const typed = (type: string, text: string) => () => new Response(text, { headers: { "content-type": type } })

  it.effect("that is no JSON is an UnavailableError", () =>
    Effect.gen(function* () {
      for (const answer of [
        typed("application/json", '{"id": '),
        typed("text/html", "<html>a proxy</html>"),
        typed("application/problem+json", "oops"),
        typed("text/plain", "<html>a proxy</html>"),
        typed("application/octet-stream", "<html>a proxy</html>"),
        typed("text/csv", "a,b\n1,2")
      ]) {
        const error = yield* Effect.flip(answered(answer))
        assert.deepInclude(error, { _tag: "UnavailableError", reason: "InvalidResponse", status: 200 })
        assert.include(error.message, "GET /api/v2/users/me")
      }
    })
  )

  it.effect("is JSON as values, and an empty one is undefined", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* answered(() => new Response(null, { status: 204 })))
      assert.deepEqual(yield* answered(typed("application/json", '{"id":"1"}')), Object({ id: "1" }))
    })
  )

  it.effect("is asked for in the type of the operation", () =>
    Effect.gen(function* () {
      const { client, requests } = Stack.recorder(typed("text/calendar", "BEGIN:VCALENDAR"))
      const sdk = yield* Effect.provide(GenesysSdk, Stack.layerOver(client))
      const calendar = sdk.call("WorkforceManagementApi", "getWorkforcemanagementCalendarDataIcs", ["1", {}])
      assert.strictEqual(yield* calendar, "BEGIN:VCALENDAR")
      assert.strictEqual(requests[0]?.headers["accept"], "text/calendar")
    })
  )
})
