/**
 * Any list of Genesys, by the operation of the official SDK that gives it. Which one that is, the installed SDK says (`Catalogue`); it is
 * asked for as every other list is. What changes something is refused: only a GET, a search or a query is a list.
 */
import type { Environment } from "@effect-genesys/auth/Environment"
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import * as Route from "@effect-genesys/client/Route"
import { nearest } from "@effect-genesys/core/Nearest"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import type { Operation, Parameter } from "@effect-genesys/sdk/CatalogueEntry"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import { createHash } from "node:crypto"
import { ListError } from "./ExportError.ts"
import * as List from "./internal/kinds/list.ts"
import * as ListSource from "./ListSource.ts"
import type { Measure, Source } from "./Source.ts"

type Paged = ListSource.Asked["paged"]
type Value = string | number | boolean

/** The operation, what it is asked with, and how its rows are known. */
export interface ListOptions {
  /** `getRoutingQueues`, or `RoutingApi.getRoutingQueues` if several classes mean something else by it. */
  readonly operation: string
  /** By their names, those of the path too. */
  readonly parameters?: Readonly<Record<string, Value | ReadonlyArray<Value>>> | undefined
  /** Of a search or a query. */
  readonly body?: Readonly<Record<string, unknown>> | undefined
  /** The field that a row is known by. @default id */
  readonly key?: string | undefined
  /** The field of an answer that has the rows. @default the one that it has */
  readonly rows?: string | undefined
  /** The name of its folder and table, after `list_`. @default by the operation */
  readonly into?: string | undefined
}

/** Its folder and table; undefined if its operation has no name that makes one. */
export const nameOf: (options: ListOptions) => string | undefined = List.nameOf

const unnamed = "list_unnamed"

const layoutOf = (options: ListOptions): ListSource.WholeLayout => ({
  ...List.list,
  name: List.nameOf(options) ?? unnamed,
  key: options.key ?? List.list.key
})

/** How far a copy of a list is behind, without asking Genesys. */
export const measure = (options: ListOptions): Measure => ListSource.measure(layoutOf(options))

const wrong = (message: string) => new ListError({ message })

const perhaps = (names: ReadonlyArray<string>) => (names.length === 0 ? "" : ` Did you mean ${names.join(" or ")}?`)

/** Several classes may have it: that is clear if all of them mean the same call. */
const find = Effect.fnUntraced(function* (wanted: string): Effect.fn.Return<Operation, ListError, Catalogue> {
  const catalogue = yield* Catalogue
  const found = yield* Effect.mapError(catalogue.find(wanted), ({ message }) => wrong(message))
  const [operation, ...others] = found
  if (
    operation !== undefined &&
    others.every(({ method, path }) => method === operation.method && path === operation.path)
  )
    return operation
  if (operation !== undefined)
    return yield* wrong(
      `Several classes of the official SDK have ${wanted}: name one of ${found.map(({ api, name }) => `${api}.${name}`).join(", ")}.`
    )
  const known = yield* Effect.mapError(catalogue.operations, ({ message }) => wrong(message))
  const close = nearest(wanted, [...new Set(known.map(({ name }) => name))])
  return yield* wrong(`The official SDK has no operation ${wanted}.${perhaps(close)}`)
})

const isListing = ({ method, path }: Operation) => method === "GET" || (method === "POST" && Route.isQuery(path))

const text = (value: Value | ReadonlyArray<Value>): string => (Array.isArray(value) ? value.join(",") : String(value))

/** Pages that are as long as those of any operation may be, unless the job says otherwise. */
const usualPage = { pageSize: "100", pageNumber: "1", startIndex: "1" }

/** These say where a page is. */
const places = ["cursor", "after", "before", "nextPage", "previousPage", "afterSourceId", "beforeSourceId"]
const pageParameters = new Set([...Object.keys(usualPage), ...places, "limit", "count", "maxResults", "maximum"])

/** It is asked for from another page on than the first. */
const isPart = ({ body = {}, parameters = {} }: ListOptions): boolean => {
  const { paging } = body
  const said = { ...(typeof paging === "object" ? paging : {}), ...body, ...parameters }
  return Object.entries(said).some(
    ([name, value]) =>
      places.includes(name) || ((name === "pageNumber" || name === "startIndex") && Number(value) !== 1)
  )
}

/** What its parameters say of its pages. The body of a search says nothing. */
const pagedBy = ({ method, parameters }: Operation, options: ListOptions): Paged => {
  if (isPart(options)) return "part"
  const names = parameters.flatMap((one) => (one.in === "query" ? [one.sentAs] : []))
  if (method !== "GET") return "unknown"
  if (!names.some((name) => pageParameters.has(name))) return "no"
  const hasCursor = names.includes("cursor") || names.includes("after")
  return hasCursor && !names.includes("pageNumber") ? "cursor" : "unknown"
}

