/**
 * Filters of a query as one test of a conversation at a moment. It reads single facts and never builds a row.
 */
import type { Details } from "../api/AnalyticsApi.ts"
import type { Clause, Filter, Predicate } from "../api/ConversationFilter.ts"
import type { Conversations } from "./Conversations.ts"
import * as Dimensions from "./Dimensions.ts"

type World = Conversations["Service"]
type Test = (index: number, at: number, place: number) => boolean
type Reads<A> = ReadonlyMap<string, (index: number, at: number, place: number) => A | undefined>

interface Fields {
  readonly dimensions: Reads<string>
  readonly metrics: Reads<number>
}

const join = (type: "and" | "or", tests: ReadonlyArray<Test>): Test => {
  const [only] = tests
  if (only !== undefined && tests.length === 1) return only
  return type === "and"
    ? (index, at, place) => tests.every((test) => test(index, at, place))
    : (index, at, place) => tests.some((test) => test(index, at, place))
}

const inRange = (value: number, { range, value: equal }: Predicate): boolean => {
  if (equal !== undefined && value !== Number(equal)) return false
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range ?? {}
  return value > gt && value >= gte && value < lt && value <= lte
}

const hasId = (world: World, id: string): Test => {
  const head = Number.parseInt(id.slice(0, 8), 16)
  return (index) => world.idHead(index) === head && world.idOf(index) === id
}

const ofPredicate = (world: World, fields: Fields, predicate: Predicate): Test => {
  const { dimension = "", metric = "", operator, type, value } = predicate
  // The schema of the filter lets only names through that are there.
  const read = type === "dimension" ? fields.dimensions.get(dimension)! : fields.metrics.get(metric)!
  if (operator === "exists") return (index, at, place) => read(index, at, place) !== undefined
  if (operator === "notExists") return (index, at, place) => read(index, at, place) === undefined
  if (type === "dimension") {
    if (dimension === "conversationId") return hasId(world, value ?? "")
    return (index, at, place) => read(index, at, place) === value
  }
  return (index, at, place) => {
    const measured = read(index, at, place)
    return typeof measured === "number" && inRange(measured, predicate)
  }
}

const ofFilter = (world: World, fields: Fields, { clauses = [], predicates = [], type }: Filter): Test => {
  const tests = (clause: Clause) => clause.predicates.map((predicate) => ofPredicate(world, fields, predicate))
  const own = tests({ type, predicates })
  const all = [...own, ...clauses.map((clause) => join(clause.type, tests(clause)))]
  return all.length === 0 ? () => true : join(type, all)
}

/** Undefined when there are no filters. */
export const test = (world: World, query: Details): ((index: number, at: number) => boolean) | undefined => {
  const { conversationFilters = [], segmentFilters = [] } = query
  if (conversationFilters.length === 0 && segmentFilters.length === 0) return undefined
  const conversation = {
    dimensions: new Map(Object.entries(Dimensions.conversation(world))),
    metrics: new Map(Object.entries(Dimensions.conversationMetrics(world)))
  }
  const segment = {
    dimensions: new Map(Object.entries(Dimensions.segment(world))),
    metrics: new Map(Object.entries(Dimensions.segmentMetrics(world)))
  }
  const whole = join(
    "and",
    conversationFilters.map((filter) => ofFilter(world, conversation, filter))
  )
  const part = join(
    "and",
    segmentFilters.map((filter) => ofFilter(world, segment, filter))
  )
  return (index, at) => {
    if (!whole(index, at, 0)) return false
    if (segmentFilters.length === 0) return true
    const places = Dimensions.segments(world, index, at)
    for (let place = 0; place < places; place++) if (part(index, at, place)) return true
    return false
  }
}
