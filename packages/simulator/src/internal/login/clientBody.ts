/**
 * An OAuth client as the API describes it, without its secret. At Genesys a client has one grant: here it is the first.
 */
import type { ClientBody, ClientSummary } from "../../api/OAuthClientsApi.ts"
import type { Client } from "./clients.ts"

const grantTypes = { client_credentials: "CLIENT-CREDENTIALS", code: "CODE", saml2_bearer: "SAML2BEARER" } as const

export const clientSummary = ({ grants, id, name, scopes = [], state }: Client): typeof ClientSummary.Type => ({
  id,
  name,
  authorizedGrantType: grantTypes[grants[0]],
  scope: scopes,
  state
})

export const clientBody = (client: Client): typeof ClientBody.Type => ({
  ...clientSummary(client),
  accessTokenValiditySeconds: client.tokenLifetime,
  registeredRedirectUri: client.redirectUris,
  selfUri: `/api/v2/oauth/clients/${client.id}`
})
