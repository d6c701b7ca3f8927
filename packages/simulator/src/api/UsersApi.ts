/**
 * `/api/v2/users/search`: the users of the org by name, e-mail address and other fields. The rows come back in `results`.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { Authorization, BodyCheck } from "./Authorization.ts"
import { Permissions } from "./Permissions.ts"

const Contact = Schema.Struct({ address: Schema.String, mediaType: Schema.String, type: Schema.String })

/** A user, as a search finds it. */
export const User = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  division: Schema.Struct({ id: Schema.String, name: Schema.String, selfUri: Schema.String }),
  chat: Schema.Struct({ jabberId: Schema.String }),
  department: Schema.String,
  email: Schema.String,
  primaryContactInfo: Schema.Array(Contact),
  addresses: Schema.Array(Contact),
  state: Schema.Literals(["active", "inactive", "deleted"]),
  title: Schema.String,
  username: Schema.String,
  version: Schema.Int,
  selfUri: Schema.String
})
export interface User extends Schema.Schema.Type<typeof User> {}

/** How a field is compared. */
export const SearchType = Schema.Literals([
  "EXACT",
  "STARTS_WITH",
  "CONTAINS",
  "REGEX",
  "TERM",
  "TERMS",
  "REQUIRED_FIELDS",
  "MATCH_ALL",
  "QUERY_STRING"
])

/** One condition. `operator` says how it joins its neighbours; a `group` is a condition made of conditions. */
export interface SearchCriteria {
  readonly type: typeof SearchType.Type
  readonly fields?: ReadonlyArray<string>
  readonly value?: string
  readonly values?: ReadonlyArray<string>
  readonly operator?: "AND" | "OR" | "NOT"
  readonly group?: ReadonlyArray<SearchCriteria>
}

export const SearchCriteria = Schema.Struct({
  type: SearchType,
  fields: Schema.optionalKey(Schema.Array(Schema.String)),
  value: Schema.optionalKey(Schema.String),
  values: Schema.optionalKey(Schema.Array(Schema.String)),
  operator: Schema.optionalKey(Schema.Literals(["AND", "OR", "NOT"])),
  group: Schema.optionalKey(Schema.Array(Schema.suspend((): Schema.Codec<SearchCriteria> => SearchCriteria)))
})

/** The body of a search. */
export const UserSearch = Schema.Struct({
  /** Default 25. */
  pageSize: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 }))),
  /** From 1, which is the default. */
  pageNumber: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  sortOrder: Schema.optionalKey(Schema.Literals(["ASC", "DESC", "SCORE"])),
  sortBy: Schema.optionalKey(Schema.String),
  query: Schema.optionalKey(Schema.Array(SearchCriteria))
})
export type UserSearch = typeof UserSearch.Type

/** A search as JSON in base64, as the answers name their neighbouring pages. */
export const SearchPage = Schema.StringFromBase64.pipe(Schema.decodeTo(Schema.fromJsonString(UserSearch)))

/** The answer to a search: one page. */
export const UserSearchResult = Schema.Struct({
  total: Schema.Int,
  pageCount: Schema.Int,
  pageSize: Schema.Int,
  pageNumber: Schema.Int,
  /** The pages as `q64` values for `GET /api/v2/users/search`. */
  previousPage: Schema.optionalKey(Schema.String),
  currentPage: Schema.String,
  nextPage: Schema.optionalKey(Schema.String),
  types: Schema.Array(Schema.String),
  results: Schema.Array(User)
})

/** The endpoint of searches. */
export class UsersApi extends HttpApiGroup.make("users")
  .add(
    HttpApiEndpoint.post("search", "/api/v2/users/search", { payload: UserSearch, success: UserSearchResult }).annotate(
      Permissions,
      ["directory:user:view"]
    ),
    HttpApiEndpoint.get("searchPage", "/api/v2/users/search", {
      query: { q64: SearchPage },
      success: UserSearchResult
    }).annotate(Permissions, ["directory:user:view"])
  )
  .middleware(BodyCheck)
  .middleware(Authorization) {}
