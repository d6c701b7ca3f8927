/**
 * The options of a simulator with every default filled in and every value checked. A value that makes no sense is a defect
 * when the layer is built.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { ClientGrant, ClientState } from "../../OAuthClient.ts"
import type { SimulatorOptions } from "../../SimulatorOptions.ts"
import { OAuthSettings } from "./oAuthSettings.ts"
import { analyticsFields } from "../analytics/analyticsSettings.ts"
import * as Random from "./random.ts"

const Positive = Schema.Int.check(Schema.isGreaterThan(0))
const positive = (value: number) => Positive.pipe(Schema.withConstructorDefault(Effect.succeed(value)))

const RedirectUri = Schema.String.check(Schema.makeFilter((uri: string) => URL.canParse(uri) && !uri.includes("#")))

const Client = Schema.Struct({
  id: Schema.NonEmptyString.check(Schema.makeFilter((id: string) => !id.includes(":"))),
  secret: Schema.Redacted(Schema.String),
  name: Schema.optionalKey(Schema.String),
  state: ClientState.pipe(Schema.withConstructorDefault(Effect.succeed("active" as const))),
  tokenLifetime: Schema.optionalKey(Positive),
  grants: Schema.NonEmptyArray(ClientGrant).pipe(
    Schema.withConstructorDefault(Effect.succeed(["client_credentials"] as const))
  ),
  redirectUris: Schema.Array(RedirectUri).pipe(Schema.withConstructorDefault(Effect.succeed([]))),
  permissions: Schema.optionalKey(Schema.Array(Schema.String)),
  scopes: Schema.optionalKey(Schema.Array(Schema.String))
})

const RateLimit = Schema.Struct({ limit: positive(300), window: positive(60) })
const MintLimit = Schema.Struct({ limit: positive(50), window: positive(60), burst: positive(10) })

const Resolved = Schema.Struct({
  port: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 65_535 })).pipe(
    Schema.withConstructorDefault(Effect.succeed(0))
  ),
  host: Schema.NonEmptyString.pipe(Schema.withConstructorDefault(Effect.succeed("127.0.0.1"))),
  seed: Schema.Int,
  clients: Schema.NonEmptyArray(Client),
  tokenLifetime: positive(86_400),
  wrongSecretStatus: Schema.Literals([400, 401]).pipe(Schema.withConstructorDefault(Effect.succeed(400 as const))),
  oauth: OAuthSettings,
  organizationName: Schema.NonEmptyString.pipe(Schema.withConstructorDefault(Effect.succeed("Your Company"))),
  mintLimit: Schema.Union([MintLimit, Schema.Literal("off")]).pipe(Schema.withConstructorDefault(Effect.succeed({}))),
  rateLimit: Schema.Union([RateLimit, Schema.Literal("off")]).pipe(Schema.withConstructorDefault(Effect.succeed({}))),
  dailyLimit: Schema.Union([Positive, Schema.Literal("off")]).pipe(
    Schema.withConstructorDefault(Effect.succeed("off" as const))
  ),
  users: positive(200),
  userListLimit: positive(10_000),
  ...analyticsFields,
  journalSize: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).pipe(
    Schema.withConstructorDefault(Effect.succeed(10_000))
  )
})

const defaultClient = (seed: number) => ({
  id: Random.uuid(seed, Random.streams.client, 0),
  secret: Redacted.make(Random.opaque(seed, Random.streams.secret, 0, 32)),
  name: "Simulated client"
})

const resolve = (options: SimulatorOptions) => {
  const seed = options.seed ?? 1
  return Resolved.make({ ...options, seed, clients: options.clients ?? [defaultClient(seed)] })
}

export class Settings extends Context.Service<Settings, typeof Resolved.Type>()(
  "@effect-genesys/simulator/internal/Settings"
) {
  static readonly layer = (options: SimulatorOptions) => Layer.sync(Settings, () => resolve(options))
}
