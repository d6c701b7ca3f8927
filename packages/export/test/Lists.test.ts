/** The lists that have a kind of their own: what each of them says, and what is exported of a simulated org as time goes by. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import * as Layout from "../src/Layout.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as MemorySink from "./MemorySink.ts"
import { checkColumns, fieldsOf, modelOf } from "./Models.ts"
import * as World from "./World.ts"

describe("each list", () => {
  it.effect("is what the official SDK says of its operation, column by column", () =>
    Effect.gen(function* () {
      const catalogue = yield* Catalogue
      for (const name of Kinds.listNames) {
        const { given, layout } = Kinds.lists[name]
        for (const one of [given, ...(given.within === undefined ? [] : [given.within])]) {
          const [operation] = yield* catalogue.find(one.operation)
          assert.strictEqual(operation?.path.replace(/\{\w+\}/, "{id}"), one.path)
          assert.strictEqual(operation?.method, "GET")
          const sent = operation?.parameters.map(({ sentAs }) => sentAs) ?? []
          const page = one.paging.by === "none" ? [] : [one.paging.by === "number" ? "pageNumber" : one.paging.by]
          assert.includeMembers(sent, [...page, ...Object.keys(one.params ?? {})], one.operation)
        }
        const [operation] = yield* catalogue.find(given.operation)
        const { answer } = yield* catalogue.types(operation!)
        const row = modelOf(fieldsOf(modelOf(answer)).get("entities"))
        checkColumns(row, given.columns, given.within === undefined ? [] : [given.within.as])
        for (const child of given.children ?? [])
          checkColumns(modelOf(fieldsOf(row).get(String(child.from))), child.columns)
        assert.deepStrictEqual(Layout.wrongNames(layout), [])
        assert.notMatch(layout.name, /^list/)
      }
    }).pipe(Effect.provide(Catalogue.layer))
  )

  it("has names that no other has", () => {
    assert.deepStrictEqual(Object.keys(Kinds.lists).toSorted(), [...Kinds.listNames].toSorted())
    const tables = Kinds.layouts.flatMap(Layout.tablesOf).map(({ name }) => name)
    assert.strictEqual(new Set(tables).size, tables.length)
    assert.isFalse(tables.some((name) => name.startsWith("list_")))
    const ones = Kinds.layouts.map(({ one }) => one)
    assert.strictEqual(new Set(ones).size, ones.length)
  })
})

const decodeName = Schema.decodeUnknownSync(
  Schema.Literals([
    "queueMembers",
    "groupMembers",
    "teamMembers",
    "wrapUpCodes",
    "skills",
    "languages",
    "divisions",
    "groups",
    "teams",
    "presenceDefinitions",
    "flows",
    "flowOutcomes",
    "roles",
    "locations",
    "stations",
    "schedules",
    "evaluationForms",
    "surveyForms",
    "campaigns",
    "contactLists",
    "externalContacts",
    "externalOrganizations",
    "businessUnits",
    "managementUnits"
  ])
)
const decodeText = Schema.decodeUnknownSync(Schema.String)
const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
/** Those that the simulator has by endpoints of their own. */
const others = new Set<Kinds.ListName>(["queues", "oauth_clients"])
const simulated = Kinds.listNames.filter((name) => !others.has(name))

const run = (name: Kinds.ListName) => World.running(Exporter.run(Kinds.lists[name], {}))
/** The keys of what there is, as a copy has them. */
const truth = (name: Kinds.ListName) =>
  Effect.gen(function* () {
    const { list } = yield* Simulator
    const { within } = Kinds.lists[name].given
    const items = yield* list(decodeName(camel(name)))
    return items
      .map((item) => (within === undefined ? item.id : `${decodeText(item[within.as])}:${item.id}`))
      .toSorted()
  })
const keys = (rows: ReadonlyMap<string, Row>, name: string, isDeleted: boolean) =>
  [...rows]
    .filter(([place, row]) => place.startsWith(`${name}/`) && (row.deletedAt !== undefined) === isDeleted)
    .map(([, { key }]) => key)
    .toSorted()

