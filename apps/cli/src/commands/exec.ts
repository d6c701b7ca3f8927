/** `genesys exec`: runs a program with a fresh token in its environment. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { Policy, RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import { ActiveSettings } from "@effect-genesys/runtime/ActiveSettings"
import { DurationFromText } from "@effect-genesys/runtime/DurationText"
import * as Exec from "@effect-genesys/runtime/Exec"
import * as Genesys from "@effect-genesys/runtime/Genesys"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

const minLife = Flag.String("min-life").pipe(
  Flag.withDescription("Ask for a new token if the shared one has less left than this, such as 90s, 10m or 2h"),
  Flag.withMetavar("duration"),
  Flag.withSchema(DurationFromText),
  Flag.withDefault(Duration.minutes(10))
)

const program = Argument.String("command").pipe(
  Argument.withDescription("The program and its arguments, after --"),
  Argument.variadic({ min: 1 })
)

/** What the program is told; the official CLI's names too, so that it can be the program. */
const environment = Effect.gen(function* () {
  const { apiUrl, loginUrl, region } = yield* Environment
  const { clientId } = yield* Credentials.use(({ current }) => current)
  const { profile } = yield* ActiveSettings
  const { value } = yield* TokenManager.use((manager) => manager.token)
  return {
    GENESYS_CLOUD_ACCESS_TOKEN: Redacted.value(value),
    GENESYSCLOUD_ACCESS_TOKEN: Redacted.value(value),
    GENESYS_CLOUD_REGION: region.name,
    GENESYSCLOUD_REGION: region.name,
    GENESYS_CLOUD_LOGIN_URL: loginUrl,
    GENESYS_CLOUD_API_URL: apiUrl,
    GENESYS_CLOUD_CLIENT_ID: clientId,
    // With a profile, a secret in the environment is another client's.
    ...Option.match(profile, {
      onNone: () => ({}),
      onSome: ({ name }) => ({
        GENESYS_CLOUD_PROFILE: name,
        GENESYS_CLOUD_CLIENT_SECRET: undefined,
        GENESYS_CLOUD_CLIENT_SECRET_FILE: undefined,
        GENESYSCLOUD_OAUTHCLIENT_ID: undefined,
        GENESYSCLOUD_OAUTHCLIENT_SECRET: undefined
      })
    })
  }
}).pipe(Effect.provide(Genesys.layerToken), Effect.provide(Genesys.layerStore))

export const exec = Command.make("exec", { minLife, program }, (given) =>
  Effect.gen(function* () {
    const [command, ...args] = given.program
    const env = yield* Effect.provideService(
      environment,
      RefreshPolicy,
      new Policy({ background: false, minLife: given.minLife })
    )
    yield* Exec.exec({ command: command!, args, env })
  })
).pipe(
  Command.withDescription(
    "Run a program with a token in GENESYS_CLOUD_ACCESS_TOKEN, and region and hosts beside it. It gets our signals, and we end with its exit code. The token is not renewed in it."
  ),
  Command.withExamples([
    {
      command: "genesys exec -- node report.js",
      description: "A script that reads process.env.GENESYS_CLOUD_ACCESS_TOKEN"
    },
    {
      command: "genesys exec --min-life 2h -- make report",
      description: "With a token that is good for two more hours"
    }
  ])
)
