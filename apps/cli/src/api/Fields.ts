/**
 * Fields of a call as they are given on a command line, as in `gh api`: `name=text`, nested as `queue[id]=…`, lists as `ids[]=…`.
 * They are the query of a GET, HEAD or DELETE, and the JSON body of anything else.
 */
import * as JsonText from "@effect-genesys/core/JsonText"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as JsonInput from "./JsonInput.ts"
import { UsageError } from "@effect-genesys/program/UsageError"

export interface Field {
  readonly key: string
  readonly value: unknown
}

/** The name and the value of what an option was given. */
export const split = (option: string, given: string): Effect.Effect<readonly [string, string], UsageError> => {
  const at = given.indexOf("=")
  return at > 0
    ? Effect.succeed([given.slice(0, at), given.slice(at + 1)])
    : Effect.fail(new UsageError({ message: `${option} ${JSON.stringify(given)} has no value: write name=value.` }))
}

/** `-f`: the value is text. */
export const ofText = (given: string): Effect.Effect<Field, UsageError> =>
  Effect.map(split("-f", given), ([key, value]) => ({ key, value }))

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/
const words = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null]
])

/** `-F`: `true`, `false`, `null` and numbers are what they look like, `@file` is the text of a file, `@-` of standard input. */
export const ofTyped = Effect.fnUntraced(function* (given: string) {
  const [key, value] = yield* split("-F", given)
  if (words.has(value)) return { key, value: words.get(value) }
  if (value.startsWith("@")) return { key, value: yield* JsonInput.text(value.slice(1)) }
  return { key, value: number.test(value) ? ExactNumber.parse(value) : value }
})

type Tree = Record<string, unknown>
const isTree = (value: unknown): value is Tree =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ExactNumber.isExactNumber(value)

/** `a[b][]` as `["a", "b", ""]`; an empty step stands for a list. */
const steps = (key: string): ReadonlyArray<string> | undefined =>
  /^[^[\]]+(?:\[[^[\]]*\])*$/.test(key) ? key.replaceAll("]", "").split("[") : undefined

const conflict = (key: string) => new UsageError({ message: `The field ${key} contradicts another field.` })

/** The fields as one object. */
export const toObject = Effect.fnUntraced(function* (fields: ReadonlyArray<Field>): Effect.fn.Return<Tree, UsageError> {
  const root: Tree = Object.create(null)
  for (const { key, value } of fields) {
    const path = steps(key)
    if (path === undefined) {
      return yield* new UsageError({ message: `The field ${key} has no such name: write name, name[inner] or name[].` })
    }
    if (path.length > JsonText.mostDepth) {
      return yield* new UsageError({ message: `A field is nested more than ${JsonText.mostDepth} deep.` })
    }
    if (!put(root, path, value)) return yield* conflict(key)
  }
  return root
})

/** Whether there was room for it. */
const put = (tree: Tree, path: ReadonlyArray<string>, value: unknown): boolean => {
  const [name = "", next, ...rest] = path
  if (next === undefined) {
    if (name in tree) return false
    tree[name] = value
    return true
  }
  if (next !== "") {
    tree[name] ??= Object.create(null)
    const inner = tree[name]
    return isTree(inner) && put(inner, [next, ...rest], value)
  }
  tree[name] ??= []
  const list: unknown = tree[name]
  if (!Array.isArray(list)) return false
  if (rest.length === 0) {
    list.push(value)
    return true
  }
  // As gh does: a field that the last thing of the list has already begins another one.
  const last: unknown = list.at(-1)
  if (isTree(last) && put(last, rest, value)) return true
  const made: Tree = Object.create(null)
  list.push(made)
  return put(made, rest, value)
}

/** The fields as parameters of a query. Genesys wants lists with commas between their values. */
export const toQuery = Effect.fnUntraced(function* (
  fields: ReadonlyArray<Field>
): Effect.fn.Return<ReadonlyArray<readonly [string, string]>, UsageError> {
  const query = new Map<string, string>()
  for (const { key, value } of fields) {
    const isList = key.endsWith("[]")
    const name = isList ? key.slice(0, -2) : key
    if (/[[\]]/.test(name)) {
      return yield* new UsageError({ message: `The field ${key} cannot be a parameter: those are not nested.` })
    }
    const before = query.get(name)
    if (before !== undefined && !isList) return yield* conflict(key)
    const text = ExactNumber.isExactNumber(value) ? value.rawJSON : String(value)
    query.set(name, before === undefined ? text : `${before},${text}`)
  }
  return [...query]
})
