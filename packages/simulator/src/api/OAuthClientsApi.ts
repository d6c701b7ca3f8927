/**
 * `/api/v2/oauth/clients`: the OAuth clients of the org. The secret is shown once, in the answer to its regeneration.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import { ClientState } from "../OAuthClient.ts"
import { Authorization } from "./Authorization.ts"
import { NotFound } from "./ErrorBody.ts"
import { Permissions } from "./Permissions.ts"

/** The fields that the client has at both places where Genesys describes it. */
export const ClientSummary = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  authorizedGrantType: Schema.Literals(["CLIENT-CREDENTIALS", "CODE", "SAML2BEARER"]),
  /** Empty: nothing is restricted. */
  scope: Schema.Array(Schema.String),
  state: ClientState
})

/** An OAuth client, without its secret. */
export const ClientBody = Schema.Struct({
  ...ClientSummary.fields,
  accessTokenValiditySeconds: Schema.Int,
  registeredRedirectUri: Schema.Array(Schema.String),
  selfUri: Schema.String
})

/** With its new secret. */
export const ClientWithSecret = Schema.Struct({ ...ClientBody.fields, secret: Schema.String })

const params = { id: Schema.String }

/** The endpoints of OAuth clients. */
export class OAuthClientsApi extends HttpApiGroup.make("oauthClients")
  .add(
    HttpApiEndpoint.get("get", "/api/v2/oauth/clients/:id", { params, success: ClientBody, error: NotFound }).annotate(
      Permissions,
      ["oauth:client:view"]
    ),
    HttpApiEndpoint.post("regenerateSecret", "/api/v2/oauth/clients/:id/secret", {
      params,
      success: ClientWithSecret,
      error: NotFound
    }).annotate(Permissions, ["oauth:client:edit"])
  )
  .middleware(Authorization) {}
