/** What `genesys whoami` does. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { Organization } from "@effect-genesys/client/Organization"
import { Tokens } from "@effect-genesys/client/Tokens"
import { User } from "@effect-genesys/client/User"
import { ActiveSettings } from "@effect-genesys/program/ActiveSettings"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as OneShot from "../calls/OneShot.ts"
import * as Output from "../output/Output.ts"

const columns = ["organization", "organizationId", "region", "apiUrl", "profile", "user", "email", "client", "clientId"]

/** A token of client credentials is nobody's. */
const user = Effect.gen(function* () {
  const client = yield* GenesysClient
  const { email, name } = yield* client.json(HttpClientRequest.get("/api/v2/users/me"), User)
  return { ...(name === undefined ? {} : { user: name }), ...(email === undefined ? {} : { email }) }
})

export const run = Effect.fnUntraced(function* () {
  const printer = yield* Output.make({ columns })
  yield* Effect.gen(function* () {
    const { apiUrl, region } = yield* Environment
    const grant = yield* Credentials.use(({ current }) => current)
    const { profile } = yield* ActiveSettings
    const [token, organization, person] = yield* Effect.all(
      [
        Tokens.use(({ me }) => me),
        Organization.use(({ me }) => me),
        grant._tag === "ClientCredentials" ? Effect.succeed({}) : user
      ],
      { concurrency: "unbounded" }
    )
    const name = token.OAuthClient?.name
    yield* printer.value({
      organization: organization.name,
      organizationId: organization.id,
      region: region.name,
      apiUrl,
      ...Option.match(profile, { onNone: () => ({}), onSome: (chosen) => ({ profile: chosen.name }) }),
      ...person,
      ...(name === undefined ? {} : { client: name }),
      clientId: grant.clientId
    })
  }).pipe(Effect.provide(OneShot.layer))
})
