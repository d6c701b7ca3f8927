/**
 * The answer to a call of an operation that is not imitated: what the request brings is checked, and what comes back is made of the types.
 */
import type { Draws } from "./draws.ts"
import { isThing, type Maker, type Place } from "./maker.ts"
import * as Misfit from "./misfit.ts"
import * as Pages from "./pages.ts"
import type { Operation, Parameter } from "./sdkIndex.ts"
import type { Field, Models, Type } from "./sdkTypes.ts"

export interface Call {
  readonly operation: Operation
  /** Of the path, by their names. */
  readonly ids: Readonly<Record<string, string>>
  /** Without its query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Undefined if there is none. */
  readonly body: unknown
  readonly now: number
}

export interface Parts {
  readonly models: Models
  readonly draws: Draws
  readonly maker: Maker
  /** The name of the id with which a row of a list can be asked for. */
  readonly itemsOf: (path: string) => string | undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const own = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

const checkParameters = (
  parameters: ReadonlyArray<Parameter>,
  textsOf: (name: string) => ReadonlyArray<string>
): Misfit.Misfit | undefined => {
  for (const { name, required, type } of parameters) {
    const texts = textsOf(name)
    if (required && !texts.some((text) => text !== "")) return { field: name, reason: "It is required" }
    for (const text of texts) {
      const found = Misfit.ofText(type, text, name)
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** What is wrong with a call. */
export const check = (models: Models, { body, headers, operation, query }: Call): Misfit.Misfit | undefined => {
  const wrong =
    checkParameters(operation.query, (name) => query.getAll(name)) ??
    checkParameters(operation.headers, (name) => {
      const text = headers[name.toLowerCase()]
      return text === undefined ? [] : [text]
    })
  if (wrong !== undefined || operation.body === undefined) return wrong
  if (body !== undefined) return Misfit.of(models, operation.body.type, body)
  return operation.body.required ? { field: "body", reason: "It is required" } : undefined
}

const fieldsOf = (models: Models, type: Type | undefined): ReadonlyArray<Field> =>
  type?.kind === "model" ? (models.get(type.name) ?? []) : []

/** Whoever writes a thing gets it back as it was sent, as far as the answer has the same fields. */
const echoed = (models: Models, { body, operation }: Call): Record<string, unknown> => {
  const sent = new Map(fieldsOf(models, operation.body?.type).map(({ name, type }) => [name, type]))
  const same = fieldsOf(models, operation.answer).filter(
    ({ name, type }) => sent.get(name) === type && !namesOfThing.has(name) && !isUnknown(type)
  )
  const values = same.map(({ name }) => [name, own(body, name) ?? undefined] as const)
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}

const namesOfThing = new Set(["id", "selfUri"])

/** Nobody has looked into it, or how deep it is. */
const isUnknown = (type: Type): boolean =>
  type.kind === "any" || ((type.kind === "array" || type.kind === "map") && isUnknown(type.of))

const askedOf = ({ models }: Parts, { body, operation, path, query }: Call): Pages.Asked => {
  const fields = fieldsOf(models, operation.body?.type)
  const paging = fieldsOf(models, fields.find(({ name }) => name === "paging")?.type)
  const names = new Set([...operation.query, ...fields, ...paging].map(({ name }) => name))
  const wanted = operation.query.find(({ name, type: { kind } }) => /^ids?$/.test(name) && kind === "array")?.name
  const ids = wanted === undefined ? [] : query.getAll(wanted).flatMap((text) => text.split(","))
  return {
    path,
    takes: (name) => names.has(name),
    given: (name) => {
      const value = query.get(name) ?? own(body, name) ?? own(own(body, "paging"), name)
      return typeof value === "string" || typeof value === "number" ? value : undefined
    },
    wanted: ids.length === 0 ? undefined : [...new Set(ids)].slice(0, mostWanted)
  }
}

/** So many things are answered that were asked for by their ids. */
const mostWanted = 500

/** A row that is a thing has an address if a thing can be asked for there. */
const rowOf = (parts: Parts, call: Call, type: Type, row: number | string): unknown => {
  const { draws, itemsOf, maker, models } = parts
  const { ids, now, path } = call
  const key = `${path} row ${row}`
  const id = typeof row === "string" ? row : draws.uuid(key)
  const item = itemsOf(path)
  const place: Place = { now, key, depth: 0, within: new Set(), ids: item === undefined ? ids : { ...ids, [item]: id } }
  if (type.kind !== "model") return maker.value(type, "row", place)
  return maker.object(
    type.name,
    item === undefined ? place : { ...place, selfUri: `${path}/${encodeURIComponent(id)}` },
    isThing(fieldsOf(models, type)) ? { id } : {}
  )
}

/** The value that is answered; undefined if it has no body. A misfit is one of the page that was asked for. */
export const answer = (parts: Parts, call: Call): { readonly value: unknown } | Misfit.Misfit => {
  const { draws, maker, models } = parts
  const { ids, now, operation, path } = call
  const type = operation.answer
  const place: Place = { now, key: `${operation.method} ${path}`, depth: 0, within: new Set(), ids, selfUri: path }
  if (type.kind === "array") {
    const count = Pages.few(draws, path)
    return { value: Array.from({ length: count }, (_, row) => rowOf(parts, call, type.of, row)) }
  }
  if (type.kind !== "model") return { value: maker.value(type, "answer", place) }
  const fields = fieldsOf(models, type)
  const listing = Pages.of(draws, models, fields, askedOf(parts, call))
  if (listing !== undefined && "field" in listing) return listing
  if (listing !== undefined) {
    const rows = listing.shown.map((row) => rowOf(parts, call, listing.row, row))
    return { value: maker.object(type.name, place, { ...listing.beside, [listing.rows]: rows }) }
  }
  const last = /\{(\w+)\}$/.exec(operation.path)?.[1]
  const id = last === undefined ? undefined : ids[last]
  const fixed = echoed(models, call)
  return { value: maker.object(type.name, place, id !== undefined && isThing(fields) ? { ...fixed, id } : fixed) }
}
