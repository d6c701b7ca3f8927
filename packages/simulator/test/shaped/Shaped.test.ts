/**
 * Operations that are only shaped: who may call them, what they refuse, and what stays the same from call to call.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as HttpMethod from "effect/http/HttpMethod"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { Simulator } from "../../src/Simulator.ts"
import type { SimulatorOptions } from "../../src/SimulatorOptions.ts"
import { call, login, send } from "../support/Calls.ts"

const on = (options: SimulatorOptions = {}) =>
  Simulator.layerHttpClient({ allOperations: true, mintLimit: "off", ...options })

const Failure = Schema.Struct({
  message: Schema.String,
  code: Schema.String,
  status: Schema.Int,
  contextId: Schema.String,
  details: Schema.Array(Schema.Struct({ errorCode: Schema.String, fieldName: Schema.String })),
  errors: Schema.Array(Schema.Json)
})
const failureOf = Schema.decodeUnknownEffect(Failure)

const Thing = Schema.StructWithRest(
  Schema.Struct({
    id: Schema.optionalKey(Schema.String),
    selfUri: Schema.optionalKey(Schema.String),
    dateCreated: Schema.optionalKey(Schema.String),
    dateModified: Schema.optionalKey(Schema.String)
  }),
  [Schema.Record(Schema.String, Schema.Json)]
)
const thingOf = Schema.decodeUnknownEffect(Thing)
const Listing = Schema.Struct({
  entities: Schema.Array(Thing),
  nextUri: Schema.optionalKey(Schema.String),
  previousUri: Schema.optionalKey(Schema.String),
  total: Schema.optionalKey(Schema.Int),
  pageCount: Schema.optionalKey(Schema.Int),
  pageNumber: Schema.optionalKey(Schema.Int),
  pageSize: Schema.optionalKey(Schema.Int)
})
const listingOf = Schema.decodeUnknownEffect(Listing)

/** A list by numbers of which each row can be asked for; one by the address of the next page; one by a cursor. */
const prompts = "/api/v2/architect/prompts"
const assistants = "/api/v2/assistants"
const sources = "/api/v2/externalcontacts/externalsources"

const ask = Effect.fnUntraced(function* (path: string, method: HttpMethod.HttpMethod = "GET", body?: unknown) {
  return yield* call(yield* login(), method, path, body)
})

const good = Effect.fnUntraced(function* (path: string, method: HttpMethod.HttpMethod = "GET", body?: unknown) {
  const answer = yield* ask(path, method, body)
  assert.strictEqual(answer.status, 200, JSON.stringify(answer.body))
  assert.strictEqual(answer.headers["x-simulator"], "shaped")
  return answer.body
})

/** The field that a 400 names. */
const refused = Effect.fnUntraced(function* (path: string, method: HttpMethod.HttpMethod = "GET", body?: unknown) {
  const answer = yield* ask(path, method, body)
  assert.strictEqual(answer.status, 400, path)
  assert.strictEqual(answer.headers["x-simulator"], "shaped")
  const failure = yield* failureOf(answer.body)
  assert.deepInclude(failure, { code: "bad.request", status: 400, errors: [] })
  assert.strictEqual(failure.contextId, answer.headers["inin-correlation-id"])
  return failure.details[0]?.fieldName
})

describe("without all operations", () => {
  it.effect("what is not imitated is not there", () =>
    Effect.gen(function* () {
      for (const path of [prompts, assistants]) {
        const { headers, status } = yield* ask(path)
        assert.strictEqual(status, 404)
        assert.isUndefined(headers["x-simulator"])
      }
      const { operations } = yield* Simulator
      const { imitated, sdk, shaped } = yield* operations
      assert.isAbove(imitated.length, 40)
      assert.deepStrictEqual([sdk, shaped], [undefined, []])
    }).pipe(Effect.provide(Simulator.layerHttpClient()))
  )
})

