/** What `genesys exec` does. */
import { RefreshPolicy } from "@effect-genesys/auth/RefreshPolicy"
import * as ChildEnvironment from "@effect-genesys/core/ChildEnvironment"
import { ActiveSettings } from "@effect-genesys/program/ActiveSettings"
import * as ChildIdentity from "@effect-genesys/program/ChildIdentity"
import * as Identity from "@effect-genesys/program/Identity"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as SettingNames from "@effect-genesys/core/Settings"
import { settingNames } from "@effect-genesys/core/Settings"
import * as AwaitedToken from "../calls/AwaitedToken.ts"
import * as Genesys from "../calls/Genesys.ts"
import * as Exec from "./Exec.ts"
import type { Input } from "./flags.ts"

/** What says who we are, by all its names, but for the id, which the program is told. */
const identity = [settingNames.clientId, settingNames.clientSecret, settingNames.clientSecretFile]
  .flatMap((name) => SettingNames.rules.filter((rule) => rule.name === name).flatMap(SettingNames.namesOf))
  .filter((name) => name !== settingNames.clientId)

/** What the program is told. */
const environment = Effect.gen(function* () {
  const { profile } = yield* ActiveSettings
  const { value } = yield* AwaitedToken.get
  return {
    ...(yield* ChildIdentity.of(Redacted.value(value))),
    ...Option.match(profile, { onNone: () => ({}), onSome: ({ name }) => ({ [settingNames.profile]: name }) })
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

export const run = Effect.fnUntraced(function* (given: Input) {
  const [command, ...args] = given.program
  yield* checkNamed({ named: given.named })
  const env = yield* Effect.provideService(environment, RefreshPolicy, yield* AwaitedToken.policy(given.minLife))
  // With a profile, a secret in the environment is another client's.
  const options = { named: given.named, hidden: settingNames.profile in env ? identity : [] }
  yield* checkNamed(options)
  const handedOn = yield* ChildEnvironment.make(process.env, { ...options, nameIt: "with --env" })
  yield* Exec.exec({ command: command!, args, env: { ...handedOn, ...env } })
})
