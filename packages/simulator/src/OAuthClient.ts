/**
 * The OAuth clients that a simulator knows: how to state them in the options, and how to change one while it runs (rotate
 * its secret, disable it, take a permission from it).
 */
import * as Schema from "effect/Schema"
import { option, optional, TokenLifetime } from "./internal/shared/option.ts"

/** Only an active client gets tokens, and the tokens of another one are dead. */
export const ClientState = Schema.Literals(["active", "disabled", "inactive"])
export type ClientState = typeof ClientState.Type

/** How a client may get a token. `code` is the authorization code, with or without PKCE, and the refresh token it brings. */
export const ClientGrant = Schema.Literals(["client_credentials", "code", "saml2_bearer"])
export type ClientGrant = typeof ClientGrant.Type

const RedirectUri = Schema.String.check(Schema.makeFilter((uri: string) => URL.canParse(uri) && !uri.includes("#")))

/** One client, as given in the options. */
export const OAuthClient = Schema.Struct({
  id: Schema.NonEmptyString.check(Schema.makeFilter((id: string) => !id.includes(":"))).annotateKey({
    description: "The client id: a UUID at Genesys, any text without a colon here"
  }),
  secret: Schema.Redacted(Schema.String).annotateKey({ description: "Its secret, as `Redacted`" }),
  name: optional(Schema.String, "What `tokens/me` calls it; if left out, by its id"),
  state: option(ClientState, "active", "Only an active client gets tokens"),
  tokenLifetime: optional(
    TokenLifetime,
    "Seconds that its tokens live, for a SCIM integration up to 38,880,000; if left out, the simulator's"
  ),
  grants: option(Schema.NonEmptyArray(ClientGrant), ["client_credentials"], "At Genesys a client has exactly one"),
  redirectUris: option(
    Schema.Array(RedirectUri),
    [],
    "Where `/oauth/authorize` may send its codes, compared letter by letter"
  ),
  permissions: optional(
    Schema.Array(Schema.String),
    "What its roles allow it, such as `directory:user:view`; if left out, everything"
  ),
  scopes: optional(
    Schema.Array(Schema.String),
    "The scopes that it may ask for, such as `users:readonly`; if left out, any"
  )
})
export type OAuthClient = (typeof OAuthClient)["~type.make.in"]

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
