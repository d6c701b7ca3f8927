/**
 * Lists that Genesys gives in parts only, put together from them: a query of conversations by spans of its interval, users by
 * state and from both ends. Whatever is left out even so, the error at the end says.
 */
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as UrlParams from "effect/http/UrlParams"
import { type GenesysError, IncompleteError } from "../GenesysError.ts"
import * as Answer from "./answer.ts"
import * as PageRequest from "./pageRequest.ts"

type Request = HttpClientRequest.HttpClientRequest

/** All rows of a request. With `refuseOver`, it fails before the first of them if the list says that it has more. */
export type Make<A, R> = (request: Request, refuseOver?: number) => Stream.Stream<A, GenesysError, R>
type Rows<A, R> = Stream.Stream<A, GenesysError, R>

/**
 * How many results Genesys gives of one query of conversation details: "Pagination may not exceed 100000 results." (seen in
 * splunk/genesys_cloud_ta #37).
 */
export const QueryLimit = Context.Reference<number>("@effect-genesys/client/QueryLimit", {
  defaultValue: () => 100_000
})

/**
 * How many users Genesys lists of those who are not active (terraform-provider-genesyscloud #1276 for inactive ones; for the
 * others nobody says).
 */
export const UserListLimit = Context.Reference<number>("@effect-genesys/client/UserListLimit", {
  defaultValue: () => 10_000
})

const isTooFar = (error: GenesysError): error is IncompleteError =>
  error._tag === "IncompleteError" && error.reason === "Limit"

const pathOf = (request: Request) => request.url.split("?", 1)[0]

interface Span {
  readonly from: number
  readonly to: number
}

const shortest = 1_000
const iso = (millis: number) => new Date(millis).toISOString()

/** Without a zone it is UTC there, and would be the time of this machine here. */
const millisOf = (moment: string) => {
  if (!/^\d{4}-\d\d-\d\d(?:T.*)?$/i.test(moment)) return Number.NaN
  return Date.parse(/T[^Z]*$/i.test(moment) && !/[+-]\d\d:?\d\d$/.test(moment) ? `${moment}Z` : moment)
}

const spanOf = (request: Request): Span | undefined => {
  const [from, to, ...rest] = (Answer.text(PageRequest.bodyOf(request) ?? {}, "interval") ?? "").split("/")
  if (from === undefined || to === undefined || rest.length > 0) return undefined
  const span = { from: millisOf(from), to: millisOf(to) }
  return span.from < span.to ? span : undefined
}

/** Milliseconds since 1970, of a row as it came or decoded. */
const startOf = (row: unknown): number => {
  const value = Answer.fieldsOf(row)["conversationStart"]
  if (DateTime.isDateTime(value)) return DateTime.toEpochMillis(value)
  return typeof value === "string" ? Date.parse(value) : Number.NaN
}

const conversationOf = (row: unknown) => Answer.text(Answer.fieldsOf(row), "conversationId")

/** A part that is still too long is split again when its turn comes, so that no answer decides how much is kept in memory. */
const mostParts = 1_000

/** As many equal parts as bring each well below the limit. */
const split = ({ from, to }: Span, total: number, limit: number): ReadonlyArray<Span> => {
  const parts = Math.max(2, Math.min(Math.ceil((2 * total) / limit), Math.floor((to - from) / shortest), mostParts))
  const at = (part: number) => (part === parts ? to : Math.floor(from + (part * (to - from)) / parts))
  return Array.from({ length: parts }, (_, part) => ({ from: at(part), to: at(part + 1) }))
}

/**
 * A query returns what was alive in its interval: each row comes from the span in which it started, or from the first one.
 */
const ofQuery = <A, R>(request: Request, whole: Span, make: Make<A, R>): Rows<A, R> => {
  const body = PageRequest.bodyOf(request) ?? {}
  const byStart = body["orderBy"] === undefined || body["orderBy"] === "conversationStart"
  const order = body["order"] ?? "asc"
  /** Whether the order is one of starts: then spans one after the other keep it, and it can go on at the last one that came. */
  const isByStart = byStart && (order === "asc" || order === "desc")
  const outOfOrder =
    byStart || order === "unordered"
      ? Effect.void
      : Effect.logWarning(
          "a query that is longer than Genesys gives is read in spans of its interval, and its rows come in the order of those: order by conversationStart, or ask for a shorter interval"
        )
  const isMeant = (span: Span, came: ReadonlySet<string | undefined>) => (row: A) => {
    const start = startOf(row)
    if (came.size > 0 && came.has(conversationOf(row))) return false
    return (
      Number.isNaN(start) ||
      ((span.from === whole.from || start >= span.from) && (span.to === whole.to || start < span.to))
    )
  }
  /** Without those that came already. */
  const read = (span: Span, came: ReadonlySet<string | undefined> = new Set()): Rows<A, R> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const limit = yield* QueryLimit
        const isLong = span.to - span.from >= 2 * shortest
        const interval = `${iso(span.from)}/${iso(span.to)}`
        let last: number | undefined
        let lastIds: Array<string | undefined> = []
        /** In the order of the starts, it goes on at the last one that came. */
        const rest = (): Span | undefined => {
          if (!isByStart || last === undefined) return undefined
          if (order === "asc") return last > span.from ? { from: last, to: span.to } : undefined
          return last + 1 < span.to ? { from: span.from, to: last + 1 } : undefined
        }
        // What is counted lags behind: a little less than the limit counts as more.
        return make(PageRequest.setBody(request, { interval }), isLong ? limit * 0.9 : undefined).pipe(
          Stream.filter(isMeant(span, came)),
          Stream.map((row) => {
            const start = startOf(row)
            if (isByStart && start !== last) lastIds = []
            if (!Number.isNaN(start)) last = start
            lastIds.push(conversationOf(row))
            return row
          }),
          Stream.catch((error) => {
            if (!isTooFar(error) || !isLong) return Stream.fail(error)
            const inSpans = (most: number, before: ReadonlySet<string | undefined>) => {
              const spans = split(span, error.total ?? 2 * most, most)
              const inOrder = order === "desc" ? spans.toReversed() : spans
              const parts = Stream.flatMap(Stream.fromIterable(inOrder), (part) => read(part, before))
              return Stream.concat(Stream.fromEffectDrain(outOfOrder), parts)
            }
            if (error.rows === 0) return inSpans(limit, came)
            const ids = new Set(lastIds.filter((id) => id !== undefined))
            // Genesys gave less than was known: what came of any other order is left out of the spans.
            if (!isByStart && (error.total ?? 0) > error.rows) return inSpans(error.rows, new Set([...came, ...ids]))
            const next = rest()
            return next === undefined ? Stream.fail(error) : read(next, ids)
          })
        )
      })
    )
  return read(whole)
}

