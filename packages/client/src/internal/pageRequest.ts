/** Requests of pages: reads and sets the number or the cursor of the page, in the query string or in a JSON body. */
import * as JsonText from "@effect-genesys/core/JsonText"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as UrlParams from "effect/http/UrlParams"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

type Request = HttpClientRequest.HttpClientRequest
type Body = Readonly<Record<string, unknown>>

const decodeBody = Schema.decodeUnknownOption(JsonText.fromString(Schema.Record(Schema.String, Schema.Unknown)))
const decodeObject = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Unknown))
const decodeNumber = Schema.decodeUnknownOption(Schema.Int)

/** With the whole query in its parameters, wherever it was written. */
export const normalize = (request: Request): Request => {
  const [path = "", query] = request.url.split("?", 2)
  if (query === undefined) return request
  return HttpClientRequest.setUrl(request, path).pipe(
    (bare) => HttpClientRequest.makeWith(bare.method, bare.url, UrlParams.empty, bare.hash, bare.headers, bare.body),
    HttpClientRequest.appendUrlParams([...new URLSearchParams(query)]),
    HttpClientRequest.appendUrlParams(request.urlParams)
  )
}

/** The fields of a JSON body; none for a body of anything else. */
export const bodyOf = (request: Request): Body | undefined => {
  const { body } = request
  if (body._tag === "Empty") return {}
  if (body._tag !== "Uint8Array") return undefined
  return Option.getOrUndefined(decodeBody(body.text ?? new TextDecoder().decode(body.body)))
}

/** Two requests with the same identity get the same answer. */
export const identityOf = (request: Request): string => {
  const body = request.body._tag === "Uint8Array" ? JSON.stringify(bodyOf(request)) : ""
  return `${request.method} ${request.url}?${UrlParams.toString(request.urlParams)} ${body}`
}

/** Where a request has the number of its page and their size. Both may be absent: then they are Genesys' defaults. */
export interface Numbering {
  readonly number: (request: Request) => number
  readonly size: (request: Request) => number
  readonly set: (request: Request, number: number) => Request
}

const defaultSize = 25

const numberOr = (value: unknown, otherwise: number) => Option.getOrElse(decodeNumber(value), () => otherwise)
const param = (request: Request, name: string) =>
  Option.getOrUndefined(Option.map(UrlParams.getFirst(request.urlParams, name), Number))

export const setParam = (request: Request, name: string, value: string): Request =>
  HttpClientRequest.setUrlParam(request, name, value)
export const setBody = (request: Request, change: Body): Request =>
  HttpClientRequest.bodyJsonUnsafe(request, { ...bodyOf(request), ...change })

/** `?pageNumber=2&pageSize=25` */
export const inQuery: Numbering = {
  number: (request) => numberOr(param(request, "pageNumber"), 1),
  size: (request) => numberOr(param(request, "pageSize"), defaultSize),
  set: (request, number) => setParam(request, "pageNumber", String(number))
}

/** `{"pageNumber": 2, "pageSize": 25}` */
export const inBody: Numbering = {
  number: (request) => numberOr(bodyOf(request)?.["pageNumber"], 1),
  size: (request) => numberOr(bodyOf(request)?.["pageSize"], defaultSize),
  set: (request, pageNumber) => setBody(request, { pageNumber })
}

const paging = (request: Request) => Option.getOrElse(decodeObject(bodyOf(request)?.["paging"]), (): Body => ({}))

/** `{"paging": {"pageNumber": 2, "pageSize": 25}}` */
export const inPaging: Numbering = {
  number: (request) => numberOr(paging(request)["pageNumber"], 1),
  size: (request) => numberOr(paging(request)["pageSize"], defaultSize),
  // Genesys wants both.
  set: (request, pageNumber) =>
    setBody(request, { paging: { pageSize: inPaging.size(request), ...paging(request), pageNumber } })
}

/** `?startIndex=26`, which counts rows: SCIM's way. */
export const startIndex = (request: Request): number => numberOr(param(request, "startIndex"), 1)

/** What it says of its page, in one way or another. */
const said = (request: Request, name: "pageNumber" | "pageSize"): unknown =>
  param(request, name) ?? bodyOf(request)?.[name] ?? paging(request)[name]

/** Whether it says the number of its page. */
export const isNumbered = (request: Request): boolean => said(request, "pageNumber") !== undefined

/** Whether what is added or deleted moves the rows of its page. */
export const isShifting = (request: Request): boolean =>
  isNumbered(request) || param(request, "startIndex") !== undefined

/** Whether it asks for a page, and so for a list. */
export const isPaged = (request: Request): boolean => isNumbered(request) || said(request, "pageSize") !== undefined

/** The page that it asks for. */
export const placeOf = (request: Request): { readonly number: number; readonly size: number } => ({
  number: numberOr(said(request, "pageNumber"), 1),
  size: Math.max(1, numberOr(said(request, "pageSize"), defaultSize))
})
