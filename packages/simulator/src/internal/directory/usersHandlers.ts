/**
 * `/api/v2/users/search`: sorts and pages what the search finds. Users never change, so the same search has the same answer,
 * and the last short ones are kept.
 */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { type UserSearch, UserSearchResult } from "../../api/UsersApi.ts"
import { Users } from "./users.ts"
import { search } from "./userSearch.ts"
import { answerKept } from "../shared/answerAs.ts"
import { badRequest } from "../shared/bodyCheck.ts"

export const UsersLive = HttpApiBuilder.group(
  SimulatorApi,
  "users",
  Effect.fnUntraced(function* (handlers) {
    const users = yield* Users

    const sort = (found: ReadonlyArray<number>, { sortBy, sortOrder }: UserSearch): ReadonlyArray<number> => {
      if (sortBy === undefined) return sortOrder === "DESC" ? found.toReversed() : found
      const direction = sortOrder === "DESC" ? -1 : 1
      const key = (index: number) => users.field(index, sortBy) ?? ""
      return found.toSorted((a, b) => (key(a) < key(b) ? -direction : key(a) > key(b) ? direction : a - b))
    }

    /** By the search. */
    const known = answerKept<string, typeof UserSearchResult.Encoded>(UserSearchResult)

    const find = Effect.fnUntraced(function* (query: UserSearch) {
      const key = JSON.stringify(query)
      const before = known.find(key)
      if (before !== undefined) return before
      const found = search(users, query.query ?? [])
      if ("field" in found) return yield* badRequest(found.field, found.reason)
      const { pageNumber = 1, pageSize = 25 } = query
      const pageCount = Math.ceil(found.length / pageSize)
      const q64 = (page: number) => Base64.encode(JSON.stringify({ ...query, pageNumber: page }))
      const start = (pageNumber - 1) * pageSize
      return known.answer(key, {
        total: found.length,
        pageCount,
        pageSize,
        pageNumber,
        ...(pageNumber > 1 ? { previousPage: q64(pageNumber - 1) } : {}),
        currentPage: q64(pageNumber),
        ...(pageNumber < pageCount ? { nextPage: q64(pageNumber + 1) } : {}),
        types: ["users"],
        results: sort(found, query)
          .slice(start, start + pageSize)
          .map(users.get)
      })
    })

    return handlers.handleAll({
      search: ({ payload }) => find(payload),
      searchPage: ({ query }) => find(query.q64)
    })
  })
)
