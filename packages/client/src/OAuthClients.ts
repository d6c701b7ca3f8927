/** The OAuth clients of an organization, and the change of their secrets. Built on `GenesysClient`. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { GenesysClient } from "./GenesysClient.ts"
import type { GenesysError } from "./GenesysError.ts"
import * as Field from "./internal/field.ts"
import * as Listed from "./internal/listed.ts"
import * as Route from "./Route.ts"

/** An OAuth client, without its secret; fields that are not named here are dropped. */
export class OAuthClient extends Schema.Class<OAuthClient>("@effect-genesys/client/OAuthClient")({
  id: Schema.String,
  name: Field.text,
  description: Field.text,
  /** Such as `CLIENT-CREDENTIALS`. */
  authorizedGrantType: Field.text,
  /** Seconds that its tokens live: 300 to 172,800, or 38,880,000 for a client of a SCIM integration. */
  accessTokenValiditySeconds: Field.number,
  registeredRedirectUri: Field.texts,
  roleIds: Field.texts,
  scope: Field.texts,
  /** Such as `active` or `disabled`. */
  state: Field.text,
  dateCreated: Field.date,
  dateModified: Field.date,
  selfUri: Field.text
}) {}

/** The OAuth clients of an organization, as the API lists them. */
export const OAuthClientPage = Field.listing(OAuthClient)

const WithSecret = Schema.Struct({ secret: Schema.RedactedFromValue(Schema.String) })

/** Lists, shows and changes the OAuth clients of an organization. Fails with a `GenesysError`. */
export class OAuthClients extends Context.Service<
  OAuthClients,
  {
    /** `GET /api/v2/oauth/clients`: all of them. Genesys does not page this list (SDK 262.0.0). */
    readonly list: Effect.Effect<ReadonlyArray<OAuthClient>, GenesysError>
    /** `GET /api/v2/oauth/clients/{clientId}`. A `NotFoundError` if there is none. */
    readonly get: (clientId: string) => Effect.Effect<OAuthClient, GenesysError>
    /**
     * `POST /api/v2/oauth/clients/{clientId}/secret`: a new secret, in place of the old one, which ends at once: there is
     * no overlap. It is shown this once. A call whose answer got lost is not repeated, because it may have changed the
     * secret: do it again, and use the last one. Of the client that this program itself uses: hand the secret to its credentials.
     */
    readonly regenerateSecret: (clientId: string) => Effect.Effect<Redacted.Redacted, GenesysError>
  }
>()("@effect-genesys/client/OAuthClients") {
  static readonly layer: Layer.Layer<OAuthClients, never, GenesysClient> = Layer.effect(
    OAuthClients,
    Effect.suspend(() => make)
  )
}

const clientRoute = "/api/v2/oauth/clients/{clientId}"
const secretRoute = "/api/v2/oauth/clients/{clientId}/secret"

const make = Effect.gen(function* () {
  const client = yield* GenesysClient

  const get = Effect.fn("OAuthClients.get")(function* (clientId: string) {
    const request = HttpClientRequest.get(Route.path(clientRoute, { clientId }))
    return yield* client.json(request, OAuthClient).pipe(Route.named(clientRoute))
  })

  const regenerateSecret = Effect.fn("OAuthClients.regenerateSecret")(function* (clientId: string) {
    const request = HttpClientRequest.post(Route.path(secretRoute, { clientId }))
    const { secret } = yield* client.json(request, WithSecret).pipe(Route.named(secretRoute))
    return secret
  })

  return OAuthClients.of({
    list: client.json(HttpClientRequest.get("/api/v2/oauth/clients"), Listed.page(OAuthClientPage, "entities")).pipe(
      Effect.map(({ entities }) => entities),
      Effect.withSpan("OAuthClients.list")
    ),
    get,
    regenerateSecret
  })
})
