/**
 * The authorization grants of RFC 6749 that Genesys Cloud knows: what a program shows the login host to be given a
 * token. Secrets in them are `Redacted`.
 */
import * as Schema from "effect/Schema"

/** A machine's own identity: an OAuth client with the grant type Client Credentials. It never gets a refresh token. */
export class ClientCredentials extends Schema.TaggedClass<ClientCredentials>("@effect-genesys/auth/ClientCredentials")(
  "ClientCredentials",
  {
    clientId: Schema.String,
    clientSecret: Schema.Redacted(Schema.String)
  }
) {}

export type Grant = ClientCredentials