const param = (request: Request, name: string) => Option.getOrUndefined(UrlParams.getFirst(request.urlParams, name))
const otherWay = (request: Request) =>
  PageRequest.setParam(request, "sortOrder", param(request, "sortOrder")?.toUpperCase() === "DESC" ? "ASC" : "DESC")

/** Of one state from both ends, of all states one after the other; active ones have no limit. */
const ofUsers = <A, R>(request: Request, make: Make<A, R>): Rows<A, R> => {
  const seen = new Set<string>()
  const isNew = (row: A) => {
    const id = Answer.text(Answer.fieldsOf(row), "id")
    return id === undefined || !seen.has(id)
  }
  const noted = (row: A) => {
    const id = Answer.text(Answer.fieldsOf(row), "id")
    if (id !== undefined) seen.add(id)
    return row
  }
  const fromBothEnds = (one: Request): Rows<A, R> => {
    let came = 0
    const counted = (row: A) => {
      came++
      return noted(row)
    }
    const given = make(one).pipe(Stream.filter(isNew), Stream.map(counted))
    return Stream.catch(given, (error) => {
      if (!isTooFar(error)) return Stream.fail(error)
      const { api, reason, said, total = Number.POSITIVE_INFINITY } = error
      const missing = Stream.suspend(() =>
        came >= total
          ? Stream.empty
          : Stream.fail(IncompleteError.of({ api, reason, said, rows: came, total: error.total }))
      )
      return make(otherWay(one)).pipe(
        Stream.filter(isNew),
        Stream.take(total - came),
        Stream.map(counted),
        Stream.catch((second) => (isTooFar(second) ? Stream.empty : Stream.fail(second))),
        Stream.concat(missing)
      )
    })
  }
  const state = param(request, "state")
  if (state === "inactive" || state === "deleted") return fromBothEnds(request)
  return Stream.unwrap(
    Effect.map(UserListLimit, (limit) =>
      make(request, limit).pipe(
        Stream.map(noted),
        Stream.catch((error) => {
          if (!isTooFar(error)) return Stream.fail(error)
          const inState = (one: string) => PageRequest.setParam(request, "state", one)
          return make(inState("active")).pipe(
            Stream.filter(isNew),
            // What is missing of one state must not keep the other back.
            Stream.concat(all(["inactive", "deleted"].map((one) => fromBothEnds(inState(one)))))
          )
        })
      )
    )
  )
}

/** One after the other, also after one that was not complete; then the error says what is missing of all. */
const all = <A, R>(lists: ReadonlyArray<Rows<A, R>>): Rows<A, R> =>
  Stream.suspend(() => {
    const left: Array<IncompleteError> = []
    const each = lists.map((list) =>
      Stream.catch(list, (error) => {
        if (!isTooFar(error)) return Stream.fail(error)
        left.push(error)
        return Stream.empty
      })
    )
    const end = Stream.suspend(() =>
      Arr.isArrayNonEmpty(left) ? Stream.fail(IncompleteError.sum(left)) : Stream.empty
    )
    return Stream.concat(
      Stream.flatMap(Stream.fromIterable(each), (list) => list),
      end
    )
  })

/** All rows of a list, in as many parts as it takes. */
export const stream = <A, R>(given: Request, make: Make<A, R>): Rows<A, R> => {
  const request = PageRequest.normalize(given)
  if (request.method === "POST" && pathOf(request) === "/api/v2/analytics/conversations/details/query") {
    const span = PageRequest.inPaging.number(request) === 1 ? spanOf(request) : undefined
    return span === undefined ? make(request) : ofQuery(request, span, make)
  }
  if (request.method === "GET" && pathOf(request) === "/api/v2/users") {
    const isWhole = PageRequest.inQuery.number(request) === 1
    const isPicked = param(request, "id") !== undefined || param(request, "jabberId") !== undefined
    const isLimited = (param(request, "state") ?? "active") !== "active"
    return isWhole && isLimited && !isPicked ? ofUsers(request, make) : make(request)
  }
  return make(request)
}
