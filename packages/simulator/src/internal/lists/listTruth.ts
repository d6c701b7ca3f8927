/**
 * What a faithful copy of a list holds at a moment. Of members, each with the id of what it is a member of.
 */
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import type { Item, Lists } from "./lists.ts"
import { type SpecName, specs } from "./specs.ts"

/** Whose members they are, and the field that says so. */
const fields = {
  queueMembers: ["queues", "queueId"],
  groupMembers: ["groups", "groupId"],
  teamMembers: ["teams", "teamId"]
} as const

export const ListName = Schema.Literals([...Record.keys(specs), ...Record.keys(fields)])
export type ListName = typeof ListName.Type

const isMembers = (name: ListName): name is keyof typeof fields => name in fields

export const of = (lists: Lists["Service"], name: ListName, now: number): ReadonlyArray<Item> => {
  if (!isMembers(name)) return lists.items(name satisfies SpecName, now)
  const [list, field] = fields[name]
  return lists
    .parents(list, now)
    .flatMap(({ id }) =>
      (lists.members(list, id, now) ?? []).map((member) => Object.assign({}, member, { [field]: id }))
    )
}
