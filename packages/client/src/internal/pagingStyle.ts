/** Genesys' ways of saying which page comes next. Each style reads it from a page and makes the request for the next one. */
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as UrlParams from "effect/http/UrlParams"
import { type GenesysError, InvalidRequestError } from "../GenesysError.ts"
import * as Answer from "./answer.ts"
import * as ApiError from "./apiError.ts"
import * as PageRequest from "./pageRequest.ts"

type Request = HttpClientRequest.HttpClientRequest

export interface Page {
  readonly request: Request
  readonly answer: Answer.Answer
  readonly rows: ReadonlyArray<unknown>
}

export interface Style {
  /** The request for the page after this one; none if it was the last. */
  readonly next: (page: Page) => Result.Result<Request | undefined, GenesysError>
  /** The request for the page that is so many pages further on, if this one makes it likely that there is one. */
  readonly guess: (page: Page, ahead: number) => Request | undefined
  /**
   * Whether this page, which is empty and the last, leaves out more than a changing list explains: rows of more than one whole page
   * beyond it, by the total. What is read beyond it is nothing all the same: a wrong total must not cost more than this page.
   */
  readonly isCut: (page: Page, total: number) => boolean
}

const none = () => undefined
const never = () => false

const isCut =
  (numbering: PageRequest.Numbering): Style["isCut"] =>
  ({ answer, request }, total) => {
    const size = Math.max(1, Answer.count(answer, "pageSize") ?? numbering.size(request))
    return total - (numbering.number(request) - 1) * size > size
  }

/** Pages with numbers. `extent` says which one is the last, as far as a page knows, and whether another one follows for sure. */
const numbered = (
  numbering: PageRequest.Numbering,
  extent: (page: Page, number: number) => { readonly last: number | undefined; readonly more: boolean }
): Style => ({
  isCut: never,
  next: (page) => {
    const number = numbering.number(page.request)
    const { last, more } = extent(page, number)
    return Result.succeed(more || number < (last ?? 0) ? numbering.set(page.request, number + 1) : undefined)
  },
  guess: (page, ahead) => {
    const number = numbering.number(page.request)
    const { last } = extent(page, number)
    return number + ahead <= (last ?? 0) ? numbering.set(page.request, number + ahead) : undefined
  }
})

/** By `pageCount`, `total`, and the address of a next page: one that says that there is more is enough. */
const listing = (numbering: PageRequest.Numbering): Style => ({
  ...numbered(numbering, ({ answer, request, rows }) => {
    const total = Answer.count(answer, "total")
    const size = Answer.count(answer, "pageSize") ?? numbering.size(request)
    const byTotal = total === undefined ? undefined : Math.ceil(total / Math.max(1, size))
    const byCount = Answer.count(answer, "pageCount")
    const last = byTotal === undefined ? byCount : Math.max(byTotal, byCount ?? 0)
    const isNamed = (Answer.text(answer, "nextUri") ?? Answer.text(answer, "nextPage")) !== undefined
    // Where nothing tells how long the list is, a page that is full has another one after it.
    const isFull = last === undefined && rows.length > 0 && rows.length >= size
    // What says otherwise is wrong: a total of rows that nobody may see costs a call for each of its pages.
    if (rows.length === 0) return { last: undefined, more: false }
    return { last, more: isNamed || isFull }
  }),
  isCut: isCut(numbering)
})

export const pageNumber = listing(PageRequest.inQuery)
export const search = listing(PageRequest.inBody)

/** `totalHits` is approximate: only a page that is not full, or has no rows, is believed to be the last. */
export const query = numbered(PageRequest.inPaging, ({ answer, request, rows }) => {
  if (rows.length === 0) return { last: undefined, more: false }
  const size = PageRequest.inPaging.size(request)
  const total = Answer.count(answer, "totalHits")
  return {
    last: total === undefined ? undefined : Math.ceil(total / size),
    more: rows.length >= size || total === undefined
  }
})

/** The cursor of the next page, and the name of the parameter that takes it. */
export const continuation = ({ answer, request }: Page): readonly [name: string, value: string] | undefined => {
  const cursor = Answer.text(answer, "cursor")
  if (cursor !== undefined) return ["cursor", cursor]
  const after = Answer.text(answer, "after")
  if (after !== undefined) return ["after", after]
  const inner = Answer.text(Answer.fieldsOf(answer["cursors"]), "after")
  // All of Genesys' endpoints with `cursors` take `after`, but for these of external contacts (SDK 262.0.0).
  const name = /\/externalcontacts\/(?:scan|graphs|externalsources)\b/.test(request.url) ? "cursor" : "after"
  return inner === undefined ? undefined : [name, inner]
}

const withCursor = (page: Page): Request | undefined => {
  const found = continuation(page)
  if (found === undefined) return undefined
  const [name, value] = found
  const inQuery = page.request.method !== "POST" || page.answer[name] === undefined
  return inQuery
    ? PageRequest.setParam(page.request, name, value)
    : PageRequest.setBody(page.request, { [name]: value })
}

