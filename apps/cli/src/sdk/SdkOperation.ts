/** Operations of the SDK as a command line names them, and their parameters as it gives them: as texts. */
import * as JsonText from "@effect-genesys/core/JsonText"
import { argumentsOf, Catalogue } from "@effect-genesys/sdk/Catalogue"
import type { Operation, Parameter } from "@effect-genesys/sdk/CatalogueEntry"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { nearest } from "@effect-genesys/core/Nearest"
import * as Fields from "../api/Fields.ts"
import { UsageError } from "@effect-genesys/program/UsageError"

export const nameOf = ({ api, name }: Operation): string => `${api}.${name}`

const perhaps = (names: ReadonlyArray<string>, otherwise: string) =>
  names.length === 0 ? otherwise : `Did you mean ${names.join(", ")}?`

/** Where in its path the name of its class is. */
const placeOf = ({ api, path }: Operation) => {
  const at = path.indexOf(`/${api.slice(0, -"Api".length).toLowerCase()}`)
  return at === -1 ? path.length : at
}

/** By `UsersApi.getUser`, or by `getUser` if all classes that have it mean the same call. */
export const find = Effect.fnUntraced(function* (wanted: string) {
  const catalogue = yield* Catalogue
  // Some calls are in several classes: the one that their path begins with comes first.
  const found = (yield* catalogue.find(wanted)).toSorted((one, other) => placeOf(one) - placeOf(other))
  const [operation, ...others] = found
  if (
    operation !== undefined &&
    others.every((one) => one.path === operation.path && one.method === operation.method)
  ) {
    return operation
  }
  if (operation !== undefined) {
    const message = `Several classes have ${wanted}: name one of ${found.map(nameOf).join(", ")}.`
    return yield* new UsageError({ message })
  }
  const known = yield* catalogue.operations
  const names = wanted.includes(".") ? known.map(nameOf) : [...new Set(known.map(({ name }) => name))]
  return yield* new UsageError({
    message: `There is no operation ${wanted}. ${perhaps(nearest(wanted, names), "Search with genesys sdk list TEXT.")}`
  })
})

const parse = (text: string) =>
  JsonText.isTooDeep(text) ? Option.none() : Option.liftThrowable(ExactNumber.parse)(text)

const typed = (parameter: Parameter, text: string): Effect.Effect<unknown, UsageError> => {
  const wrong = (expected: string) =>
    Effect.fail(
      new UsageError({ message: `The parameter ${parameter.name} must be ${expected}, not ${JSON.stringify(text)}.` })
    )
  if (parameter.type === "Number") {
    const value = Number(text)
    if (text.trim() === "" || !Number.isFinite(value)) return wrong("a number")
    // It is sent as text in any case.
    return Effect.succeed(ExactNumber.mayHave(text) ? text : value)
  }
  if (parameter.type === "Boolean") {
    return text === "true" || text === "false" ? Effect.succeed(text === "true") : wrong("true or false")
  }
  if (parameter.type.startsWith("Array")) return Effect.succeed(text.split(","))
  // Enumerations are objects by their type, and plain words.
  if (parameter.type === "Object" && /^\s*[[{]/.test(text)) {
    return Option.match(parse(text), { onNone: () => wrong("JSON"), onSome: (value) => Effect.succeed(value) })
  }
  return Effect.succeed(text)
}

export type Values = Readonly<Record<string, unknown>>

/** @param positional the parameters of the path, in their order @param named `name=value` each */
export const values = Effect.fnUntraced(function* (
  operation: Operation,
  positional: ReadonlyArray<string>,
  named: ReadonlyArray<string>
): Effect.fn.Return<Values, UsageError> {
  const inPath = operation.parameters.filter((parameter) => parameter.in === "path")
  if (positional.length > inPath.length) {
    const takes = inPath.length === 0 ? "none" : inPath.map(({ name }) => name).join(", ")
    return yield* new UsageError({
      message: `${nameOf(operation)} takes ${takes} by position. Give other parameters with --param name=value.`
    })
  }
  const given: Record<string, unknown> = {}
  for (const [index, text] of positional.entries()) {
    const parameter = inPath[index]!
    given[parameter.name] = yield* typed(parameter, text)
  }
  for (const text of named) {
    const [name, value] = yield* Fields.split("--param", text)
    const parameter = parameterOf(operation, name)
    if (parameter === undefined) return yield* unknown(operation, name)
    if (parameter.in === "body")
      return yield* new UsageError({ message: "Give the body with --input, not with --param." })
    if (parameter.name in given) return yield* new UsageError({ message: `The parameter ${name} is given twice.` })
    given[parameter.name] = yield* typed(parameter, value)
  }
  return given
})

const parameterOf = (operation: Operation, name: string) =>
  operation.parameters.find((parameter) => parameter.name === name || parameter.sentAs === name)

const unknown = (operation: Operation, name: string) => {
  const names = operation.parameters.filter((parameter) => parameter.in !== "body").map((parameter) => parameter.name)
  return new UsageError({
    message: `${nameOf(operation)} has no parameter ${name}. ${perhaps(nearest(name, names), `It has ${names.join(", ") || "none"}.`)}`
  })
}

/** The name under which the body goes; none if the operation takes none. */
export const bodyOf = (operation: Operation): string | undefined =>
  operation.parameters.find((parameter) => parameter.in === "body")?.name

/** Parameters are sent as text, which the SDK cannot make of every number. */
const asSent = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asSent)
  return ExactNumber.isExactNumber(value) ? value.rawJSON : value
}

/** What is missing is told before anything is sent. */
export const argumentsFrom = (
  operation: Operation,
  given: Values
): Effect.Effect<ReadonlyArray<unknown>, UsageError> => {
  const names = new Set(operation.parameters.map(({ name }) => name))
  const stranger = Object.keys(given).find((name) => !names.has(name))
  if (stranger !== undefined) return Effect.fail(unknown(operation, stranger))
  const missing = operation.parameters.filter(({ name, required }) => required && given[name] === undefined)
  if (missing.length === 0) {
    const body = bodyOf(operation)
    const sent = Object.entries(given).map(([name, value]) => [name, name === body ? value : asSent(value)])
    return Effect.succeed(argumentsOf(operation, Object.fromEntries(sent)))
  }
  const how = missing.map((one) =>
    one.in === "body"
      ? "the body (--input FILE)"
      : one.in === "path"
        ? `${one.name} (an argument)`
        : `${one.name} (--param ${one.name}=…)`
  )
  return Effect.fail(new UsageError({ message: `${nameOf(operation)} needs ${how.join(" and ")}.` }))
}
