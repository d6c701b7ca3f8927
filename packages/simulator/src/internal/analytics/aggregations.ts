/**
 * Counts the conversations that a query found, for each value of a dimension or each range of a metric. One that has a value
 * in several segments counts once.
 */
import type { Aggregation, AggregationResult } from "../../api/ConversationFilter.ts"
import { blockSize, type Columns, type Moment } from "./columns.ts"
import type { Conversations } from "./conversations.ts"
import * as Dimensions from "./dimensions.ts"
import * as Vectors from "./vectors.ts"

export interface Counter {
  /** How many numbers it counts. */
  readonly size: number
  readonly moments: ReadonlyArray<Moment>
  readonly add: (columns: Columns, at: number, places: Uint16Array, counts: Uint16Array | Uint32Array) => void
  readonly result: (counts: ArrayLike<number>) => typeof AggregationResult.Type
}

type Read = Vectors.Vector | number

/** Each that differs, with the moment from which it is there: a segment that repeats an earlier one counts nothing new. */
const distinct = (places: Dimensions.Places): ReadonlyArray<Vectors.Vector> =>
  [...new Set<Read>(places)].flatMap((read) => {
    if (read === Vectors.absent) return []
    const moment = Dimensions.appears[places.indexOf(read)]
    if (typeof read === "number") return [moment === undefined ? constant(read) : Vectors.constant(read, moment)]
    return [moment === undefined || read.moments.length > 0 ? read : from(moment, read)]
  })

const constant = (number: number): Vectors.Vector => ({ moments: [], read: (_, __, out) => void out.fill(number) })

/** What is known from the start, but of a segment that is not there yet. */
const from = (moment: Moment, vector: Vectors.Vector): Vectors.Vector => ({
  moments: [moment],
  read: (columns, at, out) => {
    vector.read(columns, at, out)
    const [appears, now] = [columns.moment(moment), columns.since(at)]
    for (let place = 0; place < columns.size; place++) if (appears[place]! > now) out[place] = Vectors.absent
  }
})

const numbers = new Float64Array(blockSize)

/** The most frequent values first, equals by name. */
const terms = (world: Conversations["Service"], dimension: string, size: number): Counter => {
  const known = { ...Dimensions.conversation(world), ...Dimensions.segment(world) }
  const { count = 0, places, textOf } = new Map<string, Dimensions.Dimension>(Object.entries(known)).get(dimension)!
  const vectors = distinct(places)
  return {
    size: count,
    moments: [...new Set(vectors.flatMap(({ moments }) => moments))],
    add: (columns, at, found, counts) => {
      for (const { read } of vectors) {
        read(columns, at, numbers)
        for (const place of found) if (numbers[place] !== Vectors.absent) counts[numbers[place]!]!++
      }
    },
    result: (counts) => {
      const results = Array.from(counts, (number, value) => ({ value: textOf(value), count: number })).filter(
        (entry) => entry.count > 0
      )
      results.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      return { type: "termFrequency", dimension, results: results.slice(0, size) }
    }
  }
}

type Ranges = NonNullable<Aggregation["ranges"]>

const ranges = (metric: string, given: Ranges): Counter => {
  const known = { ...Dimensions.conversationMetrics, ...Dimensions.segmentMetrics }
  const vectors = distinct(new Map<string, Dimensions.Places>(Object.entries(known)).get(metric)!)
  const inside = given.map(() => new Uint8Array(blockSize))
  return {
    size: given.length,
    moments: [...new Set(vectors.flatMap(({ moments }) => moments))],
    add: (columns, at, found, counts) => {
      for (const marks of inside) marks.fill(0)
      for (const { read } of vectors) {
        read(columns, at, numbers)
        for (const [number, { gte = Number.NEGATIVE_INFINITY, lt = Number.POSITIVE_INFINITY }] of given.entries()) {
          const marks = inside[number]!
          for (const place of found) {
            const value = numbers[place]!
            if (value !== Vectors.absent && value >= gte && value < lt) marks[place] = 1
          }
        }
      }
      for (const [number, marks] of inside.entries()) for (const place of found) counts[number]! += marks[place]!
    },
    result: (counts) => ({
      type: "numericRange",
      metric,
      results: Array.from(counts, (count, number) => ({ ...given[number], count }))
    })
  }
}

export const make = (world: Conversations["Service"], aggregation: Aggregation): Counter => {
  const { dimension, metric, ranges: given, size = 10, type } = aggregation
  const wanted = type ?? (metric === undefined ? "termFrequency" : "numericRange")
  // The schema of the aggregation sees to it that what the type needs is there.
  return wanted === "termFrequency" ? terms(world, dimension!, size) : ranges(metric!, given!)
}