export const cursor: Style = { next: (page) => Result.succeed(withCursor(page)), guess: none, isCut: never }

/** The address of the next page as a request to the API host; none other is ever asked. */
const toUri = (page: Page, apiUrl: string, uri: string): Result.Result<Request, GenesysError> => {
  const base = new URL(apiUrl)
  const here = apiUrl + page.request.url
  const url = URL.canParse(uri, here) ? new URL(uri, here) : undefined
  if (url === undefined || url.origin !== base.origin || url.username !== "" || url.password !== "") {
    const api = ApiError.callOf(page.request)
    const message =
      `${api.method} ${api.path} names a next page that is not on ${apiUrl}. It was not asked for, because the token is sent to ` +
      "no other host. Check any gateway between this machine and Genesys Cloud."
    return Result.fail(new InvalidRequestError({ api, details: [], message }))
  }
  const prefix = base.pathname.replace(/\/$/, "")
  const path = prefix !== "" && url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : url.pathname
  return Result.succeed(
    HttpClientRequest.get(path, { headers: page.request.headers, urlParams: [...url.searchParams] })
  )
}

const hasNumber = (request: Request) => Option.isSome(UrlParams.getFirst(request.urlParams, "pageNumber"))

export const nextUri = (apiUrl: string): Style => {
  const next = (page: Page): Result.Result<Request | undefined, GenesysError> => {
    const uri = Answer.text(page.answer, "nextUri")
    if (uri === undefined) return Result.succeed(undefined)
    const found = toUri(page, apiUrl, uri)
    // Numbers go on for as long as a total is wrong. What is no number, a server that filters may well have after an empty page.
    return page.rows.length === 0 && Result.isSuccess(found) && hasNumber(found.success)
      ? Result.succeed(undefined)
      : found
  }
  const cut = isCut(PageRequest.inQuery)
  return {
    next,
    isCut: (page, total) => hasNumber(page.request) && cut(page, total),
    guess: (page, ahead) => {
      const request = Result.getOrElse(next(page), none)
      if (request === undefined || !hasNumber(request)) return undefined
      const number = PageRequest.inQuery.number(request) + ahead - 1
      if (number > (Answer.count(page.answer, "pageCount") ?? 0)) return undefined
      return PageRequest.inQuery.set(request, number)
    }
  }
}

/** SCIM's: `?startIndex=…`, which counts rows from 1, answered with `{Resources, totalResults}`. */
const scim: Style = {
  next: ({ answer, request, rows }) => {
    const next = PageRequest.startIndex(request) + rows.length
    const hasMore = rows.length > 0 && next <= (Answer.count(answer, "totalResults") ?? 0)
    return Result.succeed(hasMore ? PageRequest.setParam(request, "startIndex", String(next)) : undefined)
  },
  guess: none,
  isCut: never
}

/** It was asked for by a cursor, or says that its list has some: without one, it is the last. */
export const isByCursor = (page: Page): boolean =>
  continuation(page) !== undefined ||
  Answer.isObject(page.answer["cursors"]) ||
  ["cursor", "after"].some((name) => Option.isSome(UrlParams.getFirst(page.request.urlParams, name)))

/** Nobody speaks of pages: neither who asked nor the answer, which is the whole list then, however long it is. */
const isWhole = ({ answer, request }: Page): boolean =>
  !PageRequest.isPaged(request) &&
  ["pageNumber", "pageSize", "pageCount", "total", "nextPage"].every((name) => Answer.text(answer, name) === undefined)

/**
 * Whichever of the styles a page has.
 * @param hasNumbers a page may be asked for by its number where nothing says otherwise
 */
export const any = (apiUrl: string, hasNumbers: boolean): Style => {
  const uris = nextUri(apiUrl)
  const styleOf = (page: Page): Style | undefined => {
    const { answer, request } = page
    if (!Answer.isPage(answer)) return undefined
    if (request.method === "GET" && Answer.text(answer, "nextUri") !== undefined) return uris
    if (request.method === "GET" && Answer.count(answer, "totalResults") !== undefined) return scim
    if (request.method === "GET")
      return isByCursor(page) ? cursor : isWhole(page) || !hasNumbers ? undefined : pageNumber
    if (request.method !== "POST" || PageRequest.bodyOf(request) === undefined) return undefined
    if (continuation(page) !== undefined) return cursor
    return Answer.count(answer, "totalHits") !== undefined || PageRequest.bodyOf(request)?.["paging"] !== undefined
      ? query
      : search
  }
  return {
    next: (page) => styleOf(page)?.next(page) ?? Result.succeed(undefined),
    guess: (page, ahead) => styleOf(page)?.guess(page, ahead),
    isCut: (page, total) => styleOf(page)?.isCut(page, total) === true
  }
}
