/**
 * The pages of the lists, each in its own way.
 */
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Record from "effect/Record"
import * as Result from "effect/Result"
import { ListPage } from "../../api/ListsApi.ts"
import { SimulatorApi } from "../../api/SimulatorApi.ts"
import { clientBody } from "../login/clientBody.ts"
import { Clients } from "../login/clients.ts"
import { answerAs } from "../shared/answerAs.ts"
import { badRequest } from "../shared/bodyCheck.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import { notFound } from "../shared/notFound.ts"
import { page, type PageQuery } from "../shared/page.ts"
import { several } from "../shared/several.ts"
import { type Item, Lists, type MemberList } from "./lists.ts"
import type { ListSpec } from "./listSpec.ts"
import { type SpecName, specs } from "./specs.ts"

interface Query extends PageQuery {
  readonly name?: string
  readonly id?: string | ReadonlyArray<string>
  readonly sortOrder?: string
  readonly after?: string
  readonly limit?: number
  readonly cursor?: string
  readonly deactivated?: string
}

const answer = answerAs(ListPage)

const asked = (items: ReadonlyArray<Item>, { id, name, sortOrder }: Query): ReadonlyArray<Item> => {
  const ids = several(id)
  const wanted = name?.toLowerCase().replaceAll("*", "")
  const found = items.filter(
    ({ id: own, name: called }) =>
      (ids?.includes(own) ?? true) &&
      (wanted === undefined || (typeof called === "string" && called.toLowerCase().includes(wanted)))
  )
  return sortOrder?.toLowerCase().startsWith("desc") === true ? found.toReversed() : found
}

/** Those after the last one that was seen, whatever has become of that. */
const continued = Effect.fnUntraced(function* (
  items: ReadonlyArray<Item>,
  field: string,
  cursor: string | undefined,
  size: number
) {
  const last = cursor === undefined ? "" : Result.getOrElse(Base64Url.decodeString(cursor), () => undefined)
  if (last === undefined || (last !== "" && !/^[0-9a-f-]{36}$/.test(last)))
    return yield* badRequest(field, "not a cursor")
  const rest = items.filter(({ id }) => id > last)
  const found = rest.slice(0, size)
  const next = rest.length > size ? Base64Url.encode(found.at(-1)?.id ?? "") : undefined
  return { found, next }
})

/** @param path as it was asked for */
const pageOf = Effect.fnUntraced(function* (
  spec: Pick<ListSpec, "paging" | "maxPageSize">,
  path: string,
  all: ReadonlyArray<Item>,
  query: Query
) {
  const { after, cursor, limit = 100, pageSize = 25 } = query
  const { maxPageSize = Number.POSITIVE_INFINITY, paging } = spec
  const total = all.length
  if (paging === "bare") return answer({ entities: all })
  if (paging === "whole") return answer({ entities: all, total, selfUri: path })
  if (paging === "after") {
    const { found, next } = yield* continued(all, "after", after, pageSize)
    const uri = next === undefined ? {} : { nextUri: `${path}?pageSize=${pageSize}&after=${next}` }
    return answer({ entities: found, selfUri: path, ...uri })
  }
  if (paging === "cursor") {
    const { found, next } = yield* continued(all, "cursor", cursor, limit)
    return answer({ entities: found, cursors: next === undefined ? {} : { after: next } })
  }
  if (pageSize > maxPageSize) return yield* badRequest("pageSize", `at most ${maxPageSize}`)
  const { id, name, sortOrder } = query
  const { items, uris } = page(asked(all, query), path, query, { id, name, sortOrder })
  if (paging === "number") return answer({ entities: items, ...uris })
  const { lastUri: _, pageCount: _count, total: _total, ...untold } = uris
  return answer({ entities: items, ...untold })
})

export const ListsLive = HttpApiBuilder.group(
  SimulatorApi,
  "lists",
  Effect.fnUntraced(function* (handlers) {
    const lists = yield* Lists
    const clients = yield* Clients

    const listed = (name: SpecName) => {
      const spec: ListSpec = specs[name]
      return Effect.fnUntraced(function* ({ query }: { readonly query: Query }) {
        const { now } = yield* CurrentRequest
        const all = lists.items(name, now)
        const { isHidden } = spec
        const isAsked = query.deactivated?.toLowerCase() === "true"
        const found = isHidden === undefined ? all : all.filter((item) => isHidden(item) === isAsked)
        return yield* pageOf(spec, spec.path, found, query)
      })
    }

    const members = (list: MemberList, path: string, paging: ListSpec["paging"]) =>
      Effect.fnUntraced(function* ({
        params: { id },
        query
      }: {
        readonly params: { readonly id: string }
        readonly query: Query
      }) {
        const { now } = yield* CurrentRequest
        const all = lists.members(list, id, now)
        if (all === undefined) return yield* notFound(`Unable to find one of the ${list} with that id: ${id}`)
        return yield* pageOf({ paging }, `${path}/${encodeURIComponent(id)}/members`, all, query)
      })

    return handlers.handleAll({
      ...Record.map(specs, (_, name) => listed(name)),
      queueMembers: members("queues", "/api/v2/routing/queues", "untold"),
      groupMembers: members("groups", "/api/v2/groups", "number"),
      teamMembers: members("teams", "/api/v2/teams", "after"),
      oauthClients: () => {
        const entities = clients.all.map((client) => clientBody(client))
        const [pageSize, total] = [entities.length, entities.length]
        return Effect.succeed(answer({ entities, pageSize, pageNumber: 1, total, pageCount: 1 }))
      }
    })
  })
)
