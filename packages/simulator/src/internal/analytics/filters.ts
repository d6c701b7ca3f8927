/**
 * Filters of a query as one test of a conversation at a moment. Every conversation that a query means is tested for every page:
 * of a million that takes some seconds.
 */
import type { Details } from "../../api/AnalyticsApi.ts"
import type { Predicate } from "../../api/ConversationFilter.ts"
import type { Conversations } from "./conversations.ts"
import * as Dimensions from "./dimensions.ts"

export type Test = (index: number, at: number) => boolean

/** A test of anything. */
type Tests<Args extends ReadonlyArray<unknown>> = (...args: Args) => boolean

const join = <Args extends ReadonlyArray<unknown>>(
  type: "and" | "or",
  tests: ReadonlyArray<Tests<Args>>
): Tests<Args> => {
  const [only] = tests
  if (only !== undefined && tests.length === 1) return only
  return type === "and"
    ? (...args) => tests.every((test) => test(...args))
    : (...args) => tests.some((test) => test(...args))
}

/** What a value must be. */
const wanted = ({ metric, range, type, value }: Predicate): ((found: string | number) => boolean) => {
  const isMetric = (type ?? (metric === undefined ? "dimension" : "metric")) === "metric"
  if (!isMetric) return (found) => found === value
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range ?? {}
  const equal = value === undefined ? undefined : Number(value)
  return (found) => {
    if (typeof found !== "number" || (equal !== undefined && found !== equal)) return false
    return found > gt && found >= gte && found < lt && found <= lte
  }
}

/** The name of what it looks at. The schema of the filter lets only names through that are there. */
export const looksAt = ({ dimension = "", metric = "", type }: Predicate): string =>
  (type ?? (metric === "" ? "dimension" : "metric")) === "metric" ? metric : dimension

const anything = () => true

const ofWhole =
  (reads: ReadonlyMap<string, Dimensions.Whole>) =>
  (predicate: Predicate): Test => {
    const some = reads.get(looksAt(predicate))!
    if (predicate.operator === "exists") return (index, at) => some(index, at, anything)
    if (predicate.operator === "notExists") return (index, at) => !some(index, at, anything)
    const passes = wanted(predicate)
    return (index, at) => some(index, at, passes)
  }

const ofSegment =
  (reads: ReadonlyMap<string, Dimensions.Read>) =>
  (predicate: Predicate): Tests<Parameters<Dimensions.Read>> => {
    const read = reads.get(looksAt(predicate))!
    if (predicate.operator === "exists") return (...place) => read(...place) !== undefined
    if (predicate.operator === "notExists") return (...place) => read(...place) === undefined
    const passes = wanted(predicate)
    return (...place) => {
      const found = read(...place)
      return found !== undefined && passes(found)
    }
  }

interface ClauseOf<P> {
  readonly type: "and" | "or"
  readonly predicates: ReadonlyArray<P>
}
interface FilterOf<P> extends Partial<Pick<ClauseOf<P>, "predicates">>, Pick<ClauseOf<P>, "type"> {
  readonly clauses?: ReadonlyArray<ClauseOf<P>>
}

/** All of them as one. */
export const joined = <P, Args extends ReadonlyArray<unknown>>(
  filters: ReadonlyArray<FilterOf<P>>,
  testOf: (predicate: P) => Tests<Args>
): Tests<Args> => {
  const tests = ({ predicates }: ClauseOf<P>) => predicates.map(testOf)
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
  const conversation = joined(conversationFilters, ofWhole(Dimensions.conversation(world)))
  if (segmentFilters.length === 0) return conversation
  const segment = joined(segmentFilters, ofSegment(Dimensions.segment(world)))
  const some: Test = (index, at) =>
    Dimensions.someSegment(world, index, at, (actor, leg, part) => segment(index, at, actor, leg, part))
  return conversationFilters.length === 0 ? some : join("and", [conversation, some])
}
