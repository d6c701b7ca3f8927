/**
 * The items of the lists, computed from the seed and the time: which there are, and what each looks like. Whatever was changed from
 * outside comes on top of that: see lists.ts.
 */
import type { Users } from "../directory/users.ts"
import { wrapUpCodeIds, wrapUpCodeNames } from "../directory/wrapUpCodes.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"
import type { Settings } from "../shared/settings.ts"
import type { Fields, ListSpec } from "./listSpec.ts"
import * as ItemChanges from "./itemChanges.ts"
import { passing, perSlot } from "./itemChanges.ts"
import { type SpecName, specs } from "./specs.ts"

export interface Item extends Fields {
  readonly id: string
}

/** Lists whose items have members, and the share of the users that each has, in hundredths. */
export const memberLists = { queues: 100, groups: 12, teams: 5 } as const
export type MemberList = keyof typeof memberLists
export const isMemberList = (list: string): list is MemberList => list in memberLists

const names: ReadonlyArray<string> = Object.keys(specs)
const isSpec = (name: string): name is SpecName => name in specs

/** Numbers of a list are far from those of the next one. */
const perList = 1_000_000_000
const first = (list: string) => names.indexOf(list) * perList
const stream = Random.streams.list
const share = (bits: number) => bits / 0x100000000

export const make = ({ listChanges, listPeriod, seed }: Settings["Service"], users: Users["Service"]) => {
  const period = listPeriod * 1000
  const draw = (number: number, place: number) => Random.bits(seed, stream, number, place)
  const { division } = users.get(0)
  const codes = wrapUpCodeIds(seed)

  const idOf = (list: string, number: number): string => {
    if (list === "wrapUpCodes" && number < codes.length) return codes[number]!
    return list === "divisions" && number === 0 ? division.id : Random.uuid(seed, stream, first(list) + number)
  }

  /** Which period of its own something of this number is in. */
  const generation = (number: number, now: number) => Math.floor((now + (draw(number, 40) % period)) / period)

  const nameOf = (list: SpecName, { nouns }: ListSpec, number: number, version: number) => {
    if (list === "wrapUpCodes" && number < codes.length) return wrapUpCodeNames[number] ?? ""
    if (list === "divisions" && number === 0) return "Home"
    const name = `${Random.pick(nouns, draw(first(list) + number, 41))} ${number % perSlot}`
    return version % 2 === 1 ? name : `${name} (new)`
  }

  /** What one looks like, by its own name or another one. */
  const item = (list: SpecName, number: number, now: number, given?: string): Item => {
    const spec: ListSpec = specs[list]
    const key = first(list) + number
    const id = idOf(list, number)
    const isRenamed = number < passing && share(draw(key, 42)) < listChanges
    const version = isRenamed ? generation(key, now) : 1
    const fields = spec.fields({
      id,
      number,
      name: given ?? nameOf(list, spec, number, version),
      version: Math.max(1, version),
      created: iso(0),
      modified: iso(isRenamed ? Math.max(0, version * period - (draw(key, 40) % period)) : 0),
      division: { id: division.id, name: division.name },
      pick: (items, place) => Random.pick(items, draw(key, place)),
      count: (most, place) => draw(key, place) % most,
      of: (other, place) => idOf(other, isSpec(other) ? draw(key, place) % specs[other].base : 0),
      user: (place) => users.field(draw(key, place) % users.count, "id") ?? ""
    })
    return { id, ...fields, selfUri: `${spec.path}/${id}` }
  }

  /** Of those that are there, if nobody has deleted them. */
  const numbers = (list: SpecName, now: number): ReadonlyArray<number> => {
    const { base } = specs[list]
    const stays = Array.from({ length: base }, (_, number) => number)
    const passes = Array.from({ length: Math.floor(base * listChanges) }, (_, slot) => {
      const number = passing + slot * perSlot
      return number + (generation(first(list) + number, now) % perSlot)
    })
    return [...stays, ...passes]
  }

  /** The numbers of the users in one of the list: of those who may be, a few have left, or not yet come. */
  const members = (list: MemberList, id: string, now: number): ReadonlyArray<number> => {
    const own = Random.bits(seed, stream, Number.parseInt(id.slice(0, 8), 16), 43)
    return Array.from({ length: users.count }, (_, number) => number).filter((number) => {
      const key = own + number * 7919
      if (draw(key, 44) % 100 >= memberLists[list]) return false
      return share(draw(key, 45)) >= listChanges || generation(key, now) % 2 === 0
    })
  }

  const member = (list: MemberList, number: number): Item => {
    const { email, id, name, selfUri, state } = users.get(number)
    if (list === "teams") return { id, name, selfUri }
    if (list === "groups") return { id, name, email, state, selfUri }
    return { id, name, user: { id, name }, ringNumber: 1, joined: number % 3 !== 0, memberBy: "user", selfUri }
  }

  const changes = ItemChanges.make({
    period,
    offset: (key) => draw(key, 40) % period,
    isRenamed: (key) => share(draw(key, 42)) < listChanges,
    passing: (list) => Math.floor(specs[list].base * listChanges),
    keyOf: (list, number) => first(list) + number,
    idOf,
    nameOf: (list, number, version) => nameOf(list, specs[list], number, version)
  })

  return { changes, idOf, item, member, members, numbers }
}
