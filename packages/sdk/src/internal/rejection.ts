/**
 * Our errors, with what programs that were written for the SDK look for in a rejection: the fields of Genesys' error body.
 */
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { AnyApiClient } from "../AnyApiClient.ts"

/** What all of our errors have, as far as they have it. */
const Known = Schema.Struct({
  _tag: Schema.String,
  message: Schema.String,
  status: Schema.optional(Schema.Int),
  code: Schema.optional(Schema.String),
  retryAfter: Schema.optional(Schema.Duration),
  api: Schema.optional(
    Schema.Struct({
      status: Schema.optional(Schema.Int),
      code: Schema.optional(Schema.String),
      correlationId: Schema.optional(Schema.String)
    })
  )
})
const decode = Schema.decodeUnknownOption(Known)

/** Statuses of errors that have no answer of the API behind them. */
const statuses: Partial<Record<string, number>> = {
  AuthenticationError: 401,
  RateLimitError: 429,
  InvalidRequestError: 400
} satisfies Partial<Record<GenesysError["_tag"], number>>

/** Adds the fields to the error itself, which stays what it is. A client with extended responses gets theirs, too. */
export const of = (error: unknown, client: AnyApiClient): unknown => {
  const known = Option.getOrUndefined(decode(error))
  if (known === undefined || !(error instanceof Error)) return error
  const { _tag, api, message, retryAfter } = known
  const status = api?.status ?? known.status ?? statuses[_tag]
  const code = api?.code ?? known.code
  const body = { message, status, code, contextId: api?.correlationId }
  add(error, body)
  if (Reflect.get(client, "returnExtended") === true) {
    const seconds = retryAfter && String(Math.ceil(Duration.toSeconds(retryAfter)))
    add(error, { body, headers: seconds === undefined ? {} : { "retry-after": seconds }, error })
  }
  return error
}

/** Not shown when the error is printed: its message says it all. */
const add = (error: Error, fields: Readonly<Record<string, unknown>>) => {
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && !(name in error)) {
      Object.defineProperty(error, name, { value, configurable: true, enumerable: false })
    }
  }
}
