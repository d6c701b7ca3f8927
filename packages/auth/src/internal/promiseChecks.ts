/** The words and checks of options that come from programs without types: which one is wrong, and what to write instead. */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { nearest } from "@effect-genesys/core/Nearest"
import type * as Setting from "@effect-genesys/core/Setting"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

/** The error of an option that is not what it must be. */
export const wrong = (setting: string, expected: string) =>
  new ConfigurationError({ setting, message: `${setting} is not valid: it must be ${expected}.` })

export const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Why it is no object, or the first of its names that is none of those that are known. */
export const object = (
  where: string,
  setting: string,
  given: unknown,
  known: ReadonlyArray<string>
): ConfigurationError | undefined =>
  isObject(given)
    ? unknown(where, given, known)
    : wrong(setting, `an object. ${where} knows these names in it: ${known.join(", ")}`)

/** Of another library too, as long as it does what one of the platform does. */
const isSignal = (value: unknown): value is AbortSignal =>
  typeof value === "object" &&
  value !== null &&
  "aborted" in value &&
  typeof value.aborted === "boolean" &&
  "addEventListener" in value &&
  typeof value.addEventListener === "function" &&
  "removeEventListener" in value &&
  typeof value.removeEventListener === "function"

/** Why it is none, if it is not. */
export const signal = (value: unknown): ConfigurationError | undefined =>
  value === undefined || isSignal(value) ? undefined : wrong("signal", "an AbortSignal")

/** Callers without types pass anything, most often `undefined` for a variable that is not set. */
export const decode = <A>(
  setting: string,
  value: unknown,
  { expected, schema }: Setting.Expected<A>
): Effect.Effect<A, ConfigurationError> =>
  value === undefined
    ? Effect.fail(new ConfigurationError({ setting, message: `${setting} is not set. Set it to ${expected}.` }))
    : Effect.mapError(Schema.decodeUnknownEffect(schema)(value), () => wrong(setting, expected))

/** The first name that is none of those that are known, as an error that says which may be meant. */
const unknown = (where: string, given: object, known: ReadonlyArray<string>): ConfigurationError | undefined => {
  const setting = Object.keys(given).find((name) => !known.includes(name))
  if (setting === undefined) return undefined
  const [meant] = nearest(setting, known)
  const advice = meant === undefined ? `There are: ${known.join(", ")}` : `Write ${meant} instead`
  return new ConfigurationError({ setting, message: `${setting} is not known to ${where}. ${advice}.` })
}

/** The numbers of a policy, with its durations in milliseconds. */
export type Numbers<P> = {
  readonly [Name in keyof P]?: (P[Name] extends Duration.Duration | undefined ? number : P[Name]) | undefined
}

export interface PolicyNames {
  readonly all: ReadonlyArray<string>
  /** Those of them that are given in milliseconds. */
  readonly durations: ReadonlyArray<string>
  readonly defaults: object
}

/** The names of a policy, from its defaults. */
export const namesOf = (defaults: object): PolicyNames => {
  const all = Object.entries(defaults)
  return {
    all: all.map(([name]) => name),
    durations: all.filter(([, value]) => Duration.isDuration(value)).map(([name]) => name),
    defaults
  }
}

/** A policy made of numbers that a program gives; the first that is wrong is an error that names it. */
export const policy = <P>(
  where: string,
  given: unknown,
  { all, defaults, durations }: PolicyNames,
  make: (numbers: Record<string, unknown>) => P
): Effect.Effect<P, ConfigurationError> =>
  Effect.suspend(() => {
    const stranger = object(where, where, given, all)
    if (stranger !== undefined || !isObject(given)) return Effect.fail(stranger ?? wrong(where, "an object"))
    const made: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(given)) {
      if (value === undefined) continue
      if (!durations.includes(name)) made[name] = value
      else if (isMillis(value)) made[name] = Duration.millis(value)
      else return Effect.fail(wrong(name, "a number of milliseconds, such as 5000"))
    }
    return Effect.try({ try: () => make(made), catch: (error) => refusal(where, error, defaults) })
  })

const isMillis = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value) && value >= 0

const format = SchemaIssue.makeFormatterStandardSchemaV1()

/** Which number it is, and what the policy says of it: never what was given. */
const refusal = (where: string, error: unknown, defaults: object): ConfigurationError => {
  const cause = error instanceof Error ? error.cause : undefined
  const [issue] = SchemaIssue.isIssue(cause) ? format(cause).issues : []
  const setting = issue?.path?.map(String).join(".") || where
  const usual: unknown = Reflect.get(defaults, setting)
  const example = Duration.isDuration(usual) ? Duration.toMillis(usual) : usual
  const advice = typeof example === "number" || typeof example === "boolean" ? ` By default it is ${example}.` : ""
  return new ConfigurationError({
    setting,
    message: `${setting} is not valid: ${issue?.message ?? "it is out of its limits"}.${advice}`
  })
}
