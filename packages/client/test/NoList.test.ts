/** An answer of status 200 that is no list, where a list was asked for: it never counts as one that is empty. */
import { Environment } from "@effect-genesys/auth/Environment"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { ConversationDetails } from "../src/ConversationDetails.ts"
import { GenesysClient } from "../src/GenesysClient.ts"
import * as Pagination from "../src/Pagination.ts"
import { Routing } from "../src/Routing.ts"
import { Users } from "../src/Users.ts"
import * as Scripted from "./ScriptedApi.ts"

const services = Layer.mergeAll(Users.layer, Routing.layer, ConversationDetails.layer)
type Needs = GenesysClient | Environment | Users | Routing | ConversationDetails

const answered = Effect.fnUntraced(function* <A, E>(
  call: Effect.Effect<A, E, Needs>,
  ...pages: ReadonlyArray<() => Response>
) {
  const { client, seen } = yield* Scripted.make(pages)
  const provided = Layer.provideMerge(services, Layer.succeed(GenesysClient, client))
  const run = Effect.provide(call, Layer.merge(provided, Environment.layer()))
  const fiber = yield* Effect.forkChild(Effect.result(run), { startImmediately: true })
  while (fiber.pollUnsafe() === undefined) {
    yield* Effect.callback<void>((resume) => void setTimeout(() => resume(Effect.void), 0))
    if (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 second")
  }
  return { result: yield* Fiber.join(fiber), asked: seen.requests.length }
})

const json = (body: unknown) => () => Response.json(body)
const html = (body: string, status = 200) => {
  const headers = { "content-type": "text/html" }
  return () => new Response(status === 204 ? null : body, { status, headers })
}

const nothings = {
  "an empty page": html(""),
  "a 204": html("", 204),
  "an empty object": json({}),
  null: json(null),
  "a note of a gateway": json({ status: "ok", maintenance: true }),
  "rows that are null": json({ entities: null, results: null, conversations: null })
}

const interval = "2026-01-01T00:00:00.000Z/2026-01-02T00:00:00.000Z"
const query = [{ type: "EXACT" as const, fields: ["email"], value: "a@b.de" }]
const all = <A, E, R>(stream: Stream.Stream<A, E, R>) => Stream.runCollect(stream)

const lists: Record<string, Effect.Effect<unknown, unknown, Needs>> = {
  "Users.list": Users.use((users) => users.list()),
  "Users.listAllRaw": Users.use((users) => all(users.listAllRaw())),
  "Users.listAllRaw, deleted ones too": Users.use((users) => all(users.listAllRaw({ state: "any" }))),
  "Users.search": Users.use((users) => users.search({ query })),
  "Users.searchAll": Users.use((users) => all(users.searchAll({ query }))),
  "Users.findByEmail": Users.use((users) => users.findByEmail("a@b.de")),
  "Routing.queues": Routing.use((routing) => routing.queues()),
  "Routing.allQueues": Routing.use((routing) => all(routing.allQueues())),
  "ConversationDetails.query": ConversationDetails.use((details) => details.query({ interval })),
  "ConversationDetails.queryAllRaw": ConversationDetails.use((details) => all(details.queryAllRaw({ interval }))),
  "ConversationDetails.resultsRaw": ConversationDetails.use((details) => all(details.resultsRaw("job"))),
  "Pagination.follow, of users": all(Pagination.follow(HttpClientRequest.get("/api/v2/users"))),
  "Pagination.follow, of a page": all(Pagination.follow(HttpClientRequest.get("/api/v2/groups?pageSize=9"))),
  "Pagination.cursor": all(
    Pagination.cursor(HttpClientRequest.get("/api/v2/scan?pageSize=9"), Schema.Struct({ id: Schema.String }))
  )
}

describe.each(Object.entries(lists))("%s", (_, call) => {
  it.effect.each(Object.entries(nothings))("is not answered with %s", ([, answer]) =>
    Effect.gen(function* () {
      const { asked, result } = yield* answered(call, answer)
      assert.include(result, { _tag: "Failure" })
      const error = result._tag === "Failure" ? result.failure : undefined
      assert.include(error, { _tag: "UnavailableError", reason: "InvalidResponse" })
      // As often as a page of HTML is asked for again.
      assert.strictEqual(asked, 4)
    })
  )
})

describe("a page that is empty", () => {
  const rows = (call: Effect.Effect<ReadonlyArray<unknown>, unknown, Needs>, ...pages: ReadonlyArray<unknown>) =>
    Effect.map(answered(call, ...pages.map(json)), ({ result }) =>
      result._tag === "Success" ? result.success.length : String(result.failure)
    )
  const users = Users.use((service) => all(service.listAllRaw({ pageSize: 2 })))
  const found = Users.use((service) => all(service.searchAll({ query })))
  const queried = ConversationDetails.use((details) =>
    all(details.queryAllRaw({ interval, pageSize: 1, lookAhead: 0 }))
  )
  const results = ConversationDetails.use((details) => all(details.resultsRaw("job", { lookAhead: 0 })))
  const conversations = [{ conversationId: "a" }]

  for (const [name, call, pages, count] of [
    ["says so", users, [{ entities: [], total: 0 }], 0],
    ["has a total of 0, and no rows", users, [{ total: 0, pageCount: 0 }], 0],
    ["is that of a search that finds nothing", found, [{ total: 0, pageCount: 0, pageSize: 25, pageNumber: 1 }], 0],
    ["is that of a query that finds nothing", queried, [{ totalHits: 0 }], 0],
    ["lies past the last one of a query", queried, [{ conversations, totalHits: 1 }, { totalHits: 1 }], 1],
    ["lies there, whose total was too high", queried, [{ conversations, totalHits: 9 }, { totalHits: 9 }], 1],
    ["lies there, and says nothing", queried, [{ conversations, totalHits: 1 }, {}], 1],
    ["is all that a job has", results, [{ dataAvailabilityDate: "2026-01-01T00:00:00.000Z" }], 0],
    ["names the next one", results, [{ cursor: "a" }, { conversations }], 1]
  ] as const) {
    it.effect(`${name} is one`, () => Effect.map(rows(call, ...pages), (came) => assert.strictEqual(came, count)))
  }

  for (const [name, call, pages] of [
    ["of users", users, [{ entities: [{ id: "a" }, { id: "b" }], total: 9 }, { maintenance: true }]],
    ["of a query", queried, [{ conversations, totalHits: 9 }, { maintenance: true }]],
    ["of a query that has more", queried, [{ conversations, totalHits: 9 }, {}]],
    ["of a query without a total", queried, [{ conversations }, { maintenance: true }]],
    ["of results", results, [{ conversations, cursor: "a" }, {}]],
    [
      "of any list",
      all(Pagination.follow(HttpClientRequest.get("/api/v2/groups"), { lookAhead: 0 })),
      [{ entities: [{ id: "a" }], nextUri: "/api/v2/groups?pageNumber=2" }, { maintenance: true }]
    ]
  ] as const) {
    it.effect(`later, ${name}, is none without a word of it`, () =>
      Effect.map(rows(call, ...pages), (came) =>
        assert.match(String(came), /was answered with JSON of an unknown shape/)
      )
    )
  }
})

describe("an empty answer of status 200", () => {
  const named = () => new Response("", { headers: { "inin-correlation-id": "the-correlation" } })
  const get = HttpClientRequest.get("/api/v2/things")

  for (const [name, call] of Object.entries({
    text: GenesysClient.use((client) => client.text(get)),
    bytes: GenesysClient.use((client) => client.bytes(get)),
    stream: GenesysClient.use((client) => Effect.flatMap(client.stream(get), (response) => response.text)),
    json: GenesysClient.use((client) => client.json(get, Schema.Unknown))
  })) {
    it.effect(`is none to a GET, unless Genesys names itself: ${name}`, () =>
      Effect.gen(function* () {
        const { asked, result } = yield* answered(call, html(""))
        // Whoever reads a stream does so outside of the attempts.
        assert.deepStrictEqual([result._tag, asked], ["Failure", name === "stream" ? 1 : 4])
        assert.strictEqual((yield* answered(call, named)).result._tag, "Success")
        assert.strictEqual((yield* answered(call, html("", 204))).result._tag, "Success")
      })
    )
  }

  it.effect("is none to a GET of an HttpClient, either", () =>
    Effect.gen(function* () {
      const read = GenesysClient.use(({ http }) => Effect.flatMap(http.get("/api/v2/things"), ({ json: body }) => body))
      assert.strictEqual((yield* answered(read, html(""))).result._tag, "Failure")
      assert.strictEqual((yield* answered(read, named)).result._tag, "Success")
      const typed = GenesysClient.use(({ http }) =>
        Effect.flatMap(http.post("/api/v2/things"), HttpClientResponse.schemaBodyJson(Schema.Null))
      )
      assert.strictEqual((yield* answered(typed, html(""))).result._tag, "Success")
    })
  )
})
