/**
 * Everything that a call of the Genesys Cloud API can fail with. The tags are flat, so that `Effect.catchTag` reads like
 * a sentence; each error says what to do next and names the call and its correlation id.
 */
import * as TokenError from "@effect-genesys/auth/TokenError"
import * as Schema from "effect/Schema"

export { AuthenticationError, RateLimitError, UnavailableError } from "@effect-genesys/auth/TokenError"

const fields = {
  message: Schema.String,
  /** The call, its status, Genesys' code and the correlation id. */
  api: TokenError.ApiFailure,
  /** What Genesys adds: which fields are wrong, and why. */
  details: Schema.Array(Schema.String)
}

/** 401: the API refuses a token that the login host has just issued. */
export class UnauthorizedError extends Schema.TaggedError<UnauthorizedError>(
  "@effect-genesys/client/UnauthorizedError"
)("UnauthorizedError", fields) {}

/** 403: the OAuth client lacks a permission. */
export class PermissionError extends Schema.TaggedError<PermissionError>("@effect-genesys/client/PermissionError")(
  "PermissionError",
  {
    ...fields,
    /** The missing permissions, such as `analytics:conversationDetail:view`, as far as Genesys names them. */
    permissions: Schema.Array(Schema.String)
  }
) {}

/** 404: there is no such thing, or it is deleted. */
export class NotFoundError extends Schema.TaggedError<NotFoundError>("@effect-genesys/client/NotFoundError")(
  "NotFoundError",
  fields
) {}

/** 409: it was changed by somebody else, or exists already. */
export class ConflictError extends Schema.TaggedError<ConflictError>("@effect-genesys/client/ConflictError")(
  "ConflictError",
  fields
) {}

/** Any other 4xx: the request is wrong, and sending it again changes nothing. */
export class InvalidRequestError extends Schema.TaggedError<InvalidRequestError>(
  "@effect-genesys/client/InvalidRequestError"
)("InvalidRequestError", fields) {}

const counted = (count: number) => count.toLocaleString("en-US")

interface Incomplete {
  readonly api: TokenError.ApiFailure
  readonly reason: "Limit" | "Expired"
  /** What Genesys says. */
  readonly said: string
  readonly rows: number
  readonly total?: number | undefined
}

/** Genesys gives no more of a list. The rows that came before are right; this says what is missing. */
export class IncompleteError extends Schema.TaggedError<IncompleteError>("@effect-genesys/client/IncompleteError")(
  "IncompleteError",
  {
    ...fields,
    /** `Limit`: its pages reach no further, and never will. `Expired`: its cursor did; read again, it goes on. */
    reason: Schema.Literals(["Limit", "Expired"]),
    /** What Genesys says. */
    said: Schema.String,
    /** How many came. */
    rows: Schema.Int,
    /** How many there are, if the list says so. */
    total: Schema.optionalKey(Schema.Int)
  }
) {
  static readonly of = ({ api, reason, rows, said, total: given }: Incomplete): IncompleteError => {
    // A list may say that it has 1e300 rows, or half a one: that is as good as nothing.
    const total = Number.isSafeInteger(given) ? given : undefined
    const call = `${api.method} ${api.path}`
    const missing =
      total === undefined || total < rows
        ? "how many are missing, it does not say"
        : `${counted(total - rows)} of ${counted(total)} are missing`
    const message =
      reason === "Limit"
        ? `${call} gives no more of this list: ${said}. The ${counted(rows)} rows that came are right; ${missing}. Ask for them in parts: with a filter, in another order, or for a shorter interval.`
        : `${call} gives no more of this list, because its cursor has expired: ${said}. The ${counted(rows)} rows that came are right. Read it again from its beginning for the others.`
    return new IncompleteError({
      api,
      details: [],
      reason,
      said,
      rows,
      ...(total === undefined ? {} : { total }),
      message
    })
  }

  /** Of several lists that are one. */
  static readonly sum = (parts: readonly [IncompleteError, ...Array<IncompleteError>]): IncompleteError => {
    const [{ api, reason, said }] = parts
    const totals = parts.flatMap(({ total }) => total ?? [])
    return IncompleteError.of({
      api,
      reason,
      said,
      rows: parts.reduce((sum, { rows }) => sum + rows, 0),
      total: totals.length === parts.length ? totals.reduce((sum, total) => sum + total, 0) : undefined
    })
  }
}

/** Whatever a call of the API can fail with. Each has a `_tag`, and a `message` that says what to do next. */
export type GenesysError =
  | TokenError.TokenError
  | UnauthorizedError
  | PermissionError
  | NotFoundError
  | ConflictError
  | InvalidRequestError
  | IncompleteError
