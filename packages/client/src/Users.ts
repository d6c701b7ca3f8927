/** The users of an organization. Built on `GenesysClient`; it adds nothing to the way of a call. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { GenesysClient } from "./GenesysClient.ts"
import type { GenesysError } from "./GenesysError.ts"

/** A user as the API shows it; fields that are not named here are dropped. */
export class User extends Schema.Class<User>("@effect-genesys/client/User")({
  id: Schema.String,
  name: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String),
  username: Schema.optionalKey(Schema.String),
  department: Schema.optionalKey(Schema.String),
  title: Schema.optionalKey(Schema.String),
  state: Schema.optionalKey(Schema.String)
}) {}

/** One condition of `POST /api/v2/users/search`. */
export const SearchCondition = Schema.Struct({
  type: Schema.Literals([
    "EXACT",
    "STARTS_WITH",
    "CONTAINS",
    "REGEX",
    "TERM",
    "TERMS",
    "REQUIRED_FIELDS",
    "MATCH_ALL",
    "QUERY_STRING"
  ]),
  fields: Schema.optionalKey(Schema.Array(Schema.String)),
  value: Schema.optionalKey(Schema.String),
  values: Schema.optionalKey(Schema.Array(Schema.String))
})
export type SearchCondition = typeof SearchCondition.Type

export interface SearchOptions {
  readonly query: ReadonlyArray<SearchCondition>
  /** Rows in a page. @default 25 */
  readonly pageSize?: number | undefined
  /** Counted from 1. @default 1 */
  readonly pageNumber?: number | undefined
}

/** A page of search results. The rows are in `results`, not in `entities` as elsewhere. */
export const SearchPage = Schema.Struct({
  total: Schema.Int,
  pageCount: Schema.Int,
  pageSize: Schema.Int,
  pageNumber: Schema.Int,
  results: Schema.Array(User).pipe(Schema.withDecodingDefaultType(Effect.succeed([])))
})
export type SearchPage = typeof SearchPage.Type

export class Users extends Context.Service<
  Users,
  {
    /** `POST /api/v2/users/search`: one page. */
    readonly search: (options: SearchOptions) => Effect.Effect<SearchPage, GenesysError>
    /** The user with this e-mail address, in any case; none if there is none. */
    readonly findByEmail: (email: string) => Effect.Effect<Option.Option<User>, GenesysError>
  }
>()("@effect-genesys/client/Users") {
  static readonly layer: Layer.Layer<Users, never, GenesysClient> = Layer.effect(
    Users,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const client = yield* GenesysClient

  const search = Effect.fn("Users.search")(function* (options: SearchOptions) {
    return yield* client.json(
      HttpClientRequest.post("/api/v2/users/search").pipe(
        HttpClientRequest.bodyJsonUnsafe({
          query: options.query,
          pageSize: options.pageSize ?? 25,
          pageNumber: options.pageNumber ?? 1
        })
      ),
      SearchPage
    )
  })

  const findByEmail = Effect.fn("Users.findByEmail")(function* (email: string) {
    const page = yield* search({ query: [{ type: "EXACT", fields: ["email"], value: email }] })
    return Option.fromUndefinedOr(page.results.find((user) => user.email?.toLowerCase() === email.toLowerCase()))
  })

  return Users.of({ search, findByEmail })
})