describe("who may call", () => {
  it.effect("needs a token, and a path that there is", () =>
    Effect.gen(function* () {
      const none = yield* call(undefined, "GET", prompts)
      assert.deepStrictEqual([none.status, (yield* failureOf(none.body)).code], [401, "authentication.required"])
      const dead = yield* call("dead", "GET", prompts)
      assert.deepStrictEqual([dead.status, (yield* failureOf(dead.body)).code], [401, "bad.credentials"])
      for (const [method, path] of [
        ["GET", `${prompts}/`],
        ["GET", "/api/v2/architect/prompt"],
        ["GET", "/api/v2/ARCHITECT/prompts"],
        ["PUT", prompts],
        ["GET", "/api/v3/architect/prompts"]
      ] as const) {
        const { headers, status } = yield* ask(path, method)
        assert.strictEqual(status, 404, path)
        assert.isUndefined(headers["x-simulator"])
      }
      assert.strictEqual((yield* ask(`${prompts}/%E0%A4%A`)).status, 400)
    }).pipe(Effect.provide(on()))
  )

  it.effect("needs the permissions of the operation, before its body is looked at", () =>
    Effect.gen(function* () {
      const { clientId, updateClient } = yield* Simulator
      const token = yield* login()
      const create = call(token, "POST", prompts, {})
      const lacks = yield* create
      assert.strictEqual(lacks.status, 403)
      const { code, message } = yield* failureOf(lacks.body)
      assert.include(["missing.permissions", "missing.any.permissions"], code)
      assert.include(message, "architect:userPrompt:add")
      yield* updateClient(clientId, { permissions: ["architect:userPrompt:add"] })
      assert.strictEqual((yield* create).status, 400)
      assert.strictEqual((yield* call(token, "GET", prompts)).status, 403)
    }).pipe(Effect.provide(on({ clients: [{ id: "some", secret: Redacted.make("secret"), permissions: [] }] })))
  )

  it.effect("counts for the limit and the journal, and has the faults that all others have", () =>
    Effect.gen(function* () {
      const { addFault, clearFaults, journal } = yield* Simulator
      const token = yield* login()
      const first = yield* call(token, "GET", prompts)
      assert.strictEqual(first.headers["inin-ratelimit-count"], "1")
      assert.strictEqual((yield* call(token, "GET", prompts)).status, 200)
      const third = yield* call(token, "GET", prompts)
      assert.strictEqual(third.status, 429)
      assert.strictEqual(third.headers["retry-after"], "60")
      yield* TestClock.adjust("1 minute")
      yield* addFault({ path: prompts, status: 503 })
      assert.strictEqual((yield* call(token, "GET", prompts)).status, 503)
      yield* clearFaults
      assert.strictEqual((yield* call(token, "GET", prompts)).status, 200)
      const { answers, apiRequests } = yield* journal
      assert.strictEqual(apiRequests, 5)
      assert.deepInclude(answers, { "429": 1, "503": 1 })
    }).pipe(Effect.provide(on({ rateLimit: { limit: 2 } })))
  )
})

describe("what is refused", () => {
  it.effect("a body that is no such model, by the field that is wrong", () =>
    Effect.gen(function* () {
      const jobs = "/api/v2/analytics/agentcopilots/aggregates/query"
      const query = { interval: "2026-01-01/2026-01-02", metrics: ["oSuggestionEngagement"] }
      assert.strictEqual(yield* refused(prompts, "POST", {}), "name")
      assert.strictEqual(yield* refused(prompts, "POST", { name: 7 }), "name")
      assert.strictEqual(yield* refused(prompts, "POST", { name: null }), "name")
      assert.strictEqual(yield* refused(prompts, "POST", []), "body")
      assert.strictEqual(yield* refused(prompts, "POST"), "body")
      assert.strictEqual(yield* refused(jobs, "POST", { ...query, metrics: "tAcd" }), "metrics")
      assert.strictEqual(yield* refused(jobs, "POST", { ...query, metrics: ["tAcd", 1] }), "metrics[1]")
      const filter = { type: "and", clauses: [{ type: "or" }] }
      assert.strictEqual(yield* refused(jobs, "POST", { ...query, filter }), "filter.clauses[0].predicates")
      yield* good(jobs, "POST", query)
    }).pipe(Effect.provide(on()))
  )

  it.effect("what is no JSON, says that it is something else, or is deeper than anything is", () =>
    Effect.gen(function* () {
      const { url } = yield* Simulator
      const post = Effect.fnUntraced(function* (path: string, text: string, contentType = "application/json") {
        const request = HttpClientRequest.post(url + path).pipe(HttpClientRequest.bodyText(text, contentType))
        return yield* send(HttpClientRequest.bearerToken(request, yield* login()))
      })
      assert.strictEqual((yield* post(prompts, "{")).status, 400)
      assert.strictEqual((yield* post(prompts, '{"name":"a"}', "text/plain")).status, 415)
      assert.strictEqual((yield* post(prompts, '{"name":"a"}', "application/json; charset=utf-8")).status, 200)
      assert.strictEqual((yield* post(prompts, '{"__proto__":{"name":"a"}}')).status, 400)
      // Annotations have annotations.
      const annotations = "/api/v2/conversations/c-1/recordings/r-1/annotations"
      const nested = (depth: number) => `${'{"annotations":['.repeat(depth)}{"name":"a"}${"]}".repeat(depth)}`
      assert.strictEqual((yield* post(annotations, nested(40))).status, 200)
      const { body, status } = yield* post(annotations, nested(50_000))
      assert.strictEqual(status, 400)
      assert.include((yield* failureOf(body)).message, "Expected less depth")
      // Nobody looks into what the model does not know.
      assert.strictEqual(
        (yield* post(prompts, `{"name":"a","more":${"[".repeat(50_000)}${"]".repeat(50_000)}}`)).status,
        200
      )
    }).pipe(Effect.provide(on()))
  )

  it.effect("parameters that are missing or are no numbers; others are left alone", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* refused("/api/v2/routing/sms/availablephonenumbers?phoneNumberType=local"),
        "countryCode"
      )
      assert.strictEqual(yield* refused(`${prompts}?pageSize=many`), "pageSize")
      assert.strictEqual(yield* refused(`${prompts}?pageNumber=0`), "pageNumber")
      assert.strictEqual(yield* refused(`${prompts}?pageSize=1.5`), "pageSize")
      assert.strictEqual(yield* refused(`${assistants}?after=nonsense`), "after")
      yield* good(`${prompts}?nonsense=1`)
    }).pipe(Effect.provide(on()))
  )
})

