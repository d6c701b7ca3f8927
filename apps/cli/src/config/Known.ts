/** The settings that a user may have for all commands: what each is, and which values it takes. */
import { isDuration } from "@effect-genesys/program/DurationText"
import { Profiles } from "@effect-genesys/program/Profiles"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Login from "../login/Login.ts"
import { formats } from "../output/OutputFlags.ts"
import * as UserSettings from "./UserSettings.ts"

export const names = ["profile", "output", "timeout", "max-retries"] as const
export type Name = (typeof names)[number]

export const descriptions: Readonly<Record<Name, string>> = {
  profile: "the profile that is used where nothing else is said",
  output: "how lists are printed in a terminal",
  timeout: "how long a call may take",
  "max-retries": "how often a call is sent again"
}

const expected: Readonly<Record<UserSettings.Name, readonly [isRight: (value: string) => boolean, what: string]>> = {
  output: [(value) => formats.some((format) => format === value), `one of ${formats.join(", ")}`],
  timeout: [(value) => isDuration(value) && /[1-9]/.test(value), "a duration above zero, such as 90s, 10m or 2h"],
  "max-retries": [(value) => /^(?:\d{1,3}|1000)$/.test(value), "a number from 0 to 1000"]
}

const profiles = <A, E>(use: (service: Profiles["Service"]) => Effect.Effect<A, E>) =>
  Effect.provide(Profiles.use(use), Login.layerProfiles)

export const get = (name: Name) =>
  name === "profile"
    ? profiles((service) => service.default)
    : Effect.map(UserSettings.read, ({ defaults }) => Option.fromUndefinedOr(defaults[name]))

export const set = Effect.fnUntraced(function* (name: Name, value: string) {
  if (name === "profile") return yield* profiles((service) => service.use(value))
  const [isRight, what] = expected[name]
  if (!isRight(value)) {
    return yield* new UsageError({ message: `${JSON.stringify(value)} is no ${name}: it must be ${what}.` })
  }
  yield* UserSettings.change((before) => ({ ...before, defaults: { ...before.defaults, [name]: value } }))
})

export const unset = Effect.fnUntraced(function* (name: Name) {
  if (name === "profile") {
    return yield* new UsageError({
      message: "The default profile is changed with genesys profile use, or taken away with genesys profile delete."
    })
  }
  yield* UserSettings.change((before) => {
    const { [name]: _, ...defaults } = before.defaults
    return { ...before, defaults }
  })
})
