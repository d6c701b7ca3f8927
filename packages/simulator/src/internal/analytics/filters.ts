/**
 * Filters of a query as one test of a conversation at a moment. Every conversation that a query means is tested for every page:
 * of a million that takes most of a second.
 */
import type { Details } from "../../api/AnalyticsApi.ts"
import type { Clause, Filter, Predicate } from "../../api/ConversationFilter.ts"
import type { Conversations } from "./conversations.ts"
import * as Dimensions from "./dimensions.ts"

export type Test = (index: number, at: number) => boolean

/** What is looked at under a name. The schema of the filter lets only names through that are there. */
type Reads = (name: string) => Dimensions.Read

const join = (type: "and" | "or", tests: ReadonlyArray<Test>): Test => {
  const [only] = tests
  if (only !== undefined && tests.length === 1) return only
  return type === "and"
    ? (index, at) => tests.every((test) => test(index, at))
    : (index, at) => tests.some((test) => test(index, at))
}

/** What is absent is in no range. */
const inRange = (read: Dimensions.Read, { range, value }: Predicate): Test => {
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range ?? {}
  const equal = value === undefined ? undefined : Number(value)
  return (index, at) => {
    const number = read(index, at)
    if (typeof number !== "number" || (equal !== undefined && number !== equal)) return false
    return number > gt && number >= gte && number < lt && number <= lte
  }
}

const ofPredicate = (reads: Reads, predicate: Predicate): Test => {
  const { dimension = "", metric = "", operator, type, value } = predicate
  const isMetric = (type ?? (predicate.metric === undefined ? "dimension" : "metric")) === "metric"
  const read = reads(isMetric ? metric : dimension)
  if (operator === "exists") return (index, at) => read(index, at) !== undefined
  if (operator === "notExists") return (index, at) => read(index, at) === undefined
  return isMetric ? inRange(read, predicate) : (index, at) => read(index, at) === value
}

const ofFilters = (reads: Reads, filters: ReadonlyArray<Filter>): Test => {
  const tests = ({ predicates }: Clause) => predicates.map((predicate) => ofPredicate(reads, predicate))
  const all = filters.map(({ clauses = [], predicates = [], type }) => {
    const parts = [...tests({ type, predicates }), ...clauses.map((clause) => join(clause.type, tests(clause)))]
    return parts.length === 0 ? () => true : join(type, parts)
  })
  return join("and", all)
}

/** Undefined if there is nothing to test. One of its segments must pass all filters of segments. */
export const test = (world: Conversations["Service"], query: Details): Test | undefined => {
  const { conversationFilters = [], segmentFilters = [] } = query
  if (conversationFilters.length === 0 && segmentFilters.length === 0) return undefined
  const whole = new Map<string, Dimensions.Read>(Object.entries(Dimensions.conversation(world)))
  const parts = new Map<string, Dimensions.Segments>(Object.entries(Dimensions.segment(world)))
  const segments = Dimensions.appears(world).map((appears, place) =>
    join("and", [appears, ofFilters((name) => parts.get(name)![place]!, segmentFilters)])
  )
  const conversation = ofFilters((name) => whole.get(name)!, conversationFilters)
  return segmentFilters.length === 0 ? conversation : join("and", [conversation, join("or", segments)])
}
