/**
 * What a dimension or metric is for every conversation of a block at a moment, as numbers.
 */
import type { Columns, Moment } from "./columns.ts"
import type { FactNumbers } from "./facts.ts"

/** The number of what is not known at that moment; all others are 0 or more. */
export const absent = -1

export interface Vector {
  /** The moments at which it can change. */
  readonly moments: ReadonlyArray<Moment>
  readonly read: (columns: Columns, at: number, out: Float64Array) => void
}

/** The place of each in its block. */
export const places: Vector = {
  moments: [],
  read: ({ size }, _, out) => {
    for (let place = 0; place < size; place++) out[place] = place
  }
}

export const fact = (name: keyof FactNumbers): Vector => ({
  moments: [],
  read: (columns, _, out) => out.set(columns.fact(name))
})

/** What is known from a moment on. `tell` prepares for a block, and then answers for one place after the other. */
export const from = (
  moment: Moment,
  tell: (columns: Columns, now: number) => (place: number) => number,
  others: ReadonlyArray<Moment> = []
): Vector => ({
  moments: [moment, ...others],
  read: (columns, at, out) => {
    const known = columns.moment(moment)
    const now = columns.since(at)
    const told = tell(columns, now)
    for (let place = 0; place < columns.size; place++) out[place] = known[place]! <= now ? told(place) : absent
  }
})

/** A number that is known from a moment on. */
export const constant = (number: number, moment: Moment): Vector => from(moment, () => () => number)

/** The moment itself, once it has come, in milliseconds since the base of the block. */
export const date = (moment: Moment): Vector =>
  from(moment, (columns) => {
    const column = columns.moment(moment)
    return (place) => column[place]!
  })

/** The milliseconds between two moments, once both have come. */
export const span = (first: Moment, last: Moment): Vector =>
  from(last, (columns) => {
    const [begin, end] = [columns.moment(first), columns.moment(last)]
    return (place) => end[place]! - begin[place]!
  })

/** A fact that the pipeline rewrites. */
export const rewritten = (
  name: keyof FactNumbers,
  moment: Moment,
  by: (told: number, rewritten: boolean) => number
): Vector =>
  from(
    moment,
    (columns, now) => {
      const [told, rewrite] = [columns.fact(name), columns.moment("rewrite")]
      return (place) => by(told[place]!, rewrite[place]! <= now)
    },
    ["rewrite"]
  )
