/**
 * What is in the lists of the org at a moment. Most items are always there, and some of them are renamed; a share of each list comes and
 * goes: every `listPeriod` one takes the place of another, each at a moment of its own. The control API deletes and renames as well.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Queue as QueueSchema } from "../../api/DirectoryApi.ts"
import { Directory } from "../directory/directory.ts"
import { Users } from "../directory/users.ts"
import { Settings } from "../shared/settings.ts"
import * as Items from "./items.ts"
import type { ListChange } from "./itemChanges.ts"
import { isMemberList, type Item, type MemberList } from "./items.ts"
import { type SpecName, specs } from "./specs.ts"

export type { ListChange } from "./itemChanges.ts"
export type { Item, MemberList } from "./items.ts"

type Queue = typeof QueueSchema.Type

/** What somebody has done to an item. */
export interface Change {
  readonly deleted?: boolean | undefined
  readonly name?: string | undefined
}

export class Lists extends Context.Service<
  Lists,
  {
    /** What is listed, sorted by name, or by id where a cursor goes through it. */
    readonly items: (list: SpecName, now: number) => ReadonlyArray<Item>
    /** Sorted by name; with as many members as they have now. */
    readonly queues: (now: number) => ReadonlyArray<Queue>
    /** The users who are in one of the list at this moment, sorted as such lists are; undefined if there is no such one. */
    readonly members: (list: MemberList, id: string, now: number) => ReadonlyArray<Item> | undefined
    /** Whose members there are. */
    readonly parents: (list: MemberList, now: number) => ReadonlyArray<{ readonly id: string }>
    /** The id of one that stays, by its number. */
    readonly idOf: (list: SpecName, number: number) => string
    /** What comes, goes and is renamed by itself from one moment to another (exclusive). */
    readonly changes: (list: SpecName, from: number, to: number) => ReadonlyArray<ListChange>
    /** From now on, until it is changed again. */
    readonly change: (id: string, change: Change) => void
  }
>()("@effect-genesys/simulator/internal/Lists") {
  static readonly layer = Layer.effect(
    Lists,
    Effect.suspend(() => make)
  )
}

const textOf = ({ id, name }: Item) => `${typeof name === "string" ? name : ""} ${id}`
const byName = (one: Item, other: Item) => (textOf(one) < textOf(other) ? -1 : 1)
const byId = (one: Item, other: Item) => (one.id < other.id ? -1 : 1)

const make = Effect.gen(function* () {
  const directory = yield* Directory
  const world = Items.make(yield* Settings, yield* Users)
  const changes = new Map<string, Change>()
  const isThere = (id: string) => changes.get(id)?.deleted !== true

  const membersOf = (list: MemberList, id: string, now: number) =>
    world
      .members(list, id, now)
      .map((number) => world.member(list, number))
      .filter((user) => isThere(`${id}:${user.id}`))
  const memberCount = (list: MemberList, id: string, now: number) => membersOf(list, id, now).length

  const items = (list: SpecName, now: number) => {
    const { paging } = specs[list]
    const found = world
      .numbers(list, now)
      .filter((number) => isThere(world.idOf(list, number)))
      .map((number): Item => {
        const item = world.item(list, number, now, changes.get(world.idOf(list, number))?.name)
        return isMemberList(list) ? Object.assign(item, { memberCount: memberCount(list, item.id, now) }) : item
      })
    return found.toSorted(paging === "after" || paging === "cursor" ? byId : byName)
  }
  const queues = (now: number) =>
    directory.queues
      .filter(({ id }) => isThere(id))
      .map(({ division, id, name, selfUri }): Queue => {
        const count = memberCount("queues", id, now)
        return { id, name: changes.get(id)?.name ?? name, division, memberCount: count, selfUri }
      })
  const parents = (list: MemberList, now: number) => (list === "queues" ? queues(now) : items(list, now))

  return Lists.of({
    items,
    queues,
    parents,
    idOf: world.idOf,
    changes: world.changes,
    members: (list, id, now) =>
      parents(list, now).some((parent) => parent.id === id)
        ? membersOf(list, id, now).toSorted(list === "teams" ? byId : byName)
        : undefined,
    change: (id, change) => void changes.set(id, { ...changes.get(id), ...change })
  })
})
