/**
 * The orgs that a worker serves: for each, one token, one rate limit and the typed services, for as long as somebody uses
 * them. They share nothing, so that what one org refuses never stops another.
 */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Grant from "@effect-genesys/auth/Grant"
import * as Region from "@effect-genesys/auth/Region"
import { TokenEndpoint } from "@effect-genesys/auth/TokenEndpoint"
import * as TokenManagers from "@effect-genesys/auth/TokenManagers"
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { Notifications } from "@effect-genesys/client/Notifications"
import { RateLimit } from "@effect-genesys/client/RateLimit"
import * as TokenPool from "@effect-genesys/client/TokenPool"
import * as Transport from "@effect-genesys/client/Transport"
import { Usage } from "@effect-genesys/client/Usage"
import { Users } from "@effect-genesys/client/Users"
import { Catalogue } from "@effect-genesys/sdk/Catalogue"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as LayerMap from "effect/LayerMap"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Socket from "effect/socket/Socket"
import { GivenFlags } from "@effect-genesys/program/GivenFlags"
import * as Identity from "@effect-genesys/program/Identity"
import * as Settings from "@effect-genesys/program/Settings"
import { Renewals } from "./Renewals.ts"
import type { Org } from "./settings/OrgSettings.ts"

/** What a job needs of an org. */
export type OrgServices =
  | TokenManagers.OrgServices
  | GenesysClient
  | Users
  | ConversationDetails
  | Usage
  | Catalogue
  | Notifications

/** And what is told of it. */
export type ServedOrg = OrgServices | Renewals

/** An org by its name and settings: equal keys are the same org. Without settings it is the one that the environment or the default profile says. */
export interface OrgKey {
  readonly name: string
  readonly settings?: Org | undefined
}

export const byEnvironment: OrgKey = { name: "environment" }

const printable = /^[\x21-\x7e]+$/
const checked = (name: string, text: string, what: string) =>
  printable.test(text)
    ? Effect.succeed(text)
    : Effect.fail(
        new ConfigurationError({ setting: name, message: `${name} is not valid: it must be ${what}, without blanks.` })
      )

const credentialsOf = (org: Org) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const idName = org.clientIdEnv ?? ""
      const clientId = yield* checked(
        idName,
        yield* Settings.fromEnvironment(idName, "the id of an OAuth client"),
        "the id of an OAuth client"
      )
      if (org.clientSecretFile !== undefined) {
        return Credentials.layerFile({ clientId, clientSecretFile: org.clientSecretFile, pollInterval: "2 seconds" })
      }
      const secretName = org.clientSecretEnv ?? ""
      const what = "the secret of that OAuth client"
      const secret = yield* checked(secretName, yield* Settings.fromEnvironment(secretName, what), what)
      return Credentials.layer(new Grant.ClientCredentials({ clientId, clientSecret: Redacted.make(secret) }))
    })
  )

/** As the settings say; tokens of a login in a browser are in the store. */
const bySettings = Layer.provideMerge(Identity.layerLoginStore, Identity.layerSettings)

const whoAndWhere = (org: Org | undefined) => {
  if (org === undefined) return bySettings
  if (org.profile !== undefined) {
    return Layer.provide(
      bySettings,
      Layer.succeed(GivenFlags, { profile: Option.some(org.profile), region: Option.none() })
    )
  }
  const { apiUrl, loginUrl, region: name } = org
  const region = Option.getOrUndefined(Region.find(name ?? Region.defaultRegion.name))
  return Layer.merge(credentialsOf(org), Environment.layer({ region, loginUrl, apiUrl }))
}

/** What lets the calls of an org go: in a fleet, all workers share it. */
export class OrgRateLimit extends Context.Reference<Layer.Layer<RateLimit, never, Environment>>(
  "@effect-genesys/worker/OrgRateLimit",
  { defaultValue: () => RateLimit.layer }
) {}

/** With one token, or with several: each of them has a budget of its own, which a fleet shares as it does the tokens. */
const clientOf = ({ settings }: OrgKey, rateLimit: Layer.Layer<RateLimit, never, Environment>) => {
  const tokens = settings?.tokens ?? 1
  return tokens === 1 ? GenesysClient.layer : TokenPool.layer({ tokens, rateLimit })
}

export class Orgs extends Context.Service<
  Orgs,
  {
    /** Its services, shared by all who ask for them, until the last of their scopes is closed. */
    readonly get: (org: OrgKey) => Effect.Effect<Context.Context<ServedOrg>, ConfigurationError, Scope.Scope>
  }
>()("@effect-genesys/worker/Orgs") {
  /** Over a transport of the caller's. */
  static readonly layerHttp: Layer.Layer<
    Orgs,
    never,
    HttpClient.HttpClient | Socket.WebSocketConstructor | FileSystem.FileSystem | Path.Path
  > = Layer.effect(
    Orgs,
    Effect.suspend(() => make)
  ).pipe(Layer.provide(NodeCrypto.layerDigest))

  static readonly layer: Layer.Layer<Orgs, ConfigurationError, FileSystem.FileSystem | Path.Path> = Layer.provide(
    Orgs.layerHttp,
    Transport.layerLateConfig
  )
}

/** Whatever is counted and measured for an org has its name: also what runs with its services. */
const named = ({ name }: OrgKey) => Layer.succeed(Metric.CurrentMetricAttributes, { org: name })

const make = Effect.gen(function* () {
  const tokens = yield* TokenManagers.make({
    lookup: (org: OrgKey) => Layer.merge(whoAndWhere(org.settings), named(org)),
    idleTimeToLive: 0
  })
  const rateLimit = yield* OrgRateLimit
  const webSockets = Layer.succeed(Socket.WebSocketConstructor, yield* Socket.WebSocketConstructor)
  // A channel dies with the token that it was made with: it is that of the org, of however many tokens.
  const notifications = Layer.provide(Notifications.layer, [GenesysClient.layer, webSockets])
  const services = yield* LayerMap.make((org: OrgKey) =>
    Layer.fresh(
      Layer.mergeAll(Users.layer, ConversationDetails.layer, Usage.layer, Catalogue.layer).pipe(
        Layer.provideMerge(clientOf(org, rateLimit)),
        Layer.merge(notifications),
        Layer.merge(Renewals.layer),
        Layer.provide(rateLimit),
        Layer.provide(TokenEndpoint.layerHttp),
        Layer.provideMerge(tokens.get(org)),
        Layer.provideMerge(named(org))
      )
    )
  )
  return Orgs.of({ get: (org) => services.contextEffect(org) })
})
