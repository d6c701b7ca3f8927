/**
 * Finds the users that a search asks for, as numbers. Text is compared without regard to case. AND conditions must all
 * hold, of the OR conditions at least one, of the NOT conditions none.
 */
import type { SearchCriteria } from "../../api/UsersApi.ts"
import type { Users } from "./users.ts"

type World = Users["Service"]
type Test = (index: number) => boolean

/** A condition that cannot be understood: where, and why. */
export interface BadCriteria {
  readonly field: string
  readonly reason: string
}

const words = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)

/** How each type compares a field with the values asked for, both in lower case. */
const comparisons: Record<string, (text: string, value: string) => boolean> = {
  EXACT: (text, value) => text === value,
  STARTS_WITH: (text, value) => text.startsWith(value),
  CONTAINS: (text, value) => text.includes(value),
  TERM: (text, value) => text === value || words(text).includes(value),
  TERMS: (text, value) => text === value || words(text).includes(value),
  QUERY_STRING: (text, value) => words(value).every((word) => text.includes(word)),
  REGEX: (text, value) => new RegExp(`^(?:${value})$`, "iu").test(text)
}

const isPattern = (value: string) => {
  try {
    return new RegExp(value, "u") instanceof RegExp
  } catch {
    return false
  }
}

const problem = (criteria: ReadonlyArray<SearchCriteria>, path: string): BadCriteria | undefined => {
  for (const [position, { fields, group, type, value, values }] of criteria.entries()) {
    const at = `${path}[${position}]`
    const inner = group === undefined ? undefined : problem(group, `${at}.group`)
    if (inner !== undefined) return inner
    if (group !== undefined || type === "MATCH_ALL") continue
    if (fields === undefined || fields.length === 0) return { field: `${at}.fields`, reason: "Missing key" }
    if (type === "REQUIRED_FIELDS") continue
    if (type === "TERMS" && values === undefined) return { field: `${at}.values`, reason: "Missing key" }
    if (type !== "TERMS" && value === undefined) return { field: `${at}.value`, reason: "Missing key" }
    if (type === "REGEX" && !isPattern(value!)) return { field: `${at}.value`, reason: "Expected a regular expression" }
  }
  return undefined
}

const compile = (users: World, criterion: SearchCriteria): Test => {
  const { fields = [], group, type } = criterion
  if (group !== undefined) return combine(users, group)
  if (type === "MATCH_ALL") return () => true
  if (type === "REQUIRED_FIELDS") return (index) => fields.every((field) => users.field(index, field) !== undefined)
  const compare = comparisons[type]!
  const asked = type === "TERMS" ? (criterion.values ?? []) : [criterion.value ?? ""]
  const lowered = type === "REGEX" ? asked : asked.map((value) => value.toLowerCase())
  return (index) =>
    fields.some((field) => {
      const text = users.field(index, field)?.toLowerCase()
      return text !== undefined && lowered.some((value) => compare(text, value))
    })
}

const combine = (users: World, criteria: ReadonlyArray<SearchCriteria>): Test => {
  const joined = (operator: "AND" | "OR" | "NOT") =>
    criteria.filter((criterion) => (criterion.operator ?? "AND") === operator).map((c) => compile(users, c))
  const [all, any, none] = [joined("AND"), joined("OR"), joined("NOT")]
  return (index) =>
    all.every((test) => test(index)) &&
    (any.length === 0 || any.some((test) => test(index))) &&
    !none.some((test) => test(index))
}

/** A search for one e-mail address needs no walk over all the users. */
const candidates = (users: World, criteria: ReadonlyArray<SearchCriteria>): ReadonlyArray<number> | undefined => {
  for (const { fields, group, operator = "AND", type, value } of criteria) {
    const onEmail = fields?.length === 1 && (fields[0] === "email" || fields[0] === "username")
    if (group === undefined && operator === "AND" && type === "EXACT" && onEmail && value !== undefined) {
      const index = users.byEmail(value)
      return index === undefined ? [] : [index]
    }
  }
  return undefined
}

export const search = (users: World, criteria: ReadonlyArray<SearchCriteria>): ReadonlyArray<number> | BadCriteria => {
  const bad = problem(criteria, "query")
  if (bad !== undefined) return bad
  const everybody = () => Array.from({ length: users.count }, (_, index) => index)
  return (candidates(users, criteria) ?? everybody()).filter(combine(users, criteria))
}