describe("what is answered", () => {
  it.effect("has the id that was asked for, and the ids of the path", () =>
    Effect.gen(function* () {
      const id = "a b/ü"
      const prompt = yield* thingOf(yield* good(`${prompts}/${encodeURIComponent(id)}`))
      assert.deepInclude(prompt, { id, selfUri: `${prompts}/${encodeURIComponent(id)}` })
      const absence = yield* thingOf(yield* good("/api/v2/users/u-1/outofoffice"))
      assert.nestedPropertyVal(absence, "user.id", "u-1")
      assert.nestedPropertyVal(absence, "user.selfUri", "/api/v2/users/u-1")
    }).pipe(Effect.provide(on()))
  )

  it.effect("is the same for a seed, and another for another one", () =>
    Effect.gen(function* () {
      const answers = (seed: number) =>
        good(`${prompts}?pageSize=5`).pipe(Effect.provide(on({ seed }), { local: true }))
      assert.deepStrictEqual(yield* answers(1), yield* answers(1))
      assert.notDeepEqual(yield* answers(1), yield* answers(2))
    })
  )

  it.effect("is the same in a list and by its id", () =>
    Effect.gen(function* () {
      const { entities } = yield* listingOf(yield* good(prompts))
      for (const row of entities.slice(0, 3)) assert.deepStrictEqual(yield* good(row.selfUri ?? ""), row)
    }).pipe(Effect.provide(on()))
  )

  it.effect("has values of the enumeration, and dates by the clock of the simulator", () =>
    Effect.gen(function* () {
      const { advanceClock, now } = yield* Simulator
      const { entities } = yield* listingOf(yield* good("/api/v2/outbound/messagingcampaigns"))
      for (const { callableTimeSet, campaignStatus, dateCreated, dateModified } of entities) {
        assert.isObject(callableTimeSet)
        assert.include(
          ["on", "stopping", "off", "complete", "invalid", "forced_off", "forced_stopping"],
          campaignStatus
        )
        const [made, changed] = [dateCreated, dateModified].map((date) => Date.parse(date ?? ""))
        assert.match(dateCreated ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        assert.isTrue(made! <= changed! && changed! <= (yield* now))
      }
      yield* advanceClock(400 * 24 * 3600)
      const later = yield* listingOf(yield* good("/api/v2/outbound/messagingcampaigns"))
      assert.isAbove(Date.parse(later.entities[0]?.dateCreated ?? ""), Date.parse(entities[0]?.dateCreated ?? ""))
    }).pipe(Effect.provide(on()))
  )

  it.effect("is what was sent, in form: nothing is kept of it", () =>
    Effect.gen(function* () {
      const made = yield* thingOf(yield* good(prompts, "POST", { name: "Greeting", description: "Says hello." }))
      assert.deepInclude(made, { name: "Greeting", description: "Says hello." })
      const kept = yield* thingOf(yield* good(`${prompts}/${made.id}`))
      assert.notStrictEqual(kept["name"], "Greeting")
      const put = yield* thingOf(yield* good(`${prompts}/p-1`, "PUT", { id: "other", name: "Other" }))
      assert.deepInclude(put, { id: "p-1", name: "Other" })
      const deleted = yield* ask(`${prompts}/p-1`, "DELETE")
      assert.deepStrictEqual([deleted.status, deleted.body, deleted.headers["x-simulator"]], [204, "", "shaped"])
      yield* good(`${prompts}/p-1`)
    }).pipe(Effect.provide(on()))
  )

  it.effect("to HEAD has no body", () =>
    Effect.gen(function* () {
      const { body, headers, status } = yield* ask(prompts, "HEAD")
      assert.deepStrictEqual([status, body, headers["x-simulator"]], [200, "", "shaped"])
    }).pipe(Effect.provide(on()))
  )

  it.effect("is that of the nearer path: a word before an id", () =>
    Effect.gen(function* () {
      const mine = yield* listingOf(yield* good("/api/v2/routing/queues/me"))
      assert.isAbove(mine.entities.length, 0)
      for (const path of ["/api/v2/routing/queues", "/api/v2/users?pageSize=1", "/api/v2/users/me"]) {
        assert.isUndefined((yield* ask(path)).headers["x-simulator"], path)
      }
    }).pipe(Effect.provide(on()))
  )
})

/** Every page, by the address of the next. */
const follow = Effect.fnUntraced(function* (first: string) {
  const pages: Array<typeof Listing.Type> = []
  for (let uri: string | undefined = first; uri !== undefined; uri = pages.at(-1)?.nextUri) {
    pages.push(yield* listingOf(yield* good(uri)))
    assert.isBelow(pages.length, 100)
  }
  const ids = pages.flatMap(({ entities }) => entities.map(({ id }) => id))
  assert.lengthOf(new Set(ids), ids.length)
  return { pages, ids }
})

describe("a list", () => {
  it.effect("by numbers has an end, and nothing beyond it", () =>
    Effect.gen(function* () {
      const { ids, pages } = yield* follow(`${prompts}?pageSize=7`)
      assert.isAbove(pages.length, 3)
      for (const [index, page] of pages.entries()) {
        assert.deepInclude(page, { total: ids.length, pageSize: 7, pageNumber: index + 1, pageCount: pages.length })
        assert.strictEqual(page.previousUri === undefined, index === 0)
      }
      const beyond = yield* listingOf(yield* good(`${prompts}?pageSize=7&pageNumber=${pages.length + 1}`))
      assert.deepStrictEqual([beyond.entities, beyond.nextUri], [[], undefined])
      assert.deepStrictEqual((yield* follow(prompts)).ids, ids)
    }).pipe(Effect.provide(on()))
  )

  it.effect("by the address of the next page has an end", () =>
    Effect.gen(function* () {
      const { ids, pages } = yield* follow(`${assistants}?pageSize=10`)
      assert.isAbove(pages.length, 2)
      assert.deepStrictEqual((yield* follow(`${assistants}?pageSize=11`)).ids, ids)
    }).pipe(Effect.provide(on()))
  )

  it.effect("by a cursor has an end", () =>
    Effect.gen(function* () {
      const Page = Schema.Struct({
        entities: Schema.Array(Thing),
        cursors: Schema.Struct({ after: Schema.optionalKey(Schema.String) })
      })
      const ids: Array<unknown> = []
      let cursor: string | undefined = ""
      for (let count = 0; cursor !== undefined; count++) {
        assert.isBelow(count, 100)
        const body: unknown = yield* good(`${sources}?limit=10&cursor=${cursor}`)
        const page: typeof Page.Type = yield* Schema.decodeUnknownEffect(Page)(body)
        ids.push(...page.entities.map(({ id }) => id))
        cursor = page.cursors.after
      }
      assert.isAbove(ids.length, 20)
      assert.lengthOf(new Set(ids), ids.length)
    }).pipe(Effect.provide(on()))
  )

  it.effect("of things that were asked for by their ids has these", () =>
    Effect.gen(function* () {
      for (const query of ["id=f-1&id=f-2&id=f-1", "id=f-1,f-2"]) {
        const { entities, total } = yield* listingOf(yield* good(`/api/v2/flows/divisionviews?${query}`))
        const ids = entities.map(({ id }) => id)
        assert.deepStrictEqual([ids, total], [["f-1", "f-2"], 2])
      }
    }).pipe(Effect.provide(on()))
  )
})
