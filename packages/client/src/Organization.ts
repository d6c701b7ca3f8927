/** The organization that the token belongs to. Built on `GenesysClient`; it adds nothing to the way of a call. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { GenesysClient } from "./GenesysClient.ts"
import type { GenesysError } from "./GenesysError.ts"
import * as Field from "./internal/field.ts"

/** What the API says about an organization; fields that are not named here are dropped. */
export class OrganizationInfo extends Schema.Class<OrganizationInfo>("@effect-genesys/client/OrganizationInfo")({
  id: Schema.String,
  name: Field.text,
  /** Such as `en-us`. */
  defaultLanguage: Field.text,
  defaultCountryCode: Field.text,
  /** The short name that users log in with. */
  thirdPartyOrgName: Field.text,
  domain: Field.text,
  state: Field.text,
  version: Field.number,
  /** What is switched on, by name. */
  features: Field.field(Schema.Record(Schema.String, Schema.Unknown)),
  selfUri: Field.text
}) {}

/** Asks for the organization that the token belongs to. Fails with a `GenesysError`. */
export class Organization extends Context.Service<
  Organization,
  {
    /** `GET /api/v2/organizations/me` */
    readonly me: Effect.Effect<OrganizationInfo, GenesysError>
  }
>()("@effect-genesys/client/Organization") {
  static readonly layer: Layer.Layer<Organization, never, GenesysClient> = Layer.effect(
    Organization,
    Effect.gen(function* () {
      const client = yield* GenesysClient
      const request = HttpClientRequest.get("/api/v2/organizations/me")
      return Organization.of({
        me: client.json(request, OrganizationInfo).pipe(Effect.withSpan("Organization.me"))
      })
    })
  )
}
