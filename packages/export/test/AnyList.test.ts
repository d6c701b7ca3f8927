/** Any list, by its operation: when it is whole, whatever its answers look like. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as Exporter from "../src/Exporter.ts"
import * as Kinds from "../src/Kinds.ts"
import type { ListOptions } from "../src/OperationSource.ts"
import type { Row } from "../src/Row.ts"
import * as MemorySink from "./MemorySink.ts"
import * as World from "./World.ts"

const idOf = (number: number) => `id-${String(number).padStart(3, "0")}`
const rowsOf = (count: number, from = 0) => Array.from({ length: count }, (_, at) => ({ id: idOf(from + at) }))

/** Exports it twice: of a whole list, then of one that lacks its first row. */
const exported = (
  options: ListOptions,
  path: string,
  answer: (items: ReadonlyArray<object>, params: URLSearchParams) => unknown,
  count = 60
) => {
  const rows = new Map<string, Row>()
  let items = rowsOf(count)
  const run = Effect.map(World.running(Exporter.run(Kinds.list, options)), ({ done, failed }) => {
    assert.deepStrictEqual(failed, [])
    return done[0]?.entry
  })
  return Effect.gen(function* () {
    yield* World.start
    const first = yield* run
    yield* TestClock.adjust("1 minute")
    items = items.slice(1)
    const second = yield* run
    const marked = [...rows.values()].filter((row) => row.deletedAt !== undefined).map(({ key }) => key)
    return { first, second, marked, rows: rows.size }
  }).pipe(
    Effect.provide(MemorySink.make(rows)),
    Effect.provide(Catalogue.layer),
    Effect.provide(
      World.changed({ listChanges: 0 }, (url, _text, params) =>
        new URL(url, "https://api.mypurecloud.com").pathname === path
          ? { status: 200, text: JSON.stringify(answer(items, params)) }
          : undefined
      )
    )
  )
}

const scim =
  (change: object = {}) =>
  (items: ReadonlyArray<object>, params: URLSearchParams) => {
    const startIndex = Number(params.get("startIndex") ?? 1)
    const Resources = items.slice(startIndex - 1, startIndex + 24)
    return {
      schemas: ["urn"],
      totalResults: items.length,
      startIndex,
      itemsPerPage: Resources.length,
      Resources,
      ...change
    }
  }
const page = (items: ReadonlyArray<object>, params: URLSearchParams, size = Number(params.get("pageSize") ?? 25)) => {
  const number = Number(params.get("pageNumber") ?? 1)
  return items.slice((number - 1) * size, number * size)
}

const users = { operation: "getScimUsers", into: "people" }
const skills = { operation: "getRoutingSkills" }
const groups = { operation: "getRoutingSkillgroups" }
const skillsPath = "/api/v2/routing/skills"
const groupsPath = "/api/v2/routing/skillgroups"

describe("a list is whole, and what it lacks is marked", () => {
  for (const [what, options, path, answer] of [
    ["by the index of rows (SCIM), to its end", users, "/api/v2/scim/users", scim()],
    [
      "by numbers, with no more than a count of pages",
      skills,
      skillsPath,
      (items: ReadonlyArray<object>, params: URLSearchParams) => ({
        entities: page(items, params),
        pageCount: Math.ceil(items.length / 100)
      })
    ],
    [
      "by numbers, to a page that is not full",
      { ...skills, parameters: { pageSize: 25 } },
      skillsPath,
      (items: ReadonlyArray<object>, params: URLSearchParams) => ({ entities: page(items, params) })
    ],
    [
      "by addresses, to the page that names no other",
      groups,
      groupsPath,
      (items: ReadonlyArray<object>, params: URLSearchParams) =>
        params.get("after") === null
          ? { entities: items.slice(0, 25), nextUri: `${groupsPath}?after=x` }
          : { entities: items.slice(25) }
    ],
    [
      "by addresses, in a first page that has room",
      groups,
      groupsPath,
      (items: ReadonlyArray<object>) => ({ entities: items, selfUri: groupsPath })
    ],
    [
      "that comes in one piece, of an operation that knows no pages",
      { operation: "getScimSchemas", into: "schemas" },
      "/api/v2/scim/schemas",
      (items: ReadonlyArray<object>) => ({ Resources: items })
    ]
  ] as const)
    it.effect(what, () =>
      Effect.gen(function* () {
        const { first, marked, rows, second } = yield* exported(options, path, answer)
        assert.deepStrictEqual([first?.whole, second?.whole, rows], [true, true, 60])
        assert.deepStrictEqual(marked, [idOf(0)])
      })
    )
})

describe("a list may not be whole, and nothing is marked", () => {
  for (const [what, options, path, answer] of [
    ["that has more pages than it was asked for", users, "/api/v2/scim/users", scim({ totalResults: 61 })],
    ["whose total is text", users, "/api/v2/scim/users", scim({ totalResults: "60" })],
    [
      "whose total is less than its rows",
      skills,
      skillsPath,
      (entities: ReadonlyArray<object>) => ({ entities, total: 3 })
    ],
    [
      "whose total is text, whatever else it says",
      skills,
      skillsPath,
      (entities: ReadonlyArray<object>) => ({ entities, total: "60", pageCount: 1, pageNumber: 1, pageSize: 100 })
    ],
    [
      "that is asked for by numbers, and says nothing",
      skills,
      skillsPath,
      (items: ReadonlyArray<object>) => ({ entities: items.slice(0, 25) })
    ],
    [
      "that says that it has more in words of its own",
      { operation: "getScimSchemas", into: "schemas" },
      "/api/v2/scim/schemas",
      (Resources: ReadonlyArray<object>) => ({ Resources, hasMore: true })
    ],
    [
      "that counts its rows in words of its own",
      groups,
      groupsPath,
      (items: ReadonlyArray<object>) => ({ entities: items.slice(0, 25), totalCount: 60 })
    ],
    [
      "whose first page is full, and names no other",
      { ...groups, parameters: { pageSize: 25 } },
      groupsPath,
      (items: ReadonlyArray<object>) => ({ entities: items.slice(0, 25) })
    ],
    [
      "that is asked for from its second page on",
      { ...skills, parameters: { pageSize: 25, pageNumber: 2 } },
      skillsPath,
      (items: ReadonlyArray<object>, params: URLSearchParams) => ({ entities: page(items, params), pageCount: 3 })
    ]
  ] as const)
    it.effect(what, () =>
      Effect.gen(function* () {
        const { first, marked, second } = yield* exported(options, path, answer)
        assert.deepStrictEqual([first?.whole, second?.whole], [undefined, undefined])
        assert.deepStrictEqual(marked, [])
      })
    )
})