const is = (name: string) => (one: Parameter) => one.name === name || one.sentAs === name

const requestOf = Effect.fnUntraced(function* (
  operation: Operation,
  { body, parameters = {} }: ListOptions
): Effect.fn.Return<HttpClientRequest.HttpClientRequest, ListError> {
  const named = `${operation.api}.${operation.name}`
  const given = new Map<Parameter, string>()
  for (const [name, value] of Object.entries(parameters)) {
    const parameter = operation.parameters.find(is(name))
    if (parameter === undefined || parameter.in === "body" || parameter.in === "form") {
      const names = operation.parameters.filter((one) => one.in !== "body").map((one) => one.name)
      return yield* wrong(`${named} has no parameter ${JSON.stringify(name)}.${perhaps(nearest(name, names))}`)
    }
    given.set(parameter, text(value))
  }
  const missing = operation.parameters.find((one) => one.required && one.in !== "body" && !given.has(one))
  if (missing !== undefined)
    return yield* wrong(
      `${named} needs the parameter ${missing.name}. Give it in parameters, or with --param ${missing.name}=value.`
    )
  const takesBody = operation.parameters.some((one) => one.in === "body")
  if (body !== undefined && !takesBody) return yield* wrong(`${named} takes no body. Leave it out.`)
  const of = (place: Parameter["in"]) =>
    Object.fromEntries([...given].flatMap(([one, value]) => (one.in === place ? [[one.sentAs, value]] : [])))
  const paged = Object.fromEntries(
    Object.entries(usualPage).filter(([name]) =>
      operation.parameters.some((one) => one.in === "query" && is(name)(one))
    )
  )
  const path = Route.path(operation.path, of("path"))
  const options = { headers: of("header"), urlParams: { ...paged, ...of("query") } }
  const request = HttpClientRequest.make(operation.method === "GET" ? "GET" : "POST")(path, options)
  const search = operation.path.endsWith("/search") ? { pageSize: 100, pageNumber: 1 } : {}
  return takesBody ? HttpClientRequest.bodyJsonUnsafe(request, { ...search, ...body }) : request
})

/** Clients may come with their secrets: those go nowhere. */
const secretsOf = ({ path }: Operation) => (path.startsWith("/api/v2/oauth/") ? ["secret"] : [])

/** How long a page is, and which one is first, makes no other list. */
const ofPages = new Set(["pageSize", "pageNumber", "limit", "startIndex", "count"])

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((one) => inOrder(one))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, inner]) => [name, inOrder(inner)])
  )
}

/**
 * Which of the lists of an operation it is, however its settings are written. Who somebody looks for is nothing that a checkpoint, or a
 * message about it, has to tell.
 */
const printOf = ({ body = {}, parameters = {}, rows = "" }: ListOptions, key: string): string => {
  const sent = Object.entries(parameters)
    .filter(([name]) => !ofPages.has(name))
    .map(([name, value]) => [name, text(value)] as const)
  const asked = Object.entries(body).filter(([name]) => !ofPages.has(name))
  return createHash("sha256")
    .update(JSON.stringify(inOrder([Object.fromEntries(sent), Object.fromEntries(asked), key, rows])))
    .digest("hex")
    .slice(0, 16)
}

const wanted = (options: ListOptions): Effect.Effect<ListSource.Wanted, ListError, Catalogue> =>
  Effect.gen(function* () {
    const { key = List.list.key, rows } = options
    if (List.nameOf(options) === undefined)
      return yield* wrong(
        `There is no name for what ${options.operation} lists: give one with into, of at most 40 small letters, digits and _.`
      )
    const operation = yield* find(options.operation)
    if (!isListing(operation))
      return yield* wrong(
        `${operation.api}.${operation.name} gives no list: it is ${operation.method} ${operation.path}. Choose an operation that gets one, or searches.`
      )
    const omit = secretsOf(operation)
    if (omit.includes(key))
      return yield* wrong(`${key} is never written down, so no row can be known by it. Choose another key, such as id.`)
    const request = yield* requestOf(operation, options)
    const listing = `${operation.method} ${operation.path} ${printOf(options, key)}`
    const asked = {
      request,
      route: operation.path,
      rows,
      key,
      paged: pagedBy(operation, options),
      omit
    }
    return { asked, listing }
  })

/** The source of a list, by its operation. */
export const make = (options: ListOptions): Effect.Effect<Source, never, GenesysClient | Environment | Catalogue> =>
  ListSource.make(layoutOf(options), wanted(options))

/** Whether there is such a list, as far as the installed SDK says: without one, nobody can tell yet. It asks Genesys nothing. */
export const check = (options: ListOptions): Effect.Effect<void, ListError, Catalogue> =>
  Catalogue.use((catalogue) => Effect.option(catalogue.find(options.operation))).pipe(
    Effect.flatMap((found) => (Option.isNone(found) ? Effect.void : Effect.asVoid(wanted(options))))
  )
