/** When a list is whole, so that what it lacks is gone, and when it may not be: for each way of paging. */
import { assert, describe, it } from "@effect/vitest"
import { Simulator } from "@effect-genesys/simulator/Simulator"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as TestClock from "effect/testing/TestClock"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import type { Row } from "../src/Row.ts"
import { Sink } from "../src/Sink.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const run = (name: Kinds.ListName) => World.running(Exporter.run(Kinds.lists[name], {}))
const entryOf = (name: Kinds.ListName) =>
  Effect.map(
    Sink.use(({ checkpoint }) => checkpoint),
    (held) => held[name]
  )
const deleted = (rows: ReadonlyMap<string, Row>) => [...rows.values()].filter((row) => row.deletedAt !== undefined)

/** Exports it twice; the second time, answers come changed. */
const twice = (
  name: Kinds.ListName,
  change: (page: Record<string, unknown>, url: string) => object | undefined,
  more: object = {}
) => {
  const rows = new Map<string, Row>()
  let isOn = false
  return Effect.gen(function* () {
    yield* World.start
    yield* run(name)
    assert.strictEqual((yield* entryOf(name))?.whole, true)
    yield* TestClock.adjust("1 minute")
    isOn = true
    const { error } = yield* Effect.match(run(name), {
      onSuccess: ({ failed: units }) => ({ error: units[0]?.error._tag }),
      onFailure: ({ _tag }) => ({ error: _tag })
    })
    return { rows, error, entry: yield* entryOf(name) }
  }).pipe(
    Effect.provide(MemorySink.make(rows)),
    Effect.provide(
      World.changed({ listChanges: 0, users: 30, ...more }, (url, text) => {
        if (!isOn || !url.includes(Kinds.lists[name].given.path.split("/{")[0]!)) return undefined
        const found = change(JSON.parse(text), url)
        return found === undefined ? undefined : { text: JSON.stringify(found) }
      })
    )
  )
}
const half = (page: Record<string, unknown>) => ({ ...page, entities: Object(page["entities"]).slice(0, 3) })

describe("nothing is taken to be deleted", () => {
  for (const [what, name, change] of [
    ["of a list that gives fewer rows than it says that it has", "skills", half],
    ["of one that comes as a whole, and says that it has more", "presence_definitions", half],
    ["of one that is empty and has more by its own total", "languages", (page: object) => ({ ...page, entities: [] })],
    ["of one that is empty and says nothing", "business_units", () => ({ entities: [] })],
    [
      "of one whose rows have no ids",
      "skills",
      (page: Record<string, unknown>) => ({
        ...page,
        entities: Object(page["entities"]).map(({ name: called }: { readonly name: string }) => ({ name: called }))
      })
    ]
  ] as const)
    it.effect(what, () =>
      Effect.gen(function* () {
        const { entry, error, rows } = yield* twice(name, change)
        assert.isUndefined(error)
        assert.isUndefined(entry?.whole)
        assert.deepStrictEqual(deleted(rows), [])
      })
    )

  it.effect("of one that is answered with something else, which is an error", () =>
    Effect.gen(function* () {
      for (const odd of [{ message: "maintenance" }, {}, { entities: null }]) {
        const { error, rows } = yield* twice("business_units", () => odd)
        assert.strictEqual(error, "UnavailableError", JSON.stringify(odd))
        assert.deepStrictEqual(deleted(rows), [])
      }
    })
  )

  it.effect("of one whose last page does not come, nor of one that is interrupted", () => {
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      yield* World.start
      const { addFault, changeItem, clearFaults, list } = yield* Simulator
      for (const name of ["stations", "teams", "external_contacts"] as const) yield* run(name)
      const [station] = yield* list("stations")
      yield* changeItem(station?.id ?? "", { deleted: true })
      yield* TestClock.adjust("1 minute")
      // The first pages come.
      yield* addFault({ path: "/api/v2/stations", status: 400, share: 0.6 })
      const { failed } = yield* World.running(
        Effect.orElseSucceed(Exporter.run(Kinds.lists.stations, {}), () => ({ failed: [1] }))
      )
      yield* clearFaults
      assert.lengthOf(failed, 1)
      yield* addFault({ path: "/api/v2/teams", delayMs: 60_000 })
      const fiber = yield* Effect.forkChild(Exporter.run(Kinds.lists.teams, {}), { startImmediately: true })
      yield* TestClock.adjust("90 seconds")
      yield* Fiber.interrupt(fiber)
      yield* clearFaults
      assert.deepStrictEqual(deleted(rows), [])
      yield* run("stations")
      assert.deepStrictEqual(
        deleted(rows).map(({ key }) => key),
        [station?.id]
      )
    }).pipe(Effect.provide(MemorySink.make(rows)), Effect.provide(World.layer({ listChanges: 0 })))
  })

  it.effect("of members, while one queue is listed whose members are not found, and the log says which", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const logger = Logger.make((line) => void logged.push(JSON.stringify(Logger.formatStructured.log(line))))
      const { entry, rows } = yield* twice("queue_members", (page, url) => {
        if (url.includes("members")) return undefined
        const [first, ...others] = Object(page["entities"])
        return { ...page, entities: [{ ...first, id: "00000000-0000-4000-8000-000000000000" }, ...others] }
      }).pipe(Effect.provide(Logger.layer([logger])))
      assert.isUndefined(entry?.whole)
      assert.deepStrictEqual(deleted(rows), [])
      const warned = logged.filter((line) => line.includes("export.incomplete"))
      assert.lengthOf(warned, 1)
      assert.match(warned[0]!, /lists queueId 00000000-0000-4000-8000-000000000000, and does not find/)
    })
  )
})

