/** The audit log of the simulated org: what is in it, and when; how it is asked for, and what is refused. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TestClock } from "effect/testing"
import { AuditResults, AuditStatus, RealtimeResults, ServiceMapping } from "../../src/api/AuditsApi.ts"
import { Simulator } from "../../src/Simulator.ts"
import { call, login } from "../support/Calls.ts"

const path = "/api/v2/audits/query"
const days = (from: string, to: string) => `1970-${from}T00:00:00Z/1970-${to}T00:00:00Z`

const query = Effect.fnUntraced(function* (token: string, body: unknown) {
  const answer = yield* call(token, "POST", path, body)
  assert.strictEqual(answer.status, 202, JSON.stringify(answer.body))
  return (yield* Schema.decodeUnknownEffect(AuditStatus)(answer.body)).id
})
const statusOf = Effect.fnUntraced(function* (token: string, id: string) {
  const { body } = yield* call(token, "GET", `${path}/${id}`)
  return (yield* Schema.decodeUnknownEffect(AuditStatus)(body)).state
})
const all = Effect.fnUntraced(function* (token: string, id: string, pageSize = 500) {
  const found = []
  let cursor: string | undefined
  do {
    const more = cursor === undefined ? "" : `&cursor=${cursor}`
    const { body } = yield* call(token, "GET", `${path}/${id}/results?pageSize=${pageSize}${more}`)
    const page = yield* Schema.decodeUnknownEffect(AuditResults)(body)
    assert.isAtMost(page.entities.length, pageSize)
    found.push(...page.entities)
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
})
const refusal = Effect.fnUntraced(function* (token: string, method: "GET" | "POST", to: string, body?: unknown) {
  const { body: said, status } = yield* call(token, method, to, body)
  const { message } = yield* Schema.decodeUnknownEffect(Schema.Struct({ message: Schema.String }))(said)
  return { status, message }
})

it.effect("is queued, runs and is there, one query at a time; its pages are what has happened", () =>
  Effect.gen(function* () {
    const { facts } = yield* Simulator
    yield* TestClock.setTime(Date.parse("1970-03-05T12:00:00Z"))
    const token = yield* login()
    const id = yield* query(token, { interval: days("03-02", "03-04") })
    assert.strictEqual(yield* statusOf(token, id), "Queued")
    assert.strictEqual((yield* refusal(token, "GET", `${path}/${id}/results`)).status, 409)
    assert.strictEqual((yield* refusal(token, "POST", path, { interval: days("03-01", "03-02") })).status, 409)
    yield* TestClock.adjust("2 seconds")
    assert.strictEqual(yield* statusOf(token, id), "Running")
    yield* TestClock.adjust("10 seconds")
    assert.strictEqual(yield* statusOf(token, id), "Succeeded")
    const found = yield* all(token, id, 7)
    const there = [...(yield* facts("audits", "1970-03-02")), ...(yield* facts("audits", "1970-03-03"))]
    assert.deepStrictEqual<unknown>(found.toReversed(), there)
    assert.strictEqual(new Set(found.map((audit) => audit.id)).size, found.length)
    assert.isAbove(found.length, 400)
    const other = yield* query(token, {
      interval: days("03-02", "03-03"),
      sort: [{ name: "Timestamp", sortOrder: "ascending" }]
    })
    yield* TestClock.adjust("1 minute")
    const dates = (yield* all(token, other)).map(({ eventDate }) => eventDate)
    assert.deepStrictEqual(dates, dates.toSorted())
    assert.strictEqual((yield* refusal(token, "GET", `${path}/${other}/results?cursor=none`)).status, 400)
    yield* TestClock.adjust("2 days")
    assert.strictEqual((yield* refusal(yield* login(), "GET", `${path}/${id}`)).status, 404)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("tells of what comes, goes and is renamed in the lists", () =>
  Effect.gen(function* () {
    const { facts, list } = yield* Simulator
    yield* TestClock.setTime(Date.parse("1970-03-01T00:00:00Z"))
    const before = yield* list("skills")
    yield* TestClock.adjust("7 days")
    const after = yield* list("skills")
    const told = (yield* Effect.forEach(
      Array.from({ length: 7 }, (_, day) => `1970-03-0${day + 1}`),
      (day) => facts("audits", day)
    )).flat()
    const ofSkills = (action: string) =>
      told.filter((audit) => audit["entityType"] === "Skill" && audit["action"] === action).map(({ entity }) => entity)
    const names = new Map(before.map(({ id, name }) => [id, name]))
    const come = after.filter(({ id }) => !names.has(id)).map(({ id, name }) => ({ id, name }))
    const renamed = after.filter(({ id, name }) => names.has(id) && names.get(id) !== name)
    const there = new Set(after.map(({ id }) => id))
    const gone = before.filter(({ id }) => !there.has(id)).map(({ id, name }) => ({ id, name }))
    const byId = (items: ReadonlyArray<unknown>) => items.map((item) => JSON.stringify(item)).toSorted()
    assert.isAbove(come.length, 0)
    assert.deepStrictEqual(byId(ofSkills("Create")), byId(come))
    assert.deepStrictEqual(byId(ofSkills("Delete")), byId(gone))
    assert.deepStrictEqual(byId(ofSkills("Update")), byId(renamed.map(({ id, name }) => ({ id, name }))))
  }).pipe(Effect.provide(Simulator.layerHttpClient({ auditDelay: 0 })))
)

it.effect("has entries some time after they happened, and filters them", () =>
  Effect.gen(function* () {
    const { facts } = yield* Simulator
    yield* TestClock.setTime(Date.parse("1970-03-02T00:00:10Z"))
    const early = yield* facts("audits", "1970-03-01")
    yield* TestClock.adjust("1 hour")
    const late = yield* facts("audits", "1970-03-01")
    assert.isAbove(late.length, early.length)
    const ids = (audits: typeof late) => audits.map((audit) => audit["id"])
    assert.includeMembers(ids(late), ids(early))
    const token = yield* login()
    const [one] = late
    const filters = [
      { property: "UserId", value: Object(one?.["user"]).id },
      { property: "Action", value: one?.["action"] }
    ]
    const id = yield* query(token, { interval: days("03-01", "03-02"), filters, serviceName: one?.["serviceName"] })
    yield* TestClock.adjust("1 minute")
    const found = yield* all(token, id)
    assert.include<unknown>(
      found.map((audit) => audit.id),
      one?.["id"]
    )
    for (const audit of found)
      assert.deepStrictEqual(
        [audit.user, audit.action, audit.serviceName],
        [one?.["user"], one?.["action"], one?.["serviceName"]]
      )
  }).pipe(Effect.provide(Simulator.layerHttpClient({ auditDelay: 3600, auditsPerHour: 100 })))
)

it.effect("refuses what is too long, too old or of no service", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.parse("1971-03-05T12:00:00Z"))
    const token = yield* login()
    const bad = [
      { interval: days("05-01", "06-02") },
      { interval: "1970-03-01T00:00:00Z/1970-03-02T00:00:00Z" },
      { interval: days("05-02", "05-01") },
      { interval: days("05-01", "05-02"), serviceName: "Rooting" },
      { interval: days("05-01", "05-02"), filters: [{ property: "Colour", value: "red" }] }
    ]
    for (const body of bad) assert.strictEqual((yield* refusal(token, "POST", path, body)).status, 400)
    const { body } = yield* call(token, "GET", `${path}/servicemapping`)
    const { services } = yield* Schema.decodeUnknownEffect(ServiceMapping)(body)
    assert.include(
      services.map(({ name }) => name),
      "Architect"
    )
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)

it.effect("answers at once of some services, and of 14 days", () =>
  Effect.gen(function* () {
    const { facts } = yield* Simulator
    yield* TestClock.setTime(Date.parse("1970-03-05T12:00:00Z"))
    const token = yield* login()
    const ask = (body: unknown) => call(token, "POST", `${path}/realtime`, body)
    const answer = yield* ask({ interval: days("03-02", "03-03"), serviceName: "Routing", pageSize: 5, pageNumber: 2 })
    const page = yield* Schema.decodeUnknownEffect(RealtimeResults)(answer.body)
    const there = (yield* facts("audits", "1970-03-02")).filter((audit) => audit["serviceName"] === "Routing")
    assert.strictEqual(page.total, there.length)
    assert.deepStrictEqual<unknown>(page.entities, there.toReversed().slice(5, 10))
    for (const body of [
      { interval: days("03-02", "03-03") },
      { interval: days("03-02", "03-03"), serviceName: "Quality" },
      { interval: days("02-01", "02-02"), serviceName: "Routing" }
    ])
      assert.strictEqual((yield* ask(body)).status, 400)
  }).pipe(Effect.provide(Simulator.layerHttpClient()))
)