it.effect(
  "all lists are as they are in a simulated org, whatever comes and goes in weeks of it",
  () => {
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      yield* World.start
      const before = new Map<string, ReadonlyArray<string>>()
      let deleted = 0
      for (let week = 0; week < 3; week++) {
        for (const name of simulated) {
          const { done, failed, lag } = yield* run(name)
          assert.deepStrictEqual(failed, [], name)
          assert.strictEqual(done[0]?.entry.whole, true, name)
          assert.strictEqual(typeof lag, "object")
          const there = yield* truth(name)
          assert.deepStrictEqual(keys(rows, name, false), there, name)
          const gone = (before.get(name) ?? []).filter((key) => !there.includes(key))
          assert.includeMembers(keys(rows, name, true), gone, name)
          deleted += gone.length
          before.set(name, there)
        }
        yield* TestClock.adjust("7 days")
      }
      assert.isAbove(deleted, 50)
    }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 30, rateLimit: "off" })))
  },
  60_000
)

it.effect("queues have their members as rows of their own; OAuth clients come without secrets", () => {
  const rows = new Map<string, Row>()
  return Effect.gen(function* () {
    yield* World.start
    for (const name of ["queues", "oauth_clients", "queue_members"] as const)
      assert.lengthOf((yield* run(name)).failed, 0)
    assert.deepStrictEqual(keys(rows, "queues", false).length, 4)
    const queue = [...rows.values()].find((row) => row.value["memberCount"] !== undefined)
    const members = keys(rows, "queue_members", false).filter((key) => key.startsWith(`${queue?.key}:`))
    assert.strictEqual(members.length, queue?.value["memberCount"])
    const { changeItem } = yield* Simulator
    yield* TestClock.adjust("1 minute")
    yield* changeItem(queue?.key ?? "", { deleted: true })
    yield* changeItem(members[0]!, { deleted: true })
    yield* run("queues")
    yield* run("queue_members")
    assert.deepStrictEqual(keys(rows, "queues", true), [queue?.key])
    assert.includeMembers(keys(rows, "queue_members", true), members)
    const client = rows.get(`oauth_clients/${(yield* Simulator).clientId}`)
    assert.strictEqual(client?.value["name"], "Simulated client")
    assert.notProperty(client?.value, "secret")
  }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ users: 30 })))
})

it.effect("a permission that is missing is named", () =>
  Effect.gen(function* () {
    yield* World.start
    for (const [name, permission] of [
      ["queues", "routing:queue:view"],
      ["teams", "groups:team:view"],
      ["external_contacts", "externalContacts:contact:view"]
    ] as const) {
      const error = yield* Effect.flip(run(name))
      assert.strictEqual(error._tag, "PermissionError")
      assert.include(error.message, permission)
    }
    // Genesys does not always say which.
    const { addFault } = yield* Simulator
    yield* addFault({ path: "/api/v2/routing/skills", status: 403 })
    const error = yield* Effect.flip(run("skills"))
    assert.deepStrictEqual(Object(error).permissions, ["routing:skill:view"])
    assert.include(error.message, "routing:skill:view")
    assert.deepStrictEqual(yield* Sink.use(({ checkpoint }) => checkpoint), {})
  }).pipe(
    Effect.provide(MemorySink.make(new Map())),
    Effect.provide(
      World.layer({ clients: [{ id: "few", secret: Redacted.make("s"), permissions: ["routing:skill:view"] }] })
    )
  )
)

it.effect("what OAuth clients use is counted day by day, and stays when its days are over", () => {
  const rows = new Map<string, Row>()
  const usage = World.running(Exporter.run(Kinds.oauthClientUsage, { days: 2 }))
  return Effect.gen(function* () {
    yield* World.start
    yield* run("skills")
    const first = yield* usage
    assert.deepStrictEqual(first.failed, [])
    const { clientId } = yield* Simulator
    const ofDay = (day: string) => rows.get(`oauth_client_usage/${clientId}:${day}`)?.value
    const calls = Number(ofDay(World.first)?.["requests"])
    assert.isAbove(calls, 2)
    assert.include(ofDay(World.first), { status429: 0, status200: calls, clientName: "Simulated client" })
    yield* TestClock.adjust("3 days")
    yield* run("skills")
    yield* usage
    assert.isAtLeast(Number(ofDay("1970-03-04")?.["requests"]), 3)
    assert.strictEqual(Number(ofDay(World.first)?.["requests"]), calls)
    assert.deepStrictEqual(deletedOf(rows), [])
  }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ listChanges: 0 })))
})
const deletedOf = (rows: ReadonlyMap<string, Row>) => [...rows.values()].filter((row) => row.deletedAt !== undefined)
