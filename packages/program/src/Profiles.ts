/**
 * The profiles of this user, a file for each in the directory of `Directories.config`, and which of them is the default.
 * Secrets are in the `SecretStore`.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type { UntrustedFile } from "@effect-genesys/core/UntrustedFile"
import * as JsonText from "@effect-genesys/core/JsonText"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Directories from "./Directories.ts"
import * as PrivateFile from "./internal/privateFile.ts"
import { nearest } from "@effect-genesys/core/Nearest"
import { Name, nameExpected, Profile } from "./Profile.ts"

type Change = Effect.Effect<void, ConfigurationError>

/** Lists, reads, writes, renames and deletes the profiles of this user. */
export class Profiles extends Context.Service<
  Profiles,
  {
    /** Their names, in alphabetical order. */
    readonly names: Effect.Effect<ReadonlyArray<string>, ConfigurationError>
    /** The name of the default profile, if there is one. */
    readonly default: Effect.Effect<Option.Option<string>, ConfigurationError>
    readonly find: (name: string) => Effect.Effect<Option.Option<Profile>, ConfigurationError>
    /** As `find`; if there is none, the error names those that may have been meant. */
    readonly get: (name: string) => Effect.Effect<Profile, ConfigurationError>
    /** Adds or replaces it. The first one becomes the default. */
    readonly put: (name: string, profile: Profile) => Change
    /** Makes it the default. */
    readonly use: (name: string) => Change
    /** Fails if there is one of the new name. */
    readonly rename: (name: string, to: string) => Change
    readonly remove: (name: string) => Change
    /** The file that holds it. */
    readonly file: (name: string) => string
  }
>()("@effect-genesys/program/Profiles") {
  static readonly layer: Layer.Layer<Profiles, ConfigurationError, FileSystem.FileSystem | Path.Path> = Layer.effect(
    Profiles,
    Effect.suspend(() => make)
  )
}

const extension = ".json"
const codec = JsonText.fromString(Schema.toCodecJson(Profile))
const DefaultFile = JsonText.fromString(Schema.Struct({ defaultProfile: Name }))

const checked = (name: string) =>
  Effect.mapError(
    Schema.decodeEffect(Name)(name),
    () =>
      new ConfigurationError({
        setting: "profile",
        message: `${JSON.stringify(name)} cannot be the name of a profile: it must be ${nameExpected}.`
      })
  )

const decodeFile = <A>(schema: Schema.Codec<A, string>, where: string, text: Option.Option<string>) =>
  Option.match(text, {
    onNone: () => Effect.succeedNone,
    onSome: (found) =>
      Effect.mapError(
        Effect.asSome(Schema.decodeEffect(schema)(found)),
        () =>
          new ConfigurationError({
            setting: "profile",
            message: `${where} is damaged. Mend it, or remove it and log in again with genesys login.`
          })
      )
  })

/** Where there is no place for them, nobody has one. */
const nowhere = () => {
  const fail = Effect.fail(Directories.missing("profile", "Profiles have no place"))
  return Profiles.of({
    names: Effect.succeed([]),
    default: Effect.succeedNone,
    find: () => Effect.succeedNone,
    get: () => fail,
    put: () => fail,
    use: () => fail,
    rename: () => fail,
    remove: () => fail,
    file: (name) => name
  })
}

const make = Effect.flatMap(
  Effect.suspend(() => Directories.config),
  Option.match({ onNone: () => Effect.sync(nowhere), onSome: (root) => makeIn(root) })
)

const makeIn = Effect.fnUntraced(function* (root: string) {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const fs = Context.get(context, FileSystem.FileSystem)
  const path = Context.get(context, Path.Path)
  const directory = path.join(root, "profiles")
  const defaultFile = path.join(root, "config.json")
  const file = (name: string) => path.join(directory, `${name}${extension}`)

  const onDisk = <A>(effect: Effect.Effect<A, PlatformError | UntrustedFile, FileSystem.FileSystem | Path.Path>) =>
    Effect.mapError(
      Effect.provideContext(effect, context),
      (error) => new ConfigurationError({ setting: "profile", message: `Profiles cannot be used: ${error.message}` })
    )

  const names = onDisk(
    Effect.catch(fs.readDirectory(directory), (error) =>
      error.reason._tag === "NotFound" ? Effect.succeed([]) : Effect.fail(error)
    )
  ).pipe(
    Effect.map((files) =>
      files
        .filter((one) => one.endsWith(extension) && Schema.is(Name)(one.slice(0, -extension.length)))
        .map((one) => one.slice(0, -extension.length))
        .toSorted()
    )
  )

  const find = Effect.fnUntraced(function* (name: string) {
    yield* checked(name)
    return yield* decodeFile(codec, file(name), yield* onDisk(PrivateFile.read(file(name))))
  })

  const missing = Effect.fnUntraced(function* (name: string) {
    const known = yield* names
    const close = nearest(name, known)
    const hint =
      close.length > 0
        ? `Did you mean ${close.join(" or ")}?`
        : known.length > 0
          ? `There are ${known.join(", ")}.`
          : `Make it with genesys login --profile ${name}.`
    return yield* new ConfigurationError({ setting: "profile", message: `There is no profile ${name}. ${hint}` })
  })

  const get = Effect.fnUntraced(function* (name: string) {
    const found = yield* find(name)
    return Option.isSome(found) ? found.value : yield* missing(name)
  })

  const byDefault = Effect.gen(function* () {
    const text = yield* onDisk(PrivateFile.read(defaultFile))
    return Option.map(yield* decodeFile(DefaultFile, defaultFile, text), ({ defaultProfile }) => defaultProfile)
  })
  const setDefault = (name: string) =>
    onDisk(PrivateFile.write(defaultFile, `${JSON.stringify({ defaultProfile: name })}\n`))

  const put = Effect.fnUntraced(function* (name: string, profile: Profile) {
    yield* checked(name)
    const text = yield* Effect.orDie(Schema.encodeEffect(Schema.toCodecJson(Profile))(profile))
    yield* onDisk(PrivateFile.write(file(name), `${JSON.stringify(text, undefined, 2)}\n`))
    if (Option.isNone(yield* byDefault)) yield* setDefault(name)
  })

  const remove = Effect.fnUntraced(function* (name: string) {
    yield* get(name)
    yield* onDisk(PrivateFile.remove(file(name)))
    if (Option.contains(yield* byDefault, name)) yield* onDisk(PrivateFile.remove(defaultFile))
  })

  const rename = Effect.fnUntraced(function* (name: string, to: string) {
    yield* get(name)
    yield* checked(to)
    const text = yield* onDisk(PrivateFile.read(file(name)))
    if (Option.isNone(text)) return yield* missing(name)
    const isFree = yield* onDisk(PrivateFile.create(file(to), text.value))
    if (!isFree) {
      return yield* new ConfigurationError({
        setting: "profile",
        message: `There is a profile ${to} already. Delete it first with genesys profile delete ${to}.`
      })
    }
    const was = Option.contains(yield* byDefault, name)
    if (was) yield* setDefault(to)
    yield* onDisk(PrivateFile.remove(file(name)))
  })

  return Profiles.of({
    names,
    default: byDefault,
    find,
    get,
    put,
    use: (name) => Effect.andThen(get(name), setDefault(name)),
    rename,
    remove,
    file
  })
})
