/**
 * Filters of a query as one test, which marks those of a block that pass at a moment. What is the same for all of them is
 * decided beforehand.
 */
import type { Details } from "../../api/AnalyticsApi.ts"
import type { Clause, Filter, Predicate } from "../../api/ConversationFilter.ts"
import { blockSize, type Columns, type Moment } from "./columns.ts"
import type { Conversations } from "./conversations.ts"
import * as Dimensions from "./dimensions.ts"
import * as Vectors from "./vectors.ts"

type World = Conversations["Service"]

export interface Marks {
  /** The moments at which one can begin or cease to pass. */
  readonly moments: ReadonlyArray<Moment>
  /** Sets 1 for each that passes, and 0 for the others. */
  readonly mark: (columns: Columns, at: number, out: Uint8Array) => void
}

/** A plain boolean holds for all conversations. */
export type Test = Marks | boolean

interface Fields {
  readonly dimensions: ReadonlyMap<string, Dimensions.Dimension>
  readonly metrics: ReadonlyMap<string, Dimensions.Places>
}

/** Nothing is marked by two at a time. */
const numbers = new Float64Array(blockSize)

const join = (type: "and" | "or", tests: ReadonlyArray<Test>): Test => {
  const deciding = type === "or"
  if (tests.includes(deciding)) return deciding
  const all = tests.filter((test) => typeof test !== "boolean")
  const [first, ...others] = all
  if (first === undefined) return !deciding
  if (others.length === 0) return first
  const mine = new Uint8Array(blockSize)
  return {
    moments: [...new Set(all.flatMap(({ moments }) => moments))],
    mark: (columns, at, out) => {
      first.mark(columns, at, out)
      for (const { mark } of others) {
        mark(columns, at, mine)
        if (type === "and") for (let place = 0; place < columns.size; place++) out[place]! &= mine[place]!
        else for (let place = 0; place < columns.size; place++) out[place]! |= mine[place]!
      }
    }
  }
}

const not = (test: Test): Test =>
  typeof test === "boolean"
    ? !test
    : {
        moments: test.moments,
        mark: (columns, at, out) => {
          test.mark(columns, at, out)
          for (let place = 0; place < columns.size; place++) out[place]! ^= 1
        }
      }

const exists = (read: Vectors.Vector | number): Test =>
  typeof read === "number"
    ? read !== Vectors.absent
    : {
        moments: read.moments,
        mark: (columns, at, out) => {
          read.read(columns, at, numbers)
          for (let place = 0; place < columns.size; place++) out[place] = numbers[place] === Vectors.absent ? 0 : 1
        }
      }

const equals = (read: Vectors.Vector | number, wanted: ReturnType<Dimensions.Dimension["numberOf"]>): Test => {
  if (typeof read === "number") return read === wanted
  return {
    moments: read.moments,
    mark: (columns, at, out) => {
      const number = typeof wanted === "number" ? wanted : wanted(columns)
      read.read(columns, at, numbers)
      for (let place = 0; place < columns.size; place++) out[place] = numbers[place] === number ? 1 : 0
    }
  }
}

/** What is absent is in no range. */
const inRange = (read: Vectors.Vector | number, { range, value }: Predicate): Test => {
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range ?? {}
  const equal = value === undefined ? undefined : Number(value)
  const inside = (number: number) =>
    number !== Vectors.absent &&
    (equal === undefined || number === equal) &&
    number > gt &&
    number >= gte &&
    number < lt &&
    number <= lte
  if (typeof read === "number") return inside(read)
  return {
    moments: read.moments,
    mark: (columns, at, out) => {
      read.read(columns, at, numbers)
      for (let place = 0; place < columns.size; place++) out[place] = inside(numbers[place]!) ? 1 : 0
    }
  }
}

// The schema of the filter lets only names through that are there.
const dimensionOf = ({ dimensions }: Fields, { dimension = "", metric, type }: Predicate) =>
  (type ?? (metric === undefined ? "dimension" : "metric")) === "dimension" ? dimensions.get(dimension)! : undefined

const readAt = (fields: Fields, predicate: Predicate, place: number) =>
  (dimensionOf(fields, predicate)?.places ?? fields.metrics.get(predicate.metric ?? "")!)[place]!

const ofPredicate = (fields: Fields, predicate: Predicate, place: number): Test => {
  const { operator, value = "" } = predicate
  const dimension = dimensionOf(fields, predicate)
  const read = readAt(fields, predicate, place)
  if (operator === "exists") return exists(read)
  if (operator === "notExists") return not(exists(read))
  return dimension === undefined ? inRange(read, predicate) : equals(read, dimension.numberOf(value))
}

const ofFilters = (fields: Fields, filters: ReadonlyArray<Filter>, place: number): Test => {
  const tests = ({ predicates }: Clause) => predicates.map((predicate) => ofPredicate(fields, predicate, place))
  return join(
    "and",
    filters.map(({ clauses = [], predicates = [], type }) => {
      const all = [...tests({ type, predicates }), ...clauses.map((clause) => join(clause.type, tests(clause)))]
      return all.length === 0 ? true : join(type, all)
    })
  )
}

const predicatesOf = ({ clauses = [], predicates = [] }: Filter): ReadonlyArray<Predicate> => [
  ...predicates,
  ...clauses.flatMap((clause) => clause.predicates)
]

/** Whether a conversation has the segment at this place by then. */
const appeared = (place: number): Test => {
  const moment = Dimensions.appears[place]
  return moment === undefined ? true : exists(Vectors.constant(1, moment))
}

export type FiltersOf = Required<Pick<Details, "conversationFilters" | "segmentFilters">>

export const test = (world: World, { conversationFilters, segmentFilters }: FiltersOf): Test => {
  const conversation = {
    dimensions: new Map(Object.entries(Dimensions.conversation(world))),
    metrics: new Map(Object.entries(Dimensions.conversationMetrics))
  }
  const segment = {
    dimensions: new Map(Object.entries(Dimensions.segment(world))),
    metrics: new Map(Object.entries(Dimensions.segmentMetrics))
  }
  const predicates = segmentFilters.flatMap(predicatesOf)
  // A segment for which everything is as for an earlier one, which appears no later, decides nothing.
  const repeats = (place: number) =>
    Dimensions.appears.some(
      (_, earlier) =>
        earlier < place &&
        predicates.every((given) => readAt(segment, given, earlier) === readAt(segment, given, place))
    )
  const parts = Dimensions.appears.flatMap((_, place) =>
    repeats(place) ? [] : [join("and", [appeared(place), ofFilters(segment, segmentFilters, place)])]
  )
  return join("and", [ofFilters(conversation, conversationFilters, 0), join("or", parts)])
}
