/** The program that the README shows. */
// #region program
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { NodeCrypto, NodeHttpClient } from "@effect/platform-node"
import { Effect, Layer, Redacted } from "effect"

// From GENESYS_CLOUD_REGION, GENESYS_CLOUD_CLIENT_ID and GENESYS_CLOUD_CLIENT_SECRET.
export const layer = TokenManager.layer.pipe(
  Layer.provide(TokenEndpoint.layerHttp),
  Layer.provide([Credentials.layerConfig, Environment.layerConfig, NodeHttpClient.layerUndici, NodeCrypto.layerDigest])
)

export const header = TokenManager.use(({ token }) =>
  Effect.map(token, ({ value }) => ({ authorization: `Bearer ${Redacted.value(value)}` }))
)
// #endregion
