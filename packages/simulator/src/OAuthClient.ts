/**
 * The OAuth clients that a simulator knows: how to state them in the options, and how to change one while it runs (rotate
 * its secret, disable it, take a permission from it).
 */
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** Only an active client gets tokens, and the tokens of another one are dead. */
export const ClientState = Schema.Literals(["active", "disabled", "inactive"])
export type ClientState = typeof ClientState.Type

/** How a client may get a token. `code` is the authorization code, with or without PKCE, and the refresh token it brings. */
export const ClientGrant = Schema.Literals(["client_credentials", "code", "saml2_bearer"])
export type ClientGrant = typeof ClientGrant.Type

/** One client, as given in the options. */
export interface OAuthClient {
  /** The client id: a UUID at Genesys, any text without a colon here. */
  readonly id: string
  readonly secret: Redacted.Redacted
  /** What `tokens/me` calls it. Default: the id. */
  readonly name?: string
  /** Default: `active`. */
  readonly state?: ClientState
  /** Seconds that its tokens live, for a SCIM integration up to 38,880,000. Default: the simulator's `tokenLifetime`. */
  readonly tokenLifetime?: number
  /** At Genesys a client has exactly one. Default: `["client_credentials"]`. */
  readonly grants?: readonly [ClientGrant, ...Array<ClientGrant>]
  /** Where `/oauth/authorize` may send its codes, compared letter by letter. Default: nowhere. */
  readonly redirectUris?: ReadonlyArray<string>
  /** What its roles allow it, such as `directory:user:view`. Default: everything. */
  readonly permissions?: ReadonlyArray<string>
  /** The scopes that it may ask for, such as `users:readonly`. Default: any. */
  readonly scopes?: ReadonlyArray<string>
}

/** What may change on a client. A new secret takes effect at once, without overlap; live tokens stay. */
export const ClientChange = Schema.Struct({
  state: Schema.optionalKey(ClientState),
  secret: Schema.optionalKey(Schema.RedactedFromValue(Schema.NonEmptyString)),
  /** All that it may do from now on, with the tokens that it has too. */
  permissions: Schema.optionalKey(Schema.Array(Schema.String))
})
export type ClientChange = typeof ClientChange.Type

/** The simulator has no client with this id. */
export class UnknownClientError extends Schema.TaggedError<UnknownClientError>(
  "@effect-genesys/simulator/UnknownClientError"
)("UnknownClientError", { message: Schema.String, clientId: Schema.String }) {}
