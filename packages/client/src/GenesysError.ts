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

export type GenesysError =
  | TokenError.TokenError
  | UnauthorizedError
  | PermissionError
  | NotFoundError
  | ConflictError
  | InvalidRequestError
