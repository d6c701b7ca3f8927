/**
 * Lists of any length as `Stream`s, in each of Genesys' paging styles. A page is asked for when it is pulled, or a bounded
 * number of pages ahead; each page is a call of its own through `GenesysClient`, so that a list outlives any number of tokens.
 *
 * What is true of all of them:
 * - A page that fails fails the stream after the rows of the pages before it.
 * - A row that moved to a later page while the list was read is emitted once, if `key` tells which row it is: its first
 *   version. A row that moved to an **earlier** page, because one before it went away, cannot be seen. Where that must not
 *   happen, read what does not move: end the interval a minute ago or more (queries), use jobs (cursors do not shift), sort by
 *   what never changes, and read again later, replacing each row by its key.
 * - An answer without its rows that does not say that there are none, a 200 of a gateway for instance, is an `UnavailableError`.
 * - Page counts may shrink and grow meanwhile. A list that names a page again that was read already, or
 *   has ten pages of rows in a row without a new one, or a thousand empty ones, ends with an `UnavailableError` (`InvalidResponse`) in place of going round for ever.
 * - Genesys gives no more than so many rows of some lists. A query of conversation details that has more is asked for in spans of
 *   its interval, which must be in UTC; users who are not active by state and from both ends, so that their order is lost. So is that of
 *   a query in another order than that of `conversationStart`, with a warning in the log.
 *   Whatever is missing even so, and of any other list, an `IncompleteError` says after the rows that are to be had.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { GenesysClient } from "./GenesysClient.ts"
import type { GenesysError } from "./GenesysError.ts"
import * as Answer from "./internal/answer.ts"
import * as Listed from "./internal/listed.ts"
import * as Pages from "./internal/pages.ts"
import * as PagingChecks from "./internal/pagingChecks.ts"
import * as PagingStyle from "./internal/pagingStyle.ts"
import * as Slices from "./internal/slices.ts"

type Request = HttpClientRequest.HttpClientRequest

/** How a list is read: how far ahead, by which key each entry is known, and who is told of each page. */
export interface PagingOptions<A> {
  /**
   * How many pages are asked for in the background while the consumer works on one. Numbered pages are asked for at once, as
   * far as the list says that they exist; pages with cursors one after the other. 0: none before it is pulled. At most 100:
   * what is no such number is a defect, a `ConfigurationError`. @default 1
   */
  readonly lookAhead?: number | undefined
  /** What a row is known by, such as its id; a row without one is always emitted. @default every row is emitted */
  readonly key?: ((row: A) => string | undefined) | undefined
  /** How many keys are remembered: of the rows that were emitted last. About 100 bytes each. @default 10,000 */
  readonly remember?: number | undefined
  /** The field of the rows. @default the style's own */
  readonly rows?: string | undefined
  /** A list was asked for: an answer that is none is refused. @default by the style; of `follow`, if it asks for a page */
  readonly isList?: boolean | undefined
  /** Of `follow`: pages may be asked for by their numbers, where an answer names none. @default true */
  readonly hasNumbers?: boolean | undefined
  /** Told of each page that was read, in order, before its rows are emitted: whoever has to know whether a list came whole. */
  readonly onPage?: ((page: PageSeen) => void) | undefined
}

/** What is told of a page that has come. */
export type PageSeen = Pages.PageSeen

const walk = <A, I>(
  request: Request,
  row: Schema.Codec<A, I>,
  style: PagingStyle.Style,
  options: PagingOptions<A>,
  field?: string
) => {
  const wrong = PagingChecks.wrong(options)
  if (wrong !== undefined) return Stream.die(wrong)
  return Slices.stream(request, (part, refuseOver) =>
    Pages.stream({
      request: part,
      row,
      style,
      field: options.rows ?? field,
      lookAhead: options.lookAhead ?? 1,
      key: options.key ?? (() => undefined),
      remember: options.remember ?? 10_000,
      isList: options.isList,
      onPage: options.onPage,
      refuseOver
    })
  )
}

