/** When items of the lists come, go and are renamed by themselves: the moments of a span of time. */
import { type SpecName, specs } from "./specs.ts"

/** Numbers of those that come and go are far from those that stay. */
export const [passing, perSlot] = [500_000_000, 100_000]

/** What becomes of an item of a list by itself. */
export interface ListChange {
  readonly at: number
  readonly action: "Create" | "Update" | "Delete"
  readonly id: string
  readonly name: string
  /** Of one that is renamed. */
  readonly oldName?: string | undefined
  /** No other change has it. */
  readonly key: number
}

export interface World {
  readonly period: number
  /** By how much something is before others, in milliseconds. */
  readonly offset: (key: number) => number
  readonly isRenamed: (key: number) => boolean
  /** How many of a list come and go. */
  readonly passing: (list: SpecName) => number
  readonly keyOf: (list: SpecName, number: number) => number
  readonly idOf: (list: SpecName, number: number) => string
  readonly nameOf: (list: SpecName, number: number, version: number) => string
}

export const make = ({ idOf, isRenamed, keyOf, nameOf, offset, passing: count, period }: World) => {
  /** The moments at which something of this key enters another period of its own. */
  const turns = (key: number, from: number, to: number) => {
    const found: Array<{ readonly at: number; readonly turn: number }> = []
    const before = offset(key)
    for (let turn = Math.ceil((from + before) / period); turn * period - before < to; turn++)
      found.push({ at: turn * period - before, turn })
    return found
  }
  const changeKey = (list: SpecName, number: number, turn: number) =>
    keyOf(list, number) + (turn % 10_000) * 100_000_000_000

  const renamed = (list: SpecName, from: number, to: number) =>
    Array.from({ length: specs[list].base }, (_, number) => number)
      .filter((number) => isRenamed(keyOf(list, number)))
      .flatMap((number) =>
        turns(keyOf(list, number), from, to).map(({ at, turn }): ListChange => {
          const [oldName, name] = [nameOf(list, number, turn - 1), nameOf(list, number, turn)]
          return { at, action: "Update", id: idOf(list, number), name, oldName, key: changeKey(list, number, turn) }
        })
      )
      .filter(({ name, oldName }) => name !== oldName)

  const passed = (list: SpecName, from: number, to: number) =>
    Array.from({ length: count(list) }, (_, slot) => passing + slot * perSlot).flatMap((place) =>
      turns(keyOf(list, place), from, to).flatMap(({ at, turn }): ReadonlyArray<ListChange> => {
        const [gone, come] = [place + ((turn - 1) % perSlot), place + (turn % perSlot)]
        const named = (number: number) => ({ id: idOf(list, number), name: nameOf(list, number, 1) })
        return [
          { at, action: "Delete", ...named(gone), key: changeKey(list, place, turn) + 50_000 },
          { at, action: "Create", ...named(come), key: changeKey(list, place, turn) }
        ]
      })
    )

  return (list: SpecName, from: number, to: number): ReadonlyArray<ListChange> => [
    ...renamed(list, from, to),
    ...passed(list, from, to)
  ]
}
