/** Whose word counts: a table of flags, environment, `.env` file and profiles, and what follows. */
import { assert, describe, it } from "@effect/vitest"
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import * as Region from "@effect-genesys/auth/Region"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { ActiveSettings } from "../src/ActiveSettings.ts"
import * as Identity from "../src/Identity.ts"
import { GivenFlags } from "../src/GivenFlags.ts"
import * as Login from "../../../apps/cli/src/login/Login.ts"
import { Profile } from "../src/Profile.ts"
import { Profiles } from "../src/Profiles.ts"
import { SecretStore } from "../src/SecretStore.ts"
import * as Settings from "../src/Settings.ts"

type Env = Record<string, string>

interface World {
  readonly env?: Env
  readonly dotEnv?: Env
  readonly profile?: string
  readonly region?: string
}

/** Two profiles: `acme` is the default, `other` has hosts of its own. */
const profiles = Effect.gen(function* () {
  const store = yield* Profiles
  const secrets = yield* SecretStore
  yield* store.put(
    "acme",
    new Profile({
      region: "eu-west-1",
      clientId: "acme-id",
      grant: "client_credentials",
      secret: yield* secrets.put(Redacted.make("acme-secret"))
    })
  )
  yield* store.put(
    "other",
    new Profile({
      region: "ap-south-1",
      loginUrl: "https://login.gateway.example",
      apiUrl: "https://api.gateway.example",
      clientId: "other-id",
      grant: "web",
      secret: yield* secrets.put(Redacted.make("first-refresh-token"))
    })
  )
})

const resolve = Effect.fnUntraced(function* (
  world: World,
  prepare: Effect.Effect<unknown, unknown, Profiles | SecretStore> = profiles
) {
  const directory = yield* FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())
  const warnings: Array<string> = []
  const environment = ConfigProvider.fromEnvRecord({
    GENESYS_CONFIG_DIR: `${directory}/config`,
    GENESYS_CLOUD_SECRET_STORE: "file",
    ...world.env
  })
  const file = ConfigProvider.fromEnvRecord(world.dotEnv ?? {})
  const settings = Layer.mergeAll(
    Layer.succeed(Settings.Sources, { environment, file }),
    ConfigProvider.layer(ConfigProvider.orElse(environment, file)),
    Logger.layer([Logger.make(({ message }) => void warnings.push(String(message)))])
  )
  return yield* Effect.gen(function* () {
    yield* Effect.provide(prepare, Login.layerProfiles)
    const found = yield* Effect.gen(function* () {
      const { apiUrl, loginUrl, region } = yield* Environment
      const grant = yield* Credentials.use(({ current }) => current)
      const { sources } = yield* ActiveSettings
      return {
        hosts: [region.name, loginUrl, apiUrl],
        grant: Object.values(grant).map((part) => (Redacted.isRedacted(part) ? Redacted.value(part) : part)),
        sources
      }
    }).pipe(
      Effect.provide(Identity.layerSettings),
      Effect.provideService(GivenFlags, {
        profile: Option.fromUndefinedOr(world.profile),
        region: Option.flatMap(Option.fromUndefinedOr(world.region), Region.find)
      })
    )
    return { ...found, warnings }
  }).pipe(Effect.provide(settings))
}, Effect.provide(NodeServices.layer))

const secretInEnv = { GENESYS_CLOUD_CLIENT_ID: "env-id", GENESYS_CLOUD_CLIENT_SECRET: "env-secret" }
const acme = ["https://login.mypurecloud.ie", "https://api.mypurecloud.ie"]
const gateway = ["https://login.gateway.example", "https://api.gateway.example"]

const table: ReadonlyArray<
  readonly [what: string, world: World, client: string, hosts: ReadonlyArray<string>, region: string, host: string]
