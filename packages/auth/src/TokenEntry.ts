/** What a token store keeps for each owner of a token, and who that is. */
import * as Schema from "effect/Schema"
import { AccessToken } from "./AccessToken.ts"
import type { Grant } from "./Grant.ts"
import { AuthenticationError, RateLimitError, UnavailableError } from "./TokenError.ts"
import { Outcome } from "./TokenStatus.ts"

/** Whose token it is. An entry belongs to this login host, client, grant and secret: a new secret has a new entry. */
export interface TokenOwner {
  /** The base URL of the login host. */
  readonly host: string
  /** What the program was given; for a login, what it began with. */
  readonly grant: Grant
  /** Which of several tokens that one client has at a time; absent if it has one. */
  readonly number?: number
}

/** What is known of an owner's token. */
export class TokenEntry extends Schema.Class<TokenEntry>("@effect-genesys/auth/TokenEntry")({
  token: Schema.optionalKey(AccessToken),
  /** The newest refresh token, for the grants that have one. */
  refreshToken: Schema.optionalKey(Schema.Redacted(Schema.String)),
  /** When the exchange that brought it was made. */
  refreshedAt: Schema.optionalKey(Schema.DateTimeUtc),
  /** How the last exchange ended, whichever process made it. */
  outcome: Outcome,
  /** The error of the last exchange, if it failed. */
  error: Schema.optionalKey(Schema.Union([AuthenticationError, RateLimitError, UnavailableError])),
  /** Failed exchanges in a row. */
  failures: Schema.Int,
  /** No process asks of its own accord before this moment. */
  notBefore: Schema.optionalKey(Schema.DateTimeUtc)
}) {}
