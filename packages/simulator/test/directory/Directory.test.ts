/**
 * Users and queues by list and by id, the org, the usage, and the page of what is served.
 */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { ExpandedUser, Organization, Queue, QueueListing, UserListing } from "../../src/api/DirectoryApi.ts"
import { UsageExecution, UsageResult } from "../../src/api/UsageApi.ts"
import { Simulator } from "../../src/Simulator.ts"
import { call, login } from "../support/Calls.ts"

const get = Effect.fnUntraced(function* <A, I>(schema: Schema.Codec<A, I>, token: string, path: string) {
  const answer = yield* call(token, "GET", path)
  assert.strictEqual(answer.status, 200, JSON.stringify(answer.body))
  return yield* Schema.decodeUnknownEffect(schema)(answer.body)
})

it.effect("lists users page by page, by the addresses that it gives", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const seen = new Set<string>()
    let uri: string | undefined = "/api/v2/users?pageSize=30&state=any"
    let pages = 0
    let last = ""
    while (uri !== undefined) {
      const page: typeof UserListing.Type = yield* get(UserListing, token, uri)
      for (const user of page.entities) seen.add(user.id)
      assert.include(page, { total: 80, pageCount: 3, pageSize: 30, pageNumber: ++pages })
      assert.strictEqual(page.previousUri === undefined, pages === 1)
      last = page.lastUri
      uri = page.nextUri
    }
    assert.strictEqual(seen.size, 80)
    assert.strictEqual((yield* get(UserListing, token, last)).entities.length, 20)
    const active = yield* get(UserListing, token, "/api/v2/users")
    assert.isBelow(active.total, 80)
    assert.strictEqual(active.entities.length, 25)
    assert.strictEqual(active.firstUri, "/api/v2/users?pageSize=25&pageNumber=1")
    const beyond = yield* get(UserListing, token, "/api/v2/users?pageNumber=9")
    assert.deepStrictEqual(beyond.entities, [])
  }).pipe(Effect.provide(Simulator.layerHttpClient({ users: 80 })))
)

it.effect("refuses pages of users that lie too far on, but not of active ones", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const page = (state: string, pageNumber: number) =>
      call(token, "GET", `/api/v2/users?pageSize=20&pageNumber=${pageNumber}&state=${state}`)
    for (const state of ["inactive", "deleted", "any"]) {
      assert.strictEqual((yield* page(state, 2)).status, 200)
      const refused = yield* page(state, 3)
      assert.strictEqual(refused.status, 400)
      assert.include(refused.body, { message: "Pagination may not exceed 40 results." })
    }
    assert.strictEqual((yield* page("active", 3)).status, 200)
  }).pipe(Effect.provide(Simulator.layerHttpClient({ users: 80, userListLimit: 40 })))
)

it.effect("gives a user by id, with presence and routing status on demand", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const { entities } = yield* get(UserListing, token, "/api/v2/users?expand=presence,routingStatus")
    const [first] = entities
    assert.isDefined(first?.presence)
    const user = yield* get(ExpandedUser, token, `/api/v2/users/${first.id}?expand=presence&expand=routingStatus`)
    assert.deepStrictEqual(user, first)
    assert.notProperty(yield* get(ExpandedUser, token, `/api/v2/users/${first.id}`), "presence")
    const picked = yield* get(UserListing, token, `/api/v2/users?id=${entities[3]!.id},${entities[1]!.id}`)
    assert.deepStrictEqual(
      picked.entities.map(({ id }) => id),
      [entities[3]!.id, entities[1]!.id]
    )
    assert.include((yield* call(token, "GET", "/api/v2/users/nobody")).body, { status: 404, code: "not.found" })
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("names the parameter that is wrong", () =>
  Effect.gen(function* () {
    const token = yield* login()
    for (const [query, field] of [
      ["pageSize=501", "pageSize"],
      ["pageNumber=0", "pageNumber"],
      ["state=gone", "state"],
      ["expand=shoeSize", "expand"]
    ] as const) {
      const { body, status } = yield* call(token, "GET", `/api/v2/users?${query}`)
      assert.strictEqual(status, 400)
      assert.nestedInclude(body, { "details[0].fieldName": field })
    }
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("lists queues, and tells of the org", () =>
  Effect.gen(function* () {
    const token = yield* login()
    const { entities } = yield* get(QueueListing, token, "/api/v2/routing/queues")
    assert.deepStrictEqual(
      entities.map(({ name }) => name),
      ["Billing", "Retention", "Sales", "Support"]
    )
    const page = yield* get(QueueListing, token, "/api/v2/routing/queues?pageSize=3&pageNumber=2&sortOrder=desc")
    assert.deepInclude(page, { entities: [entities[0]!], total: 4, pageCount: 2 })
    const sales = yield* get(QueueListing, token, "/api/v2/routing/queues?name=*ALE*")
    assert.deepStrictEqual(sales.entities, [entities[2]!])
    assert.deepStrictEqual(yield* get(Queue, token, entities[1]!.selfUri), entities[1])
    assert.strictEqual((yield* call(token, "GET", "/api/v2/routing/queues/none")).status, 404)
    assert.include(yield* get(Organization, token, "/api/v2/organizations/me"), { name: "Your Company" })
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("counts its use by client, endpoint and day", () =>
  Effect.gen(function* () {
    const { clientId } = yield* Simulator
    const token = yield* login()
    yield* get(QueueListing, token, "/api/v2/routing/queues")
    const { entities } = yield* get(UserListing, token, "/api/v2/users?pageSize=2")
    for (const { id } of entities) yield* get(ExpandedUser, token, `/api/v2/users/${id}`)
    yield* call(token, "GET", "/api/v2/users/nobody")
    yield* TestClock.adjust("1 day")
    const body = {
      interval: "1970-01-01/1970-01-02",
      granularity: "Day",
      groupBy: ["OAuthClientId", "TemplateUri"],
      metrics: ["Status200", "Requests"]
    }
    const again = yield* login()
    const answer = yield* call(again, "POST", "/api/v2/usage/query", body)
    const { resultsUri } = yield* Schema.decodeUnknownEffect(UsageExecution)(answer.body)
    assert.deepStrictEqual(yield* get(UsageResult, again, resultsUri), { queryStatus: "Running" })
    yield* TestClock.adjust("1 second")
    const { queryStatus, results = [] } = yield* get(UsageResult, again, resultsUri)
    assert.strictEqual(queryStatus, "Complete")
    const client = { clientId, clientName: "Simulated client", date: "1970-01-01T00:00:00.000Z" }
    assert.deepInclude<unknown>(results, { ...client, templateUri: "/api/v2/users/{id}", status200: 2, requests: 2 })
    assert.deepInclude<unknown>(results, { ...client, templateUri: "/api/v2/users/nobody", status200: 0, requests: 1 })
    assert.strictEqual((yield* call(again, "GET", "/api/v2/usage/query/none/results")).status, 404)
    const bad = yield* call(again, "POST", "/api/v2/usage/query", { interval: "soon" })
    assert.nestedInclude(bad.body, { "details[0].fieldName": "interval" })
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("has a page of what it serves that loads nothing from elsewhere", () =>
  Effect.gen(function* () {
    const spec = yield* call(undefined, "GET", "/openapi.json")
    assert.nestedProperty(spec.body, "paths./api/v2/users.get.responses.429")
    const docs = yield* call(undefined, "GET", "/docs")
    assert.match(docs.headers["content-type"] ?? "", /^text\/html/)
    const html = String(docs.body)
    assert.include(html, "<code>POST /_control/clock</code>")
    assert.notMatch(html, /<script|https?:/)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)
