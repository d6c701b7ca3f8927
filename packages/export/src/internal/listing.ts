/**
 * A list of Genesys read to its end, and whether it came whole: only then is what did not come known to be gone.
 *
 * - By numbers of pages: whatever is added or deleted meanwhile moves the rows behind it, so that one may never be seen, and the total
 *   may be right all the same. More than one page counts as whole once two readings in a row bring the same rows.
 * - By a cursor, or the address of the next page: to the last page, which names no other.
 * - In every way: as many rows as the list says that it has, if it says so, not fewer and not more; each with a key. What says that in a
 *   way that says nothing is never whole, nor is a list of which nobody has said how it is paged, and whose pages do not say it either
 *   (`Asked.paged`). One without any rows must say that it has none, twice: an empty answer is what a gateway sends, too. (Of lists within others, such as the members of queues, that say nothing of
 *   their own length, one may be empty, but not all of them.)
 */
import type { Environment } from "@effect-genesys/auth/Environment"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError, IncompleteError } from "@effect-genesys/client/GenesysError"
import * as Pagination from "@effect-genesys/client/Pagination"
import * as Route from "@effect-genesys/client/Route"
import * as Hash from "effect/Hash"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { decodeFields, isId } from "./reading.ts"

/** How a list is asked for, and how it is paged. */
export interface Asked {
  /** For the first page. */
  readonly request: HttpClientRequest.HttpClientRequest
  /** Its path with the names of its parameters. */
  readonly route: string
  /** The field of the rows; any if not given. */
  readonly rows?: string | undefined
  /** How the next page is found, if that is known; else each answer is looked at. A full page may be the last one. */
  readonly paging?: "nextUri" | "cursor" | undefined
  /**
   * What is known of its pages, where nothing is known of the list itself: that there are none, that they have cursors or addresses, that
   * not all of them are asked for, or nothing. Then they have to say it.
   */
  readonly paged?: "no" | "cursor" | "part" | "unknown" | undefined
  /** The field that a row is known by. */
  readonly key: string
  /** Fields that are never passed on, such as secrets. */
  readonly omit?: ReadonlyArray<string> | undefined
  /** That it is empty, and no more than that, says that it has no rows. */
  readonly mayBeEmpty?: boolean | undefined
}

/** A row of a list. */
export interface Came {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}

/** What became of it, once its last row has come. */
export interface Outcome {
  /** Rows, each counted once. */
  rows: number
  /** Those without a key, or with one that is none. */
  leftOut: number
  /** Of all keys, in whatever order. */
  print: number
  /** Why rows may be missing; undefined if none are. */
  missing: string | undefined
  /** Genesys gives no more of it, now or later. */
  cut: IncompleteError | undefined
}

export const outcome = (): Outcome => ({
  rows: 0,
  leftOut: 0,
  print: 0,
  missing: "it was not read to its end",
  cut: undefined
})

/** Readings until two are the same. */
export const most = 3

export const unsteady = "it changes while it is read"

type Rows = Stream.Stream<Came, GenesysError, GenesysClient | Environment>

const textOf = (value: unknown): string | undefined => {
  if (ExactNumber.isExactNumber(value)) return value.rawJSON
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined
}

const without = (value: Came["value"], omit: ReadonlyArray<string>) =>
  omit.some((name) => name in value)
    ? Object.fromEntries(Object.entries(value).filter(([name]) => !omit.includes(name)))
    : value

const cameOf = (row: unknown, { key: field, omit = [] }: Asked): Came | undefined => {
  const value = Option.getOrUndefined(decodeFields(row))
  const key = value === undefined ? undefined : textOf(value[field])
  if (value === undefined || key === undefined || !isId(key)) return undefined
  // A key is text, whatever it was.
  return { key, value: without(value[field] === key ? value : { ...value, [field]: key }, omit) }
}

/** Whether a row comes for the first time, by the keys of those before it. */
export const unseen =
  (keys: Set<string>) =>
  ({ key }: Came): boolean =>
    !keys.has(key) && keys.add(key).has(key)

interface Tally {
  rows: number
  leftOut: number
  /** Of all keys, in whatever order. */
  print: number
  pages: number
  total: number | undefined
  /** The last one that was read. */
  last: Pagination.PageSeen | undefined
  /** One of them told which page follows. */
  isLed: boolean
  /** Why nobody can tell how long it is. */
  odd: string | undefined
  isNumbered: boolean
  /** Genesys gives no more. */
  cut: IncompleteError | undefined
}

const hopeless = ({ cut, leftOut, odd }: Tally): string | undefined =>
  cut?.message ?? odd ?? (leftOut > 0 ? `${leftOut} of its rows have no key` : undefined)