> = [
  ["the default profile, if nothing else is said", {}, "acme-id", ["eu-west-1", ...acme], "profile acme", "region"],
  [
    "the profile that the environment names",
    { env: { GENESYS_CLOUD_PROFILE: "other" } },
    "other-id",
    ["ap-south-1", ...gateway],
    "profile other",
    "profile other"
  ],
  [
    "the profile of the flag before that of the environment",
    { env: { GENESYS_CLOUD_PROFILE: "other" }, profile: "acme" },
    "acme-id",
    ["eu-west-1", ...acme],
    "profile acme",
    "region"
  ],
  [
    "client and secret of the environment before the default profile, and nothing of that with them",
    { env: secretInEnv },
    "env-id",
    ["us-east-1", "https://login.mypurecloud.com", "https://api.mypurecloud.com"],
    "default",
    "region"
  ],
  [
    "another secret of the profile's own client from the environment",
    { env: { GENESYS_CLOUD_CLIENT_ID: "acme-id", GENESYS_CLOUD_CLIENT_SECRET: "rotated-secret" } },
    "rotated-secret",
    ["us-east-1", "https://login.mypurecloud.com", "https://api.mypurecloud.com"],
    "default",
    "region"
  ],
  [
    "a flag's profile as a whole before the environment",
    {
      env: { ...secretInEnv, GENESYS_CLOUD_REGION: "sa-east-1", GENESYS_CLOUD_LOGIN_URL: "https://x.example" },
      profile: "acme"
    },
    "acme-id",
    ["eu-west-1", ...acme],
    "profile acme",
    "region"
  ],
  [
    "the environment's region before the profile's, whose hosts it takes away",
    { env: { GENESYS_CLOUD_PROFILE: "other", GENESYS_CLOUD_REGION: "mypurecloud.de" } },
    "other-id",
    ["eu-central-1", "https://login.mypurecloud.de", "https://api.mypurecloud.de"],
    "environment",
    "region"
  ],
  [
    "--region before environment and profile",
    { env: { GENESYS_CLOUD_REGION: "sa-east-1" }, region: "mypurecloud.de" },
    "acme-id",
    ["eu-central-1", "https://login.mypurecloud.de", "https://api.mypurecloud.de"],
    "--region",
    "region"
  ],
  [
    "--region before the profile's own hosts",
    { profile: "other", region: "eu-central-1" },
    "other-id",
    ["eu-central-1", "https://login.mypurecloud.de", "https://api.mypurecloud.de"],
    "--region",
    "region"
  ],
  [
    "client and secret of a .env file before a profile",
    { dotEnv: { ...secretInEnv, GENESYS_CLOUD_REGION: "sa-east-1" } },
    "env-id",
    ["sa-east-1", "https://login.sae1.pure.cloud", "https://api.sae1.pure.cloud"],
    "file .env",
    "region"
  ]
]

describe("ActiveSettings", () => {
  for (const [what, world, client, hosts, region, host] of table) {
    it.effect(`takes ${what}`, () =>
      Effect.gen(function* () {
        const found = yield* resolve(world)
        assert.include(found.grant, client)
        assert.deepStrictEqual(found.hosts, [...hosts])
        assert.deepInclude(found.sources, { region, loginUrl: host, apiUrl: host })
        assert.deepStrictEqual(found.warnings, [])
      })
    )
  }

  it.effect("never sends a profile's secret where a .env file says, and warns", () =>
    Effect.gen(function* () {
      const dotEnv = {
        GENESYS_CLOUD_REGION: "sa-east-1",
        GENESYS_CLOUD_LOGIN_URL: "https://evil.example",
        GENESYS_CLOUD_PROFILE: "other",
        HTTPS_PROXY: "http://evil.example"
      }
      const found = yield* resolve({ dotEnv })
      assert.deepStrictEqual(found.hosts, ["eu-west-1", ...acme])
      assert.include(found.grant, "acme-secret")
      assert.match(found.warnings.join(), /GENESYS_CLOUD_LOGIN_URL in the file \.env are ignored: .*profile acme/)
    })
  )

  it.effect("shows the first refresh token of a login in the browser", () =>
    Effect.gen(function* () {
      const { grant } = yield* resolve({ profile: "other" })
      assert.includeMembers([...grant], ["RefreshToken", "other-id", "first-refresh-token"])
    })
  )

  const messageOf = (world: World, prepare?: typeof profiles) =>
    Effect.map(Effect.flip(resolve(world, prepare)), (error) => {
      assert.propertyVal(error, "_tag", "ConfigurationError")
      return error instanceof Error ? error.message : ""
    })

  it.effect("says what is wrong, and what was meant", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* messageOf({ profile: "acne" }), "There is no profile acne. Did you mean acme?")
      assert.strictEqual(yield* messageOf({ profile: "zzz" }), "There is no profile zzz. There are acme, other.")
      assert.match(
        yield* messageOf({ env: { GENESYS_CLOUD_CLIENT_ID: "someone-else" } }),
        /^GENESYS_CLOUD_CLIENT_SECRET is not set/
      )
      const nobody = Effect.void
      assert.match(
        yield* messageOf({}, nobody),
        /^GENESYS_CLOUD_CLIENT_ID is not set\..* Or log in with genesys login\.$/
      )
      const out = Profiles.use((store) =>
        store.put("acme", new Profile({ region: "eu-west-1", clientId: "x", grant: "web" }))
      )
      assert.match(
        yield* messageOf({}, out),
        /^The profile acme is logged out\. .*genesys login --web --profile acme\.$/
      )
    })
  )

  it.effect("warns of a profile that others can read, and says how to mend it", () =>
    Effect.gen(function* () {
      const open = Effect.gen(function* () {
        yield* profiles
        const file = yield* Profiles.use((store) => Effect.succeed(store.file("acme")))
        yield* Effect.provide(
          FileSystem.FileSystem.use((fs) => fs.chmod(file, 0o644)),
          NodeServices.layer
        )
      })
      const { warnings } = yield* resolve({ profile: "acme" }, open)
      assert.match(
        warnings.join(),
        /^other users can read .*acme\.json; close it to them with: chmod 600 \S*acme\.json$/
      )
    })
  )
})
