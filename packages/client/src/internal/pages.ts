/**
 * The walk from page to page that all styles share: in order, a bounded number of pages ahead of the consumer, each row
 * once, and never round in a circle.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { GenesysClient } from "../GenesysClient.ts"
import { type GenesysError, IncompleteError, UnavailableError } from "../GenesysError.ts"
import * as Ahead from "./ahead.ts"
import * as Answer from "./answer.ts"
import * as ApiError from "./apiError.ts"
import * as Listed from "./listed.ts"
import * as PageRequest from "./pageRequest.ts"
import * as PageSaid from "./pageSaid.ts"
import type * as PagingStyle from "./pagingStyle.ts"
import * as Recent from "./recent.ts"
import * as Stale from "./stale.ts"
import * as TooFar from "./tooFar.ts"

type Request = HttpClientRequest.HttpClientRequest
export interface Walk<A, I> extends Ahead.Way<A, I> {
  readonly request: Request
  readonly key: (row: A) => string | undefined
  readonly remember: number
  /** A list that says that it has more fails before its first row. */
  readonly refuseOver?: number | undefined
  /** It is no answer if it is no list. */
  readonly isList?: boolean | undefined
  readonly onPage?: ((page: PageSeen) => void) | undefined
}

/** What a page says of the list. */
export interface PageSeen {
  /** Rows of this page, those that came before included. */
  readonly rows: number
  /** How many the list has, if the page says so. */
  readonly total: number | undefined
  /** It says so in a way that says nothing: as text, or a number that no list has. */
  readonly isOddTotal: boolean
  /** What it says of other pages. */
  readonly said: PageSaid.Said
  /** How many rows a page was asked to have, if anything was said of that. */
  readonly size: number | undefined
  /** It was asked for by a number: what is added or deleted meanwhile moves the rows of such pages. */
  readonly isNumbered: boolean
  /** No other one follows. */
  readonly isLast: boolean
}

const totalOf = ({ answer }: PagingStyle.Page) => Answer.total(answer)

const seenOf = (turn: Ahead.Turn<unknown>): PageSeen => ({
  rows: turn.rows.length,
  total: totalOf(turn),
  isOddTotal: Answer.isOddTotal(turn.answer),
  said: PageSaid.of(turn),
  size: PageRequest.isPaged(turn.request) ? PageRequest.placeOf(turn.request).size : undefined,
  isNumbered: PageRequest.isShifting(turn.request),
  isLast: Result.isSuccess(turn.next) && turn.next.success === undefined
})

/** Nobody has a list with so many empty pages in a row. */
const maxEmptyPages = 1_000
/** A circle of more pages than these is not noticed. */
const maxCircle = 10_000

export const stream = <A, I>(walk: Walk<A, I>): Stream.Stream<A, GenesysError, GenesysClient> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const client = yield* GenesysClient
      const environment = yield* Effect.serviceOption(Environment)
      const scope = yield* Effect.scope
      const { key, style } = walk
      const asked = Recent.make(maxCircle)
      const emitted = Recent.make(walk.remember)

      let upcoming: Ahead.Next = Result.succeed(PageRequest.normalize(walk.request))
      let before: Ahead.Turn<A> | undefined
      let emptyPages = 0
      let came = 0

      const pageBefore = () => before && { total: totalOf(before) }
      const stale = Stale.make(key)
      const ahead = Ahead.make(
        Listed.client(client, { field: walk.field, isList: walk.isList, before: pageBefore }),
        walk,
        scope
      )

      const circle = (request: Request, what: string) => {
        const api = ApiError.callOf(request)
        const host = Option.match(environment, { onNone: () => "the API", onSome: ({ apiUrl }) => apiUrl })
        const message = `${api.method} ${api.path} has no end: ${what}. The rows that came before are all there are to be had; try again later.`
        return new UnavailableError({ reason: "InvalidResponse", host, api, message })
      }

      const incomplete = (request: Request, reason: "Limit" | "Expired", said: string, turn: Ahead.Turn<A>) => {
        return IncompleteError.of({ api: ApiError.callOf(request), reason, said, rows: came, total: totalOf(turn) })
      }

      /**
       * Nothing but the number of the page, or its cursor, was different from what was taken before: so that is what is refused.
       */
      const later = (request: Request, error: GenesysError): GenesysError => {
        if (before === undefined || !("api" in error) || error.api === undefined) return error
        const { status } = error.api
        const said = error.message
          .replace(/^[A-Z]+ \S+ /, "")
          .replace(/\. (?:Correct the request|Check the path and the id)\..*$/, "")
        const isNumbered = PageRequest.isNumbered(request)
        if (TooFar.is(error) || (status === 400 && isNumbered)) return incomplete(request, "Limit", said, before)
        return !isNumbered && (status === 400 || status === 404 || status === 410)
          ? incomplete(request, "Expired", said, before)
          : error
      }

      /** The number stayed the same, and so did the rows: the parameter was not understood. */
      const isRepeated = (turn: Ahead.Turn<A>) => {
        const number = Answer.count(turn.answer, "pageNumber")
        if (before === undefined || number === undefined || turn.rows.length === 0) return false
        return Answer.count(before.answer, "pageNumber") === number && Stale.isSame(before.rows, turn.rows)
      }

      const pull = Effect.gen(function* () {
        while (true) {
          const request = yield* Effect.fromResult(upcoming)
          if (request === undefined) return yield* Cause.done()
          const identity = PageRequest.identityOf(request)
          if (!asked.add(identity)) return yield* circle(request, "it names a page again that was read already")
          const turn = yield* Effect.mapError(ahead.take(request, identity), (error) => later(request, error))
          if (before === undefined && (totalOf(turn) ?? 0) > (walk.refuseOver ?? Number.POSITIVE_INFINITY)) {
            return yield* incomplete(request, "Limit", `it has ${totalOf(turn)} rows`, turn)
          }
          if (isRepeated(turn)) return yield* circle(request, "it gives the same page again")
          emptyPages = turn.rows.length === 0 ? emptyPages + 1 : 0
          if (emptyPages > maxEmptyPages) return yield* circle(request, `${maxEmptyPages} pages in a row were empty`)
          const total = totalOf(turn) ?? (before && totalOf(before))
          const isEnd = turn.rows.length === 0 && Result.isSuccess(turn.next) && turn.next.success === undefined
          if (isEnd && total !== undefined && style.isCut(turn, total)) {
            return yield* incomplete(
              request,
              "Limit",
              `a page of it is empty although it has ${total} rows`,
              before ?? turn
            )
          }
          const fresh = turn.rows.filter((row) => {
            const name = key(row)
            return name === undefined || emitted.add(name)
          })
          if (stale(turn.rows, fresh, before?.rows) >= Stale.most) {
            return yield* circle(request, `${Stale.most} pages in a row have only rows that came before`)
          }
          before = turn
          upcoming = turn.next
          yield* ahead.send(turn)
          walk.onPage?.(seenOf(turn))
          came += fresh.length
          if (Arr.isReadonlyArrayNonEmpty(fresh)) return fresh
        }
      })
      return Stream.fromPull(Effect.succeed(pull))
    })
  )