/** Nobody knows how such a list is paged, and what came of it does not tell that it was the end of it. */
const isOpen = ({ isLed, isNumbered, last, pages }: Tally, { paged }: Asked): boolean => {
  if (paged === undefined || last === undefined) return false
  if (paged === "part") return true
  if (last.said === "end") return false
  if (last.said === "next") return true
  if (isLed || (isNumbered && pages > 1) || paged === "no") return false
  // A full page says nothing.
  return paged === "unknown" || (last.size !== undefined && last.rows >= last.size)
}

export const empty = "it is empty, and does not say that it has no rows"

const lacking = (tally: Tally, asked: Asked): string | undefined => {
  const { mayBeEmpty = false } = asked
  const { rows, total } = tally
  if (hopeless(tally) !== undefined) return hopeless(tally)
  if (total !== undefined && rows !== total) return `it says that it has ${total} rows, and gave ${rows}`
  if (isOpen(tally, asked)) return "it does not say whether that is all"
  return rows === 0 && total === undefined && !mayBeEmpty ? empty : undefined
}

/** Whether one reading alone says too little. */
const isDoubtful = (tally: Tally, asked: Asked): boolean =>
  lacking(tally, asked) !== undefined || tally.rows === 0 || (tally.isNumbered && tally.pages > 1)

const isSame = (one: Tally | undefined, other: Tally): boolean =>
  one !== undefined && one.rows === other.rows && one.print === other.print

const walk = ({ paging, request }: Asked, options: Pagination.PagingOptions<unknown>) => {
  if (paging === "nextUri") return Pagination.nextUri(request, Schema.Unknown, options)
  return paging === "cursor" ? Pagination.cursor(request, Schema.Unknown, options) : Pagination.follow(request, options)
}

const pass = (asked: Asked, tally: Tally): Rows => {
  const { route, rows } = asked
  const options: Pagination.PagingOptions<unknown> = {
    rows,
    isList: true,
    hasNumbers: asked.paged !== "cursor",
    lookAhead: 4,
    remember: 100_000,
    key: (row) => cameOf(row, asked)?.key,
    onPage: (page) => {
      tally.pages++
      if (page.total !== undefined) tally.total = Math.max(tally.total ?? 0, page.total)
      tally.last = page
      tally.isLed ||= page.said === "next"
      if (page.isOddTotal) tally.odd = "how many rows it says that it has is no number"
      if (page.said === "other" && asked.paged !== undefined)
        tally.odd = "it speaks of more rows in a way that is not known here"
      tally.isNumbered ||= page.isNumbered
    }
  }
  return walk(asked, options).pipe(
    Stream.map((row) => {
      const came = cameOf(row, asked)
      if (came === undefined) tally.leftOut++
      else {
        tally.rows++
        tally.print = (tally.print + Hash.string(came.key)) | 0
      }
      return came
    }),
    Stream.filter((came) => came !== undefined),
    // No later run will have the others either.
    Stream.catchTag("IncompleteError", (error) => {
      if (error.reason !== "Limit") return Stream.fail(error)
      tally.cut = error
      return Stream.empty
    }),
    Stream.provideService(Route.Route, route)
  )
}

/** All rows, each once but for those of a list that is read again because it said too little. The outcome is told at the end. */
export const rows = (asked: Asked, told: Outcome): Rows => {
  /** Of a list that is read again, to tell its new rows from the others. */
  const emitted = new Set<string>()
  const isNew = unseen(emitted)
  const read = (number: number, before: Tally | undefined): Rows => {
    const tally: Tally = {
      rows: 0,
      leftOut: 0,
      print: 0,
      pages: 0,
      total: undefined,
      last: undefined,
      isLed: false,
      odd: undefined,
      isNumbered: false,
      cut: undefined
    }
    const fresh = pass(asked, tally).pipe(
      // Without numbers, it is read again only if something is wrong, and may be long.
      Stream.filter((came) => !tally.isNumbered || isNew(came))
    )
    return Stream.concat(
      fresh,
      Stream.suspend(() => {
        const isDone = hopeless(tally) !== undefined || !isDoubtful(tally, asked) || isSame(before, tally)
        if (!isDone && number < most) return read(number + 1, tally)
        told.rows = Math.max(tally.rows, emitted.size)
        told.leftOut = tally.leftOut
        told.print = tally.print
        told.cut = tally.cut
        told.missing = isDone ? lacking(tally, asked) : unsteady
        return Stream.empty
      })
    )
  }
  return Stream.suspend(() => read(1, undefined))
}
