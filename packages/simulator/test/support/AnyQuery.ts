/**
 * Any details query: its filters look for values that are found in the rows, or nearly.
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"
import type { Conversation } from "../../src/api/Conversation.ts"
import {
  ConversationDimension,
  ConversationMetric,
  CountedDimension,
  RangedMetric,
  SegmentDimension,
  SegmentMetric
} from "../../src/api/ConversationFilter.ts"
import * as Oracle from "./DetailsOracle.ts"

export const int = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))
export const literal = <const L extends ReadonlyArray<string>>(literals: L) =>
  Arbitrary.schema(Schema.Literals(literals))
export const some = <A>(item: Arbitrary.Arbitrary<A>, minLength: number, maxLength: number) =>
  Arbitrary.array(item, { minLength, maxLength })

/** Of which the numbers become values that are found in the rows, or nearly. */
interface Shape {
  readonly name: string
  readonly operator: "matches" | "exists" | "notExists"
  readonly pick: number
}

const shape = (names: ReadonlyArray<string>): Arbitrary.Arbitrary<Shape> =>
  Arbitrary.all({
    name: literal(names),
    operator: literal(["matches", "matches", "matches", "exists", "notExists"]),
    pick: int(0, 400)
  })
const join = literal(["and", "or"])
const filter = (names: ReadonlyArray<string>) =>
  Arbitrary.all({
    type: join,
    predicates: some(shape(names), 0, 2),
    clauses: some(Arbitrary.all({ type: join, predicates: some(shape(names), 1, 2) }), 0, 2)
  })

export const query = Arbitrary.all({
  conversationFilters: some(filter([...ConversationDimension.literals, ...ConversationMetric.literals]), 0, 1),
  segmentFilters: some(filter([...SegmentDimension.literals, ...SegmentMetric.literals]), 0, 2),
  order: literal(["asc", "desc", "unordered"]),
  orderBy: literal(["conversationStart", "conversationEnd"]),
  page: int(0, 100),
  pageSize: int(1, 100),
  dimensions: some(literal(CountedDimension.literals), 0, 2),
  ranged: some(literal(RangedMetric.literals), 0, 1)
})
export type Query = typeof query extends Arbitrary.Arbitrary<infer A> ? A : never

export const isMetric = (name: string) =>
  [...ConversationMetric.literals, ...SegmentMetric.literals].some((m) => m === name)

/** The predicate of a shape: its value is that of one of the rows. */
const predicateOf = (rows: ReadonlyArray<Conversation>, { name, operator, pick }: Shape): Oracle.Predicate => {
  const named = isMetric(name) ? { type: "metric", metric: name } : { dimension: name }
  if (operator !== "matches") return { ...named, operator }
  const row = rows[(pick * 7919) % rows.length]!
  const ofParts = Oracle.ofSegments(row).flatMap((values) => values[name] ?? [])
  const found = [...(Oracle.ofWhole(row)[name] ?? []), ...ofParts]
  const value = found[pick % Math.max(1, found.length)] ?? "nothing"
  if (!isMetric(name)) return { ...named, value: pick === 0 ? "nothing" : String(value) }
  if (pick % 5 === 0) return { ...named, value: String(value) }
  return { ...named, range: { [["gt", "gte", "lt", "lte"][pick % 4]!]: Number(value) || 0 } }
}

export const bodyOf = (rows: ReadonlyArray<Conversation>, given: Query) => {
  const filters = (all: Query["segmentFilters"]) =>
    all.map(({ clauses, predicates, type }) => ({
      type,
      predicates: predicates.map((one) => predicateOf(rows, one)),
      clauses: clauses.map((clause) => ({
        type: clause.type,
        predicates: clause.predicates.map((one) => predicateOf(rows, one))
      }))
    }))
  return {
    conversationFilters: filters(given.conversationFilters),
    segmentFilters: filters(given.segmentFilters),
    order: given.order,
    orderBy: given.orderBy,
    aggregations: [
      ...given.dimensions.map((dimension, place) => (place === 0 ? { dimension } : { dimension, size: 2 })),
      ...given.ranged.map((metric) => ({
        metric,
        ranges: [{ lt: 30_000 }, { gte: 30_000, lt: 300_000 }, { gte: 300_000 }]
      }))
    ]
  }
}
