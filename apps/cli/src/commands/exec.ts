/** `genesys exec`: runs a program with a fresh token in its environment. */
import { Credentials } from "@effect-genesys/auth/Credentials"
import { Environment } from "@effect-genesys/auth/Environment"
import { RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import * as ChildEnvironment from "@effect-genesys/core/ChildEnvironment"
import { ActiveSettings } from "@effect-genesys/program/ActiveSettings"
import { DurationFromText } from "@effect-genesys/program/DurationText"
import * as Identity from "@effect-genesys/program/Identity"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as AwaitedToken from "../calls/AwaitedToken.ts"
import * as Genesys from "../calls/Genesys.ts"
import * as Exec from "../exec/Exec.ts"

const minLife = Flag.String("min-life").pipe(
  Flag.withDescription("Ask for a new token if the shared one has less left than this, such as 90s, 10m or 2h"),
  Flag.withMetavar("duration"),
  Flag.withSchema(DurationFromText),
  Flag.withDefault(Duration.minutes(10))
)

const named = Flag.String("env").pipe(
  Flag.withDescription(
    "Hand this variable of the environment on too, which must be set; may be repeated. AWS_* stands for all that begin so, * for all"
  ),
  Flag.withMetavar("name"),
  Flag.withSchema(
    Schema.String.check(Schema.makeFilter(ChildEnvironment.isPattern, { expected: "a name, or its beginning with *" }))
  ),
  Flag.atLeast(0)
)

const identity = [
  "GENESYS_CLOUD_CLIENT_SECRET",
  "GENESYS_CLOUD_CLIENT_SECRET_FILE",
  "GENESYSCLOUD_OAUTHCLIENT_ID",
  "GENESYSCLOUD_OAUTHCLIENT_SECRET"
]

const program = Argument.String("command").pipe(
  Argument.withDescription("The program and its arguments, after --"),
  Argument.variadic({ min: 1 })
)

/** What the program is told; the official CLI's names too, so that it can be the program. */
const environment = Effect.gen(function* () {
  const { apiUrl, loginUrl, region } = yield* Environment
  const { clientId } = yield* Credentials.use(({ current }) => current)
  const { profile } = yield* ActiveSettings
  const { value } = yield* AwaitedToken.get
  return {
    GENESYS_CLOUD_ACCESS_TOKEN: Redacted.value(value),
    GENESYSCLOUD_ACCESS_TOKEN: Redacted.value(value),
    GENESYS_CLOUD_REGION: region.name,
    GENESYSCLOUD_REGION: region.name,
    GENESYS_CLOUD_LOGIN_URL: loginUrl,
    GENESYS_CLOUD_API_URL: apiUrl,
    GENESYS_CLOUD_CLIENT_ID: clientId,
    ...Option.match(profile, { onNone: () => ({}), onSome: ({ name }) => ({ GENESYS_CLOUD_PROFILE: name }) })
  }
}).pipe(Effect.provide(Genesys.layerToken), Effect.provide(Identity.layerStore))

/** A program that lacks what it was to have would fail later, and less plainly. */
const checkNamed = (options: ChildEnvironment.Options) => {
  const [name] = ChildEnvironment.missing(process.env, options)
  if (name === undefined) return Effect.void
  const isHidden = options.hidden?.includes(name) === true && process.env[name] !== undefined
  return Effect.fail(
    new UsageError({
      message: isHidden
        ? `--env ${name} would hand on what belongs to another client than that of the profile. Leave it out, or log in with the variables of the environment alone.`
        : `--env ${name} names no variable of the environment. Set it, or leave --env ${name} out.`
    })
  )
}

export const exec = Command.make("exec", { minLife, named, program }, (given) =>
  Effect.gen(function* () {
    const [command, ...args] = given.program
    yield* checkNamed({ named: given.named })
    const env = yield* Effect.provideService(environment, RefreshPolicy, yield* AwaitedToken.policy(given.minLife))
    // With a profile, a secret in the environment is another client's.
    const options = { named: given.named, hidden: "GENESYS_CLOUD_PROFILE" in env ? identity : [] }
    yield* checkNamed(options)
    const handedOn = yield* ChildEnvironment.make(process.env, { ...options, nameIt: "with --env" })
    yield* Exec.exec({ command: command!, args, env: { ...handedOn, ...env } })
  })
).pipe(
  Command.withDescription(
    "Run a program with a token in GENESYS_CLOUD_ACCESS_TOKEN, and region and hosts beside it. Of our environment it gets what programs need (PATH, HOME, the language, proxies without user name or password), and what --env names. It gets our signals, and we end with its exit code. The token is not renewed in it."
  ),
  Command.withExamples([
    {
      command: "genesys exec -- node report.js",
      description: "A script that reads process.env.GENESYS_CLOUD_ACCESS_TOKEN"
    },
    {
      command: "genesys exec --env DATABASE_URL --env 'AWS_*' -- ./report.sh",
      description: "With variables that it is not given by itself"
    },
    {
      command: "genesys exec --min-life 2h -- make report",
      description: "With a token that is good for two more hours"
    }
  ])
)
