/**
 * The login host: `/oauth/token` and `/oauth/authorize`. Its failures do not have the API's error body but an OAuth one of
 * Genesys' own, and a rate limit is a 400.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"

const Text = Schema.optionalKey(Schema.String)

/**
 * The form. The client's id and secret come in the `Authorization` header (Basic); PKCE has `client_id` and `code_verifier`
 * instead.
 */
export const TokenRequest = Schema.Struct({
  /**
   * `client_credentials`, `authorization_code`, `refresh_token` or `urn:ietf:params:oauth:grant-type:saml2-bearer`.
   */
  grant_type: Text,
  /** Names with a space between them. Default: all that the client has. */
  scope: Text,
  code: Text,
  redirect_uri: Text,
  /** 43 to 128 characters. */
  code_verifier: Text,
  client_id: Text,
  refresh_token: Text,
  orgName: Text,
  /** Base64. */
  assertion: Text
})

/** A token, as the login host gives it. */
export const TokenResponse = Schema.Struct({
  access_token: Schema.String,
  token_type: Schema.Literal("bearer"),
  /** Seconds. */
  expires_in: Schema.Int,
  /** Only for the code grants, and good for one use. */
  refresh_token: Text
})

const Failure = Schema.Struct({
  error: Schema.String,
  description: Schema.String,
  error_description: Schema.String
})

/** A parameter that is given twice is an array, and refused. */
const Parameter = Schema.optionalKey(Schema.Union([Schema.String, Schema.Array(Schema.String)]))

/** What the page of a login is asked with. */
export const AuthorizeRequest = Schema.Struct({
  client_id: Parameter,
  /** `code`. */
  response_type: Parameter,
  redirect_uri: Parameter,
  scope: Parameter,
  state: Parameter,
  code_challenge: Parameter,
  /** `S256`. */
  code_challenge_method: Parameter
})

/** The endpoints of the login host. */
export class OAuthApi extends HttpApiGroup.make("oauth").add(
  HttpApiEndpoint.post("token", "/oauth/token", {
    payload: TokenRequest.pipe(HttpApiSchema.asFormUrlEncoded()),
    success: TokenResponse,
    error: [
      Failure.pipe(HttpApiSchema.status(400)),
      Failure.pipe(HttpApiSchema.status(401)),
      Failure.pipe(HttpApiSchema.status(403))
    ]
  }),
  HttpApiEndpoint.get("authorize", "/oauth/authorize", { query: AuthorizeRequest, success: HttpApiSchema.Empty(302) })
) {}
