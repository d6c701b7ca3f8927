/**
 * `/api/v2/tokens/me`: what the token of the request is, whether it works, and its revocation.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"
import { Authorization } from "./Authorization.ts"
import { ClientSummary } from "./OAuthClientsApi.ts"

const Named = Schema.Struct({ id: Schema.String, name: Schema.String })

/** What there is to say of a token. */
export const TokenInfo = Schema.Struct({
  organization: Named,
  homeOrganization: Named,
  /** Empty: nothing is restricted. */
  authorizedScope: Schema.Array(Schema.String),
  /** When it dies unless it is used before; only where there is an idle timeout. */
  dateTokenIdles: Schema.optionalKey(Schema.String),
  OAuthClient: Schema.Struct({ ...ClientSummary.fields, organization: Named })
})

/** The endpoints of the token of a request. */
export class TokensApi extends HttpApiGroup.make("tokens")
  .add(
    HttpApiEndpoint.get("get", "/api/v2/tokens/me", { success: TokenInfo }),
    HttpApiEndpoint.head("verify", "/api/v2/tokens/me", { success: HttpApiSchema.Empty(200) }),
    HttpApiEndpoint.delete("revoke", "/api/v2/tokens/me")
  )
  .middleware(Authorization) {}
