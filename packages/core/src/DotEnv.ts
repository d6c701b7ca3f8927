/**
 * Reads the file `.env` of the working directory for what it may bring: who we are, and harmless values. Everything else that it
 * says is ignored with a warning, and a file that another user could have written is refused.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as OwnFile from "./OwnFile.ts"
import * as Settings from "./Settings.ts"
import type { UntrustedFile } from "./UntrustedFile.ts"

/** The name of the file, in the working directory. */
export const file = ".env"

const nothing = ConfigProvider.fromEnvRecord({})

const namesThat = (...wanted: ReadonlyArray<Settings.FromDotEnv>) =>
  Settings.rules.filter((rule) => wanted.includes(Settings.fromDotEnv(rule))).flatMap(Settings.namesOf)

const secret = Settings.rules
  .filter(({ name }) => name === Settings.settingNames.clientSecret)
  .flatMap(Settings.namesOf)
const secrets = [...secret, Settings.settingNames.clientSecretFile]

/** They say where a secret goes: they count only if they come from where it comes from. */
const hosts = Settings.rules
  .filter(({ names }) => names === "a host" || names === "a region of Genesys Cloud")
  .flatMap(Settings.namesOf)

/** Those of the settings that the provider has; an empty one counts as not set. */
export const present = (
  provider: ConfigProvider.ConfigProvider,
  names: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.filter(names, (name) =>
    Effect.map(provider.load([name]), (node) => node?._tag === "Value" && node.value.trim() !== "")
  ).pipe(Effect.orDie)

/** As they stand at the beginning of a line. */
const namedIn = (text: string): ReadonlyArray<string> => [
  ...new Set(Array.from(text.matchAll(/^[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)/gm), ([, name = ""]) => name))
]

const isNever = (name: string): boolean => {
  const rule = Settings.find(name)
  return rule !== undefined && Settings.fromDotEnv(rule) === "never"
}

/** The provider as if it had only these settings. */
const only = (provider: ConfigProvider.ConfigProvider, names: ReadonlyArray<string>): ConfigProvider.ConfigProvider =>
  ConfigProvider.make((path) =>
    path.length === 1 && names.includes(String(path[0])) ? provider.load(path) : Effect.succeed(undefined)
  )

const warn = (names: ReadonlyArray<string>, why: string) =>
  names.length === 0
    ? Effect.void
    : Effect.logWarning(`${names.join(", ")} in the file ${file} ${names.length === 1 ? "is" : "are"} ignored: ${why}`)

const read = OwnFile.readText(file).pipe(
  Effect.catch((error) => {
    if (error.reason === "Missing") return Effect.succeed("")
    // A folder of that name is common, and says nothing.
    const isHarmless = error.reason === "Unreadable" || error.what.startsWith("is a folder")
    return isHarmless
      ? Effect.as(Effect.logWarning(`the file ${file} cannot be read and is ignored`), "")
      : Effect.fail(error)
  })
)

/**
 * What the file may bring beside this environment, and nothing if there is none.
 * @param environment what decides whether the file's hosts count
 */
export const load = Effect.fnUntraced(function* (
  environment: ConfigProvider.ConfigProvider
): Effect.fn.Return<ConfigProvider.ConfigProvider, UntrustedFile, FileSystem.FileSystem | Path.Path> {
  const text = yield* read
  if (text === "") return nothing
  const whole = ConfigProvider.fromDotEnvContents(text)

  yield* warn(
    yield* present(whole, namedIn(text).filter(isNever)),
    "such a file brings the client id, the secret, the region, the hosts that go with that secret, and harmless settings of the worker only. Set it in the environment"
  )

  const elsewhere = (yield* present(environment, secrets)).length > 0
  const beside = (yield* present(whole, secret)).length > 0
  const hostsCount = beside && !elsewhere
  const ignored = elsewhere ? hosts : namesThat("with the secret")
  if (!hostsCount) {
    yield* warn(
      yield* present(whole, ignored),
      elsewhere
        ? "the secret comes from the environment, and so must the host that it is sent to and the way there"
        : "no secret stands beside it, and what says where a secret is sent must come from where the secret comes from"
    )
  }
  const allowed = namesThat("always", "with the secret").filter((name) => hostsCount || !ignored.includes(name))
  return only(whole, allowed)
})
