/**
 * Schemas of answers that are lists. An answer without its list is refused while it is decoded, within the attempt: it is tried again
 * like a page of HTML, and never counts as a list that is empty.
 */
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import type { GenesysClient } from "../GenesysClient.ts"
import * as Answer from "./answer.ts"
import * as PageRequest from "./pageRequest.ts"

type Request = HttpClientRequest.HttpClientRequest

/** The schema, for JSON that is an answer. */
const only = <S extends Schema.Constraint>(schema: S, isAnswer: (json: unknown) => boolean, what: string) =>
  Schema.Unknown.check(Schema.makeFilter((json) => isAnswer(json) || what)).pipe(
    Schema.decodeTo(schema, SchemaTransformation.passthrough({ strict: false }))
  )

const without = (field: string | undefined) =>
  field === undefined ? "a list was asked for, and it has none" : `it has no ${field}, which were asked for`

/** The schema of the page that a request asks for, whose rows are in the field. */
export const page = <S extends Schema.Constraint>(schema: S, field: string, request?: Request) => {
  const place = request === undefined ? { number: 1, size: 1 } : PageRequest.placeOf(PageRequest.normalize(request))
  return only(schema, (json) => Answer.isListed(json, field, place), without(field))
}

/** Lists that are asked for here, by the field of their rows. */
const known = new Map([
  ["GET /api/v2/users", "entities"],
  ["POST /api/v2/users/search", "results"],
  ["GET /api/v2/routing/queues", "entities"],
  ["POST /api/v2/analytics/conversations/details/query", "conversations"]
])

/** The field of the rows, if the call is known to be answered with a list. */
export const fieldOf = ({ method, url }: Request): string | undefined => known.get(`${method} ${url.split("?", 1)[0]}`)

export interface List {
  /** The field of the rows; any if not given. */
  readonly field?: string | undefined
  /** Whether it must be a list, whatever is known of the call. */
  readonly isList?: boolean | undefined
  /** How many rows the pages before said that there are; none of the first page. */
  readonly before: () => { readonly total: number | undefined } | undefined
}

/** The client for a walk through a list: what it answers is a page. The first answer to a call of which nothing is known may be anything. */
export const client = (
  given: GenesysClient["Service"],
  { before, field, isList = false }: List
): GenesysClient["Service"] => ({
  ...given,
  json: (request, schema) =>
    given.json(
      request,
      only(
        schema,
        (json) => {
          const last = before()
          if (!isList && field === undefined && last === undefined && !PageRequest.isPaged(request)) return true
          return Answer.isListed(json, field, { ...PageRequest.placeOf(request), total: last?.total })
        },
        without(field)
      )
    )
})
