/** The users of an organization. Built on `GenesysClient`; it adds nothing to the way of a call. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { GenesysClient } from "./GenesysClient.ts"
import type { GenesysError } from "./GenesysError.ts"
import * as Field from "./internal/field.ts"
import * as Listed from "./internal/listed.ts"
import { given, params } from "./internal/params.ts"
import * as Pagination from "./Pagination.ts"
import * as Route from "./Route.ts"
import { User } from "./User.ts"

export { User } from "./User.ts"

/** One condition of `POST /api/v2/users/search`. */
export interface SearchCondition {
  readonly type:
    | "EXACT"
    | "STARTS_WITH"
    | "CONTAINS"
    | "REGEX"
    | "TERM"
    | "TERMS"
    | "REQUIRED_FIELDS"
    | "MATCH_ALL"
    | "QUERY_STRING"
  readonly fields?: ReadonlyArray<string>
  readonly value?: string
  readonly values?: ReadonlyArray<string>
  /** How it joins its neighbours. */
  readonly operator?: "AND" | "OR" | "NOT"
  /** A condition made of conditions. */
  readonly group?: ReadonlyArray<SearchCondition>
}

/** Which users are searched for, in which order, and with which fields. */
export interface SearchAllOptions {
  readonly query: ReadonlyArray<SearchCondition>
  readonly sortOrder?: "ASC" | "DESC" | "SCORE" | undefined
  /** A field, such as `name`. */
  readonly sortBy?: string | undefined
  /** Fields to add, such as `presence`: done with best effort, says Genesys. */
  readonly expand?: ReadonlyArray<string> | undefined
  /** Rows in a page. @default 25, and 100 in streams */
  readonly pageSize?: number | undefined
}

/** Which page of a search. */
export interface SearchOptions extends SearchAllOptions {
  /** Counted from 1. @default 1 */
  readonly pageNumber?: number | undefined
}

/** A page of search results. The rows are in `results`, not in `entities` as elsewhere. */
export const SearchPage = Schema.Struct({
  total: Schema.Int,
  pageCount: Schema.Int,
  pageSize: Schema.Int,
  pageNumber: Schema.Int,
  results: Field.rows(User)
})
export type SearchPage = typeof SearchPage.Type

/** Which users, in which order, and with which fields. */
export interface ListAllOptions {
  /** @default active */
  readonly state?: "active" | "inactive" | "deleted" | "any" | undefined
  /** Only these users. */
  readonly id?: ReadonlyArray<string> | undefined
  /** Only these users; not together with `id`. */
  readonly jabberId?: ReadonlyArray<string> | undefined
  /** @default ASC */
  readonly sortOrder?: "ASC" | "DESC" | undefined
  /** Fields to add, such as `presence`: done with best effort, says Genesys. */
  readonly expand?: ReadonlyArray<string> | undefined
  /** Rows in a page. @default 25, and 100 in streams */
  readonly pageSize?: number | undefined
}

/** Which page of which users. */
export interface ListOptions extends ListAllOptions {
  /** Counted from 1. @default 1 */
  readonly pageNumber?: number | undefined
}

/** A page of users, as the API lists them. */
export const ListPage = Field.listing(User)
export type ListPage = typeof ListPage.Type

/** Which fields are added, and the state that the user must have. */
export interface GetOptions {
  readonly expand?: ReadonlyArray<string> | undefined
  /** The state that the user must have. @default active */
  readonly state?: "active" | "deleted" | undefined
}

type Paging<A> = Pick<Pagination.PagingOptions<A>, "lookAhead">

