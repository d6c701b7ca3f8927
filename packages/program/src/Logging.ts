/**
 * The log of both programs, on standard error: lines for people, or one JSON object a line with `LOG_FORMAT=json`. An event is one
 * line, whatever is in it. The level comes from `LOG_LEVEL`, unless a flag of the program sets it.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Cause from "effect/Cause"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Formatter from "effect/Formatter"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { settingNames } from "@effect-genesys/core/Settings"
import * as TerminalText from "./TerminalText.ts"

/** People read the beginning; whoever needs all of it logs JSON. In characters. */
const longest = { value: 2_000, cause: 10_000 }

const cut = (text: string, length: number) =>
  text.length <= length
    ? text
    : `${text.slice(0, length).toWellFormed()}… (${text.length - length} more characters; LOG_FORMAT=json has all)`

/** In quotes, unless it can be nothing but one value. */
const plain = (value: unknown, length = longest.value) => {
  if (typeof value !== "string") return cut(Formatter.formatJson(value), length)
  const text = cut(value, length)
  return /^[^\s"\p{C}]+$/u.test(text) ? text : JSON.stringify(text)
}

/** Two blanks stand before a field, so there are none in what is said. */
const said = (part: unknown) =>
  cut(typeof part === "string" ? part : Formatter.formatJson(part), longest.value).replaceAll(/ {2,}/g, " ")

/** For people. */
export const people = Logger.make<unknown, string>(({ cause, date, fiber, logLevel, message }) => {
  const fields = Object.entries(fiber.getRef(References.CurrentLogAnnotations)).filter(([key]) => key !== "event")
  const failure = cause.reasons.length === 0 ? [] : [`cause=${plain(Cause.pretty(cause), longest.cause)}`]
  const parts = [
    date.toISOString().slice(11, 19),
    logLevel.toUpperCase().padEnd(5),
    (Array.isArray(message) ? message : [message]).map(said).join(" "),
    ...fields.map(([key, value]) => `${key}=${plain(value)}`),
    ...failure
  ]
  return TerminalText.line(parts.join("  "))
})

/** For programs; a value has its full length. */
export const json = Logger.map(Logger.formatJson, TerminalText.line)

const invalid = (setting: string, expected: string) => () =>
  new ConfigurationError({ setting, message: `${setting} is not valid: it must be ${expected}.` })

/** In any case: `--log-level` takes lower case too. */
const Level = Schema.String.pipe(
  Schema.decodeTo(
    Schema.Literals(LogLevel.values),
    SchemaTransformation.transformEffect({
      decode: (text: string, options) => {
        const level = LogLevel.values.find((one) => one.toLowerCase() === text.toLowerCase())
        return level === undefined
          ? Effect.fail(new SchemaIssue.InvalidValue({ expected: "a log level" }, text, options))
          : Effect.succeed(level)
      },
      encode: (level: LogLevel.LogLevel) => Effect.succeed(level)
    })
  )
)

const settings = Effect.all({
  format: Effect.mapError(
    Config.withDefault(Config.Literals(["json", "text"], settingNames.logFormat), "text" as const),
    invalid(settingNames.logFormat, "json or text")
  ),
  level: Effect.mapError(
    Config.option(Config.schema(Level, settingNames.logLevel)),
    invalid(settingNames.logLevel, "one of All, Trace, Debug, Info, Warn, Error, Fatal, None")
  )
})

/**
 * The log, on standard error.
 *
 * @param level what is logged when `LOG_LEVEL` is not set
 */
export const layer = (level: LogLevel.LogLevel): Layer.Layer<never, ConfigurationError> =>
  Layer.unwrap(
    Effect.map(settings, (found) =>
      Layer.merge(
        Logger.layer([Logger.withConsoleError(found.format === "json" ? json : people)]),
        Layer.succeed(References.MinimumLogLevel, found.level._tag === "Some" ? found.level.value : level)
      )
    )
  )