export { QueryLimit, UserListLimit } from "./internal/slices.ts"

/** A stream of rows, each decoded with the schema. */
type Rows<A, R = GenesysClient> = Stream.Stream<A, GenesysError, R>

/**
 * `GET …?pageSize=…&pageNumber=…`, answered with `{entities, pageNumber, pageCount, total, nextUri?}`. It starts at the
 * request's `pageNumber`.
 */
export const pageNumber = <A, I>(request: Request, row: Schema.Codec<A, I>, options: PagingOptions<A> = {}): Rows<A> =>
  walk(request, row, PagingStyle.pageNumber, options, "entities")

/** `POST …/search` with `{pageSize, pageNumber, …}`, answered with `{results, pageNumber, pageCount, total}`. */
export const search = <A, I>(request: Request, row: Schema.Codec<A, I>, options: PagingOptions<A> = {}): Rows<A> =>
  walk(request, row, PagingStyle.search, options, "results")

/**
 * `POST …/query` of analytics details with `{paging: {pageSize, pageNumber}, …}`, answered with `{conversations?,
 * totalHits}`. It ends where the rows are absent, or at a page that is not full and at which `totalHits`, which is
 * approximate, is reached.
 */
export const query = <A, I>(request: Request, row: Schema.Codec<A, I>, options: PagingOptions<A> = {}): Rows<A> =>
  walk(request, row, PagingStyle.query, options, "conversations")

/**
 * Pages that name the next one by `cursor`, `after` or `cursors.after`, which goes into the query string, or into the body of
 * a POST. No cursor: no more pages. The rows are in `entities` or whatever field has them.
 */
export const cursor = <A, I>(request: Request, row: Schema.Codec<A, I>, options: PagingOptions<A> = {}): Rows<A> =>
  walk(request, row, PagingStyle.cursor, options)

/** `GET …/jobs/{jobId}/results` of analytics, answered with `{conversations, cursor?}`: no cursor, no more pages. */
export const results = <A, I>(request: Request, row: Schema.Codec<A, I>, options: PagingOptions<A> = {}): Rows<A> =>
  walk(request, row, PagingStyle.cursor, options, "conversations")

/**
 * Pages that name the next one by its address in `nextUri`, relative or absolute. An address on another host than the API's is
 * an `InvalidRequestError`: the token is sent to no other host.
 */
export const nextUri = <A, I>(
  request: Request,
  row: Schema.Codec<A, I>,
  options: PagingOptions<A> = {}
): Rows<A, GenesysClient | Environment> =>
  Stream.unwrap(
    Effect.map(Environment, ({ apiUrl }) => walk(request, row, PagingStyle.nextUri(apiUrl), options, "entities"))
  )

/**
 * The rows of any GET, search or query, as JSON: each answer is looked at for where the next page is. An answer that is no page
 * is one row, unless a page was asked for, by its number or size, or by the address of a list that this package knows. Unless there is a `key`, a row that has an id and comes again unchanged is emitted once.
 */
export const follow = (
  request: Request,
  options: PagingOptions<unknown> = {}
): Rows<unknown, GenesysClient | Environment> =>
  Stream.unwrap(
    Effect.map(Environment, ({ apiUrl }) =>
      walk(
        request,
        Schema.Unknown,
        PagingStyle.any(apiUrl, options.hasNumbers ?? true),
        { key: unchanged, ...options },
        Listed.fieldOf(request)
      )
    )
  )

/** Two rows may have one id, as the versions of a thing do: they are told apart by what else is in them. */
const unchanged = (row: unknown): string | undefined => {
  const fields = Answer.fieldsOf(row)
  const id = Answer.text(fields, "id") ?? Answer.text(fields, "conversationId")
  return id === undefined ? undefined : `${id} ${Hash.string(JSON.stringify(row))}`
}