it.effect("the members of a queue that goes away while they are read are gone with it, and others are marked too", () =>
  Effect.gen(function* () {
    const left: Array<string> = []
    let lists = 0
    const { entry, rows } = yield* twice("queue_members", (page, url) => {
      const entities: ReadonlyArray<{ readonly id: string }> = Object(page["entities"])
      if (url.includes("members")) {
        // That is found, and not the answer to the one that is not.
        if (page["entities"] === undefined || left.length > 0) return undefined
        left.push(`${/queues\/([^/]+)/.exec(url)?.[1]}:${entities[0]?.id}`)
        return { ...page, entities: entities.slice(1) }
      }
      // After two calls that tell the time, one queue more is listed once.
      const ghost = { id: "00000000-0000-4000-8000-000000000000" }
      return lists++ === 2 ? { ...page, entities: [ghost, ...entities], total: entities.length + 1 } : undefined
    })
    assert.strictEqual(entry?.whole, true)
    assert.deepStrictEqual(
      deleted(rows).map(({ key }) => key),
      left
    )
  })
)

describe("a list of several numbered pages", () => {
  it.effect(
    "is read again when a row is deleted and another one added meanwhile, which its total does not tell",
    () => {
      const idOf = (number: number) => `id-${String(number).padStart(3, "0")}`
      let items = Array.from({ length: 150 }, (_, number) => ({ id: idOf(number), name: "Desk" }))
      const [first] = items
      let [firstPages, isSecond] = [0, false]
      const rows = new Map<string, Row>()
      const served = (text: string) => {
        const { pageNumber, pageSize } = JSON.parse(text)
        const entities = items.slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
        const answer = { entities, pageNumber, pageSize, total: items.length, pageCount: 2 }
        if (pageNumber === 1) firstPages++
        // After those that tell the time, and the first page itself.
        if (isSecond && firstPages === 3 && pageNumber === 1)
          items = [...items.slice(1), { id: idOf(150), name: "Desk" }]
        return { text: JSON.stringify(answer) }
      }
      return Effect.gen(function* () {
        yield* World.start
        yield* run("stations")
        yield* TestClock.adjust("1 minute")
        ;[firstPages, isSecond] = [0, true]
        yield* run("stations")
        isSecond = false
        assert.strictEqual((yield* entryOf("stations"))?.whole, true)
        // The first row of the second page was moved to the first page, where nobody looked.
        assert.deepStrictEqual(deleted(rows), [])
        assert.strictEqual(rows.size, 151)
        assert.isAtLeast(firstPages, 5)
        yield* TestClock.adjust("1 minute")
        yield* run("stations")
        assert.deepStrictEqual(
          deleted(rows).map(({ key }) => key),
          [first?.id]
        )
      }).pipe(
        Effect.provide(MemorySink.make(rows)),
        Effect.provide(World.changed({}, (url, text) => (url.includes("stations") ? served(text) : undefined)))
      )
    }
  )

  it.effect("that is another one each time it is read is not whole", () => {
    let count = 0
    const rows = new Map<string, Row>()
    return Effect.gen(function* () {
      yield* World.start
      const { done } = yield* run("stations")
      assert.isUndefined(done[0]?.entry.whole)
      assert.deepStrictEqual(deleted(rows), [])
    }).pipe(
      Effect.provide(MemorySink.make(rows)),
      Effect.provide(
        World.changed({}, (url, text) => {
          if (!url.includes("stations")) return undefined
          const page = JSON.parse(text)
          const [one, ...others] = page.entities
          return { text: JSON.stringify({ ...page, entities: [{ ...one, id: `new-${count++}` }, ...others] }) }
        })
      )
    )
  })
})

describe("what Genesys lists apart (deactivated presence definitions)", () => {
  const active = Array.from({ length: 4 }, (_, number) => ({ id: `active-${number}` }))
  /** `lists` of each reading: those that are active, and those that are not. */
  const about = (lists: ReadonlyArray<readonly [active: ReadonlyArray<object>, others: ReadonlyArray<object>]>) => {
    const rows = new Map<string, Row>()
    const calls = { true: 0, false: 0 }
    return Effect.gen(function* () {
      yield* World.start
      const { done } = yield* run("presence_definitions")
      return { whole: done[0]?.entry.whole, rows, calls }
    }).pipe(
      Effect.provide(MemorySink.make(rows)),
      Effect.provide(
        World.changed({}, (url, _text, params) => {
          if (!url.includes("presence/definitions")) return undefined
          const isApart = params.get("deactivated") === "true"
          const count = calls[`${isApart}`]++
          // After two calls that tell the time.
          const at = Math.max(0, isApart ? count : count - 2)
          const entities = lists[Math.min(at, lists.length - 1)]![isApart ? 1 : 0]
          return { text: JSON.stringify(isApart ? { entities } : { entities, total: entities.length }) }
        })
      )
    )
  }
  const one = { id: "one" }

  it.effect("is read until two readings are the same: one that was reactivated in between is not missed", () =>
    Effect.gen(function* () {
      const { calls, rows, whole } = yield* about([
        [active, []],
        [[...active, one], []]
      ])
      assert.strictEqual(whole, true)
      assert.isTrue(rows.has("presence_definitions/one"))
      assert.strictEqual(calls.false, 2 + 3)
    })
  )

  it.effect("may be nothing, of which no total is told", () =>
    Effect.gen(function* () {
      const { rows, whole } = yield* about([[active, []]])
      assert.strictEqual(whole, true)
      assert.strictEqual(rows.size, 4)
    })
  )

  it.effect("is not whole while definitions come and go", () =>
    Effect.gen(function* () {
      const { rows, whole } = yield* about([
        [active, [one]],
        [[...active, one], []],
        [active, [one]]
      ])
      assert.isUndefined(whole)
      assert.strictEqual(rows.size, 5)
    })
  )
})
