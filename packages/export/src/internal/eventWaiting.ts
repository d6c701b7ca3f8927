/** Rows of events that wait to be written, each once. */
import type { Row } from "../Row.ts"
import type { Made } from "./eventRows.ts"

/** So many of the last keys are remembered, so that what comes twice is written once. */
const mostKeys = 20_000

export interface Waiting {
  readonly put: (rows: Iterable<Made>) => void
  readonly size: () => { readonly rows: number; readonly characters: number }
  /** Takes them out, by day, the first one first. */
  readonly take: () => {
    readonly days: ReadonlyArray<readonly [day: string, rows: ReadonlyArray<Row>]>
    readonly rows: number
  }
}

export const make = (): Waiting => {
  const keys = new Set<string>()
  let days = new Map<string, Array<Row>>()
  let [rows, characters] = [0, 0]

  const remember = (key: string) => {
    keys.add(key)
    const [oldest] = keys
    if (keys.size > mostKeys && oldest !== undefined) keys.delete(oldest)
  }

  return {
    put: (all) => {
      for (const { day, length, row } of all) {
        if (keys.has(row.key)) continue
        remember(row.key)
        const there = days.get(day)
        if (there === undefined) days.set(day, [row])
        else there.push(row)
        rows++
        characters += length
      }
    },
    size: () => ({ rows, characters }),
    take: () => {
      const taken = { days: [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)), rows }
      days = new Map()
      rows = characters = 0
      return taken
    }
  }
}
