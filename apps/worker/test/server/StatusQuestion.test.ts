/** A worker that is asked how it is, and others that answer in its place. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import * as StatusQuestion from "../../src/server/StatusQuestion.ts"

const answering = (listener: RequestListener) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly place: URL; readonly close: () => void }>((resume) => {
      const server = createServer(listener).listen(0, "127.0.0.1", () => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens to a port
        const { port } = server.address() as AddressInfo
        resume(Effect.succeed({ place: new URL(`http://127.0.0.1:${port}`), close: () => server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

const empty = { version: "9", startedAt: "", at: "", state: "running", unready: [], orgs: [], jobs: [] }

const told = (text: string, status = 200) =>
  Effect.gen(function* () {
    const asked: Array<string | undefined> = []
    const { place } = yield* answering((request, response) => {
      asked.push(request.url)
      response.writeHead(status, { connection: "close" }).end(text)
    })
    const found = yield* Effect.result(StatusQuestion.ask(place))
    // After a 421, `fetch` asks once more.
    assert.deepStrictEqual([...new Set(asked)], ["/status"])
    return found
  }).pipe(Effect.scoped)

describe("asks a worker", () => {
  it.live("and takes what it tells, what it does not know included", () =>
    Effect.gen(function* () {
      const text = JSON.stringify({ ...empty, more: 1 })
      const found = yield* told(text)
      assert.deepInclude(found, { _tag: "Success" })
      if (found._tag === "Success") assert.deepStrictEqual(found.success, { status: { ...empty }, text })
    })
  )

  for (const [name, text, status] of [
    ["no JSON", "hello", 200],
    ["other JSON", "[]", 200],
    ["a part that is none of a worker's", JSON.stringify({ ...empty, jobs: [{ name: 1 }] }), 200],
    ["an error", JSON.stringify(empty), 500]
  ] as const) {
    it.live(`and does not take ${name} for it`, () =>
      Effect.gen(function* () {
        const found = yield* told(text, status)
        assert.strictEqual(found._tag, "Failure")
        if (found._tag !== "Failure") return
        assert.match(found.failure.message, /^What answers at http:\/\/127\.0\.0\.1:\d+ is no worker of this version/)
      })
    )
  }

  it.live("and says what one says that does not know its name", () =>
    Effect.gen(function* () {
      const found = yield* told("Ask it by its address.\n", 421)
      assert.strictEqual(found._tag === "Failure" && found.failure.message, "Ask it by its address.")
    })
  )

  it.live("and follows nobody elsewhere", () =>
    Effect.gen(function* () {
      let followed = 0
      const other = yield* answering((_, response) => {
        followed++
        response.end(JSON.stringify(empty))
      })
      const { place } = yield* answering((_, response) =>
        response.writeHead(302, { location: new URL("/status", other.place).href, connection: "close" }).end()
      )
      const { message } = yield* Effect.flip(StatusQuestion.ask(place))
      assert.match(message, /^No worker answers at/)
      assert.strictEqual(followed, 0)
    }).pipe(Effect.scoped)
  )
})

it("knows where a worker of some settings answers", () => {
  const href = (http: Parameters<typeof StatusQuestion.placeOf>[0]) => StatusQuestion.placeOf(http).href
  assert.strictEqual(href({ port: 1 }), "http://127.0.0.1:1/")
  assert.strictEqual(href({ port: 1, host: "0.0.0.0" }), "http://127.0.0.1:1/")
  assert.strictEqual(href({ port: 1, host: "::" }), "http://[::1]:1/")
  assert.strictEqual(href({ port: 1, host: "worker" }), "http://worker:1/")
})

it("takes an address, and nothing that is more or less", () => {
  assert.strictEqual(StatusQuestion.placeIn("http://worker:9464")?.href, "http://worker:9464/")
  for (const text of ["worker:9464", "ftp://a", "http://a/b", "http://u:p@a", "http://a?b", "http://a#b", ""]) {
    assert.isUndefined(StatusQuestion.placeIn(text), text)
  }
})
