/**
 * The login host: `POST /oauth/token`. Its failures do not have the API's error body but an OAuth one of Genesys' own, and a
 * rate limit is a 400.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"

/** The form. The client's id and secret come in the `Authorization` header (Basic). */
export const TokenRequest = Schema.Struct({ grant_type: Schema.optionalKey(Schema.String) })

export const TokenResponse = Schema.Struct({
  access_token: Schema.String,
  token_type: Schema.Literal("bearer"),
  /** Seconds. */
  expires_in: Schema.Int
})

const Failure = Schema.Struct({
  error: Schema.String,
  description: Schema.String,
  error_description: Schema.String
})

export class OAuthApi extends HttpApiGroup.make("oauth").add(
  HttpApiEndpoint.post("token", "/oauth/token", {
    payload: TokenRequest.pipe(HttpApiSchema.asFormUrlEncoded()),
    success: TokenResponse,
    error: [Failure.pipe(HttpApiSchema.status(400)), Failure.pipe(HttpApiSchema.status(401))]
  })
) {}
