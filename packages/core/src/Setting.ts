/**
 * Reads one setting from the `ConfigProvider` and checks it, so that every missing or malformed setting becomes a
 * `ConfigurationError` in the same words.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ConfigurationError } from "./ConfigurationError.ts"

/** The setting's text without surrounding white space; none if it is not set or empty. */
export const optional = Effect.fnUntraced(function* (
  name: string
): Effect.fn.Return<Option.Option<string>, ConfigurationError> {
  const value = yield* Effect.mapError(
    Config.option(Config.String(name)),
    (error) => new ConfigurationError({ setting: name, message: `${name} could not be read: ${error.message}` })
  )
  return value.pipe(
    Option.map((text) => text.trim()),
    Option.filter((text) => text !== "")
  )
})

/** What a setting must look like, for the decoder and in words. */
export interface Expected<A> {
  readonly schema: Schema.Codec<A, string>
  /** Completes the sentence "NAME must be …". */
  readonly expected: string
}

/** Decodes the setting's text. The error says what is expected, never what was found. */
export const decode = <A>(name: string, text: string, options: Expected<A>): Effect.Effect<A, ConfigurationError> =>
  Effect.mapError(
    Schema.decodeEffect(options.schema)(text),
    () => new ConfigurationError({ setting: name, message: `${name} is not valid: it must be ${options.expected}.` })
  )

/** The error of a setting that is not set. */
export const missing = (name: string, expected: string): ConfigurationError =>
  new ConfigurationError({ setting: name, message: `${name} is not set. Set it to ${expected}.` })
