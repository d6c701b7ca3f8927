/** The client of a simulator over HTTP, as a program would have it. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ClientCredentials } from "@effect-genesys/auth/Grant"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import * as Transport from "@effect-genesys/client/Transport"
import { Users } from "@effect-genesys/client/Users"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"

export interface Host {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
}

export const layer = ({ clientId, clientSecret, url }: Host) =>
  Layer.merge(ConversationDetails.layer, Users.layer).pipe(
    Layer.provideMerge(GenesysClient.layer),
    Layer.provide(RateLimit.layer),
    Layer.provideMerge(TokenManager.layer),
    Layer.provide(TokenEndpoint.layerHttp),
    Layer.provide(NodeCrypto.layerDigest),
    Layer.provide(Credentials.layer(new ClientCredentials({ clientId, clientSecret }))),
    Layer.provideMerge(Environment.layer({ loginUrl: url, apiUrl: url })),
    Layer.provideMerge(Transport.layer)
  )
