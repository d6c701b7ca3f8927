/**
 * The rows of a list and what stands beside them, by the way in which its model and its parameters say that it is paged: by numbers, by a cursor,
 * by the address of the next page, from a number on, or not at all.
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import { page } from "../shared/page.ts"
import type { Draws } from "./draws.ts"
import * as Misfit from "./misfit.ts"
import type { Field, Models, Type } from "./sdkTypes.ts"

export interface Asked {
  /** Without its query. */
  readonly path: string
  /** Whether the operation has such a parameter, or its body such a field. */
  readonly takes: (name: string) => boolean
  /** What was asked for. */
  readonly given: (name: string) => string | number | undefined
  /** The things that were asked for by name. */
  readonly wanted: ReadonlyArray<string> | undefined
}

export interface Listing {
  /** Which field has the rows, and of which type each is. */
  readonly rows: string
  readonly row: Type
  /** The rows of this page: which of all, or which things. */
  readonly shown: ReadonlyArray<number | string>
  readonly beside: Readonly<Record<string, unknown>>
}

const rowNames = ["entities", "results", "items", "conversations", "Resources"]
const cursors = ["after", "cursor", "pageToken"]
const sizes = ["pageSize", "limit", "count", "size"]

/** The field with the rows, if the model is a list. */
export const rowsOf = (fields: ReadonlyArray<Field>): (Field & { readonly of: Type }) | undefined => {
  for (const name of rowNames) {
    const field = fields.find((each) => each.name === name)
    if (field?.type.kind === "array") return { ...field, of: field.type.of }
  }
  return undefined
}

const atLeastOne = (asked: Asked, name: string, otherwise: number): number | Misfit.Misfit => {
  const given = asked.given(name)
  if (given === undefined) return otherwise
  const value = Number(given)
  return Number.isSafeInteger(value) && value > 0 ? value : { field: name, reason: "Expected a whole number from 1" }
}

const offsetOf = (cursor: string | number | undefined): number | undefined => {
  if (cursor === undefined || cursor === "") return 0
  const text = Result.getOrElse(Base64Url.decodeString(String(cursor)), () => "")
  return /^row \d{1,9}$/.test(text) ? Number(text.slice(4)) : undefined
}

const numbers = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)

interface Cut {
  readonly shown: ReadonlyArray<number | string>
  readonly beside: Readonly<Record<string, unknown>>
}

const byNumber = (asked: Asked, total: number, pageSize: number): Cut | Misfit.Misfit => {
  const pageNumber = atLeastOne(asked, "pageNumber", 1)
  if (typeof pageNumber === "object") return pageNumber
  const { items, uris } = page(numbers(0, total), asked.path, { pageSize, pageNumber })
  return { shown: items, beside: { ...uris, totalCount: total, totalHits: total } }
}

const byCursor = (asked: Asked, name: string, total: number, pageSize: number): Cut | Misfit.Misfit => {
  const from = offsetOf(asked.given(name))
  if (from === undefined) return { field: name, reason: "Expected a cursor of this list" }
  const to = Math.min(from + pageSize, total)
  const next = to < total ? Base64Url.encode(`row ${to}`) : undefined
  const told = { pageSize, total, totalCount: total, totalHits: total, count: to - from, selfUri: asked.path }
  if (next === undefined) return { shown: numbers(from, to), beside: { ...told, cursors: {} } }
  const nextUri = `${asked.path}?pageSize=${pageSize}&${name}=${next}`
  return { shown: numbers(from, to), beside: { ...told, nextUri, cursor: next, after: next, cursors: { after: next } } }
}

/** As SCIM has it. */
const byIndex = (asked: Asked, total: number, size: number): Cut | Misfit.Misfit => {
  const startIndex = atLeastOne(asked, "startIndex", 1)
  if (typeof startIndex === "object") return startIndex
  const shown = numbers(Math.min(startIndex - 1, total), Math.min(startIndex - 1 + size, total))
  return { shown, beside: { startIndex, itemsPerPage: shown.length, totalResults: total } }
}

const whole = (path: string, shown: ReadonlyArray<number | string>): Cut => {
  const count = shown.length
  const totals = { total: count, totalCount: count, totalHits: count, totalResults: count, count }
  const uris = { selfUri: path, firstUri: path, lastUri: path }
  return { shown, beside: { ...totals, ...uris, pageSize: count, pageNumber: 1, pageCount: 1, cursors: {} } }
}

/** So many rows it has. Those that have pages have more than one of the usual size. */
const paged = (draws: Draws, path: string) => 30 + (draws.bits(`${path} rows`) % 31)
export const few = (draws: Draws, path: string) => 3 + (draws.bits(`${path} rows`) % 5)

/** Undefined if the model is not a list. */
export const of = (
  draws: Draws,
  models: Models,
  fields: ReadonlyArray<Field>,
  asked: Asked
): Listing | Misfit.Misfit | undefined => {
  const rows = rowsOf(fields)
  if (rows === undefined) return undefined
  const { path, takes, wanted } = asked
  const cut = (): Cut | Misfit.Misfit => {
    if (wanted !== undefined) return whole(path, wanted)
    const pageSize = atLeastOne(asked, sizes.find((name) => takes(name)) ?? "pageSize", 25)
    if (typeof pageSize === "object") return pageSize
    if (takes("pageNumber")) return byNumber(asked, paged(draws, path), pageSize)
    const cursor = cursors.find((name) => takes(name))
    if (cursor !== undefined) return byCursor(asked, cursor, paged(draws, path), pageSize)
    if (takes("startIndex")) return byIndex(asked, paged(draws, path), pageSize)
    return whole(path, numbers(0, few(draws, path)))
  }
  const found = cut()
  if ("field" in found) return found
  const types = new Map(fields.map(({ name, type }) => [name, type]))
  // A model may call something else `total`.
  const beside = Object.entries(found.beside).filter(([name, value]) => {
    const type = types.get(name)
    return type !== undefined && type.kind !== "any" && Misfit.of(models, type, value) === undefined
  })
  return { rows: rows.name, row: rows.of, shown: found.shown, beside: Object.fromEntries(beside) }
}