/** Searches, lists and shows the users of an organization. Fails with a `GenesysError`. */
export class Users extends Context.Service<
  Users,
  {
    /** `POST /api/v2/users/search`: one page. */
    readonly search: (options: SearchOptions) => Effect.Effect<SearchPage, GenesysError>
    /** All pages of a search; each user once. */
    readonly searchAll: (options: SearchAllOptions & Paging<User>) => Stream.Stream<User, GenesysError>
    /**
     * The user with this e-mail address, in any case, blanks around it aside; none if there is none. Of several, such as one who
     * has left and come back, an active one.
     */
    readonly findByEmail: (email: string) => Effect.Effect<Option.Option<User>, GenesysError>
    /** `GET /api/v2/users`: one page. */
    readonly list: (options?: ListOptions) => Effect.Effect<ListPage, GenesysError>
    /** All pages of the list; each user once. */
    readonly listAll: (options?: ListAllOptions & Paging<User>) => Stream.Stream<User, GenesysError>
    /** Like `listAll`, with every field that Genesys sends, also those that nobody knows yet: for exports. */
    readonly listAllRaw: (options?: ListAllOptions & Paging<unknown>) => Stream.Stream<unknown, GenesysError>
    /** `GET /api/v2/users/{userId}`. A `NotFoundError` if there is none in that state. */
    readonly get: (userId: string, options?: GetOptions) => Effect.Effect<User, GenesysError>
  }
>()("@effect-genesys/client/Users") {
  static readonly layer: Layer.Layer<Users, never, GenesysClient> = Layer.effect(
    Users,
    Effect.suspend(() => make)
  )
}

const userRoute = "/api/v2/users/{userId}"
const streamPageSize = 100

const searchRequest = ({ expand, pageNumber, pageSize = 25, query, sortBy, sortOrder }: SearchOptions) =>
  HttpClientRequest.post("/api/v2/users/search").pipe(
    HttpClientRequest.bodyJsonUnsafe(given({ query, pageSize, pageNumber: pageNumber ?? 1, sortBy, sortOrder, expand }))
  )

const listRequest = ({ expand, id, jabberId, pageNumber, pageSize, sortOrder, state }: ListOptions) =>
  HttpClientRequest.get("/api/v2/users", {
    urlParams: params({ pageSize, pageNumber, state, sortOrder, expand, id, jabberId })
  })

const decodeId = Schema.decodeUnknownOption(Schema.Struct({ id: Schema.String }))
const rawKey = (row: unknown) => Option.getOrUndefined(Option.map(decodeId(row), ({ id }) => id))

const isActive = ({ state }: User) => state === undefined || state === "active"

const make = Effect.gen(function* () {
  const client = yield* GenesysClient
  const through = Stream.provideService(GenesysClient, client)

  const search = Effect.fn("Users.search")(function* (options: SearchOptions) {
    const request = searchRequest(options)
    return yield* client.json(request, Listed.page(SearchPage, "results", request))
  })

  const findByEmail = Effect.fn("Users.findByEmail")(function* (email: string) {
    const value = email.trim()
    const { results } = yield* search({ query: [{ type: "EXACT", fields: ["email"], value }] })
    const found = results.filter((user) => user.email?.trim().toLowerCase() === value.toLowerCase())
    return Option.fromUndefinedOr(found.find(isActive) ?? found[0])
  })

  const list = Effect.fn("Users.list")(function* (options: ListOptions = {}) {
    const request = listRequest(options)
    return yield* client.json(request, Listed.page(ListPage, "entities", request))
  })

  const get = Effect.fn("Users.get")(function* (userId: string, { expand, state }: GetOptions = {}) {
    const request = HttpClientRequest.get(Route.path(userRoute, { userId }), { urlParams: params({ expand, state }) })
    return yield* client.json(request, User).pipe(Route.named(userRoute))
  })

  return Users.of({
    search,
    findByEmail,
    list,
    get,
    searchAll: ({ lookAhead, pageSize = streamPageSize, ...options }) =>
      Pagination.search(searchRequest({ ...options, pageSize }), User, { lookAhead, key: ({ id }) => id }).pipe(
        through,
        Stream.withSpan("Users.searchAll")
      ),
    listAll: ({ lookAhead, pageSize = streamPageSize, ...options } = {}) =>
      Pagination.pageNumber(listRequest({ ...options, pageSize }), User, { lookAhead, key: ({ id }) => id }).pipe(
        through,
        Stream.withSpan("Users.listAll")
      ),
    listAllRaw: ({ lookAhead, pageSize = streamPageSize, ...options } = {}) =>
      Pagination.pageNumber(listRequest({ ...options, pageSize }), Schema.Unknown, { lookAhead, key: rawKey }).pipe(
        through,
        Stream.withSpan("Users.listAllRaw")
      )
  })
})
