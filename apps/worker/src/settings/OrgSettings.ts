/** What a settings file may say of an org: who asks it, and where it is. */
import { HostUrl } from "@effect-genesys/auth/Environment"
import * as Region from "@effect-genesys/auth/Region"
import * as TokenPool from "@effect-genesys/client/TokenPool"
import { Name } from "@effect-genesys/program/Profile"
import { note, Variable } from "@effect-genesys/program/SettingText"
import * as Schema from "effect/Schema"

/** Who a job is, and where: a profile, or an OAuth client whose id and secret are in the environment or a file. */
export const Org = Schema.Struct({
  profile: Schema.optionalKey(Name.annotate(note("A profile of genesys login. Without it, the other settings count."))),
  region: Schema.optionalKey(
    Schema.Literals([...Region.names, ...Region.domains]).annotate(
      note("The AWS region, or its domain. Default us-east-1.")
    )
  ),
  loginUrl: Schema.optionalKey(
    HostUrl.annotate({ expected: "an https URL", ...note("Another host that issues tokens. Default: the region's.") })
  ),
  apiUrl: Schema.optionalKey(
    HostUrl.annotate({ expected: "an https URL", ...note("Another host of the API. Default: the region's.") })
  ),
  clientIdEnv: Schema.optionalKey(
    Variable.annotate(note("The environment variable that holds the id of the OAuth client."))
  ),
  clientSecretEnv: Schema.optionalKey(
    Variable.annotate(note("The environment variable that holds its secret. Or use clientSecretFile."))
  ),
  clientSecretFile: Schema.optionalKey(
    Schema.NonEmptyString.annotate(
      note("The file that holds its secret. It is followed: a new secret is used at once.")
    )
  ),
  tokens: Schema.optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: TokenPool.mostTokens })).annotate(
      note(
        "How many tokens it may have at a time, each with a budget of its own: another one is asked for while calls wait. Ask Genesys before you use more than one. Default 1."
      )
    )
  )
}).check(
  Schema.makeFilter(
    ({ profile, ...client }: Record<string, unknown>) =>
      profile === undefined
        ? client["clientIdEnv"] !== undefined &&
          (client["clientSecretEnv"] === undefined) !== (client["clientSecretFile"] === undefined)
        : Object.keys(client).length === 0,
    {
      expected: "a profile alone, or clientIdEnv with either clientSecretEnv or clientSecretFile",
      toJsonSchema: () => [{ oneOf: [{ required: ["profile"] }, { required: ["clientIdEnv"] }] }, true]
    }
  )
)
export type Org = typeof Org.Type
