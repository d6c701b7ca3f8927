/**
 * What this user has set for all commands: defaults of flags, and names for calls (aliases). It is one file beside the profiles, whose
 * place the environment alone says: neither a `.env` file nor the working directory steers what a command does.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as JsonText from "@effect-genesys/core/JsonText"
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as OwnFile from "@effect-genesys/core/OwnFile"
import * as PrivateFile from "@effect-genesys/core/PrivateFile"
import * as Directories from "@effect-genesys/program/Directories"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { join } from "node:path"

const names = ["output", "timeout", "max-retries"] as const
export type Name = (typeof names)[number]

const AliasName = Schema.String.check(
  Schema.isPattern(/^[a-z][a-z0-9-]{0,31}$/, { expected: "1 to 32 small letters, digits and dashes, a letter first" })
)
export const isAliasName: (text: string) => boolean = Schema.is(AliasName)

const UserSettings = Schema.Struct({
  defaults: Schema.optionalKey(Schema.Record(Schema.Literals(names), Schema.optionalKey(Schema.String))),
  /** The words of a call, as a shell would give them. */
  aliases: Schema.optionalKey(Schema.Record(AliasName, Schema.NonEmptyArray(Schema.String)))
})

export interface Settings {
  readonly defaults: Readonly<Partial<Record<Name, string>>>
  readonly aliases: Readonly<Record<string, ReadonlyArray<string>>>
}

type Files = FileSystem.FileSystem | Path.Path

const none: Settings = { defaults: {}, aliases: {} }
const setting = "settings.json"
const codec = Schema.decodeEffect(JsonText.fromString(UserSettings))

export const place = Effect.map(
  Directories.config,
  Option.map((folder) => join(folder, setting))
)

const readFrom = (file: string): Effect.Effect<Settings, ConfigurationError, Files> =>
  OwnFile.readText(file).pipe(
    Effect.mapError((error) => ({ isMissing: error.reason === "Missing", message: error.message })),
    Effect.flatMap((text) =>
      Effect.mapError(codec(text), () => ({
        isMissing: false,
        message: `${file} is damaged. Mend it, or remove it: it holds defaults and aliases alone.`
      }))
    ),
    Effect.map(({ aliases = {}, defaults = {} }) => ({ aliases, defaults })),
    Effect.catch(({ isMissing, message }) =>
      isMissing ? Effect.succeed(none) : Effect.fail(new ConfigurationError({ setting, message }))
    )
  )

/** Nothing is set where there is no file, or no place for one. */
export const read: Effect.Effect<Settings, ConfigurationError, Files> = Effect.flatMap(
  place,
  Option.match({ onNone: () => Effect.succeed(none), onSome: readFrom })
)

export const change = Effect.fnUntraced(function* (
  changed: (settings: Settings) => Settings
): Effect.fn.Return<void, ConfigurationError, Files> {
  const file = yield* place
  if (Option.isNone(file)) return yield* Directories.missing(setting, "Settings have no place")
  const text = `${JSON.stringify(changed(yield* readFrom(file.value)), undefined, 2)}\n`
  yield* OwnDirectory.ensure(join(file.value, "..")).pipe(
    Effect.andThen(PrivateFile.write(file.value, text)),
    Effect.mapError(
      ({ message }) => new ConfigurationError({ setting, message: `${file.value} cannot be written: ${message}` })
    )
  )
})
