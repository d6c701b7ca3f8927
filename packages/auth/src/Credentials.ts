/**
 * Who a program is: the grant that it shows to be given a token, and every change of it. Where it is shown is
 * `Environment`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as PubSub from "effect/PubSub"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import { settingNames } from "@effect-genesys/core/Settings"
import * as Grant from "./Grant.ts"
import type { CommandOptions } from "./internal/credentialsCommand.ts"
import * as File from "./internal/credentialsFile.ts"
import { clientId, clientSecret } from "./internal/clientParts.ts"
import * as Setting from "@effect-genesys/core/Setting"

/** The client, and the file that holds its secret. */
type FileOptions = File.FileOptions

export type { CommandOptions, FileOptions }

/**
 * Who we are: a service with the grant as it is now and each change of it. `layerConfig` takes it from the
 * environment, `layerFile` from mounted files, `layerCommand` from a program that prints it, `layer` from a value.
 */
export class Credentials extends Context.Service<
  Credentials,
  {
    /** The grant as it is now. */
    readonly current: Effect.Effect<Grant.Grant>
    /** Every change of the grant, without the present one. Empty if it never changes. */
    readonly changes: Stream.Stream<Grant.Grant>
  }
>()("@effect-genesys/auth/Credentials") {
  /** Credentials that never change. */
  static readonly layer = (grant: Grant.Grant): Layer.Layer<Credentials> => Layer.succeed(Credentials, constant(grant))

  /** From `GENESYS_CLOUD_CLIENT_ID` and `GENESYS_CLOUD_CLIENT_SECRET`. Read once, when the layer is built. */
  static readonly layerConfig: Layer.Layer<Credentials, ConfigurationError> = Layer.effect(
    Credentials,
    Effect.suspend(() => Effect.map(fromConfig, constant))
  )

  /**
   * As `layerConfig`; but if `GENESYS_CLOUD_CLIENT_SECRET_FILE` is set, the secret is in that file, which is followed as
   * `layerFile` does. Fails if the secret is set both ways.
   */
  static readonly layerConfigFile: Layer.Layer<Credentials, ConfigurationError, FileSystem.FileSystem | Path.Path> =
    Layer.effect(
      Credentials,
      Effect.suspend(() => fromConfigFile)
    )

  /**
   * From mounted secret files, as UTF-8 text; white space around it does not count. They may be rewritten, renamed into
   * place or swapped through a symlink (Kubernetes): a change is taken once the files have stayed the same for half a
   * second. While a file is missing, empty or unreadable the last good credentials stay, with one warning; when the
   * layer is built it is an error.
   */
  static readonly layerFile = (
    options: FileOptions
  ): Layer.Layer<Credentials, ConfigurationError, FileSystem.FileSystem | Path.Path> =>
    Layer.effect(Credentials, Effect.flatMap(File.make(options, parts("clientId", "clientSecretFile")), following))

  /**
   * From a program that prints `{"Version": 1, "ClientId": "…", "ClientSecret": "…", "Expiration": "…"}` on standard
   * output, at most 64 KiB: the command line of a secrets manager, or a script around it. What it prints on standard
   * error is thrown away, and what it leaves running is ended. It is run when the layer is built, and again a tenth of
   * the time that is left, but at most a minute, before `Expiration` (ISO 8601); without one, every `refreshInterval`.
   * If it fails later, the last good credentials stay, with one warning, and it is run again after 1 second, 2, 4 …
   * `refreshInterval`.
   */
  static readonly layerCommand = (
    options: CommandOptions
  ): Layer.Layer<Credentials, ConfigurationError, ChildProcessSpawner> =>
    Layer.effect(
      Credentials,
      // Loaded when it is needed: most programs start none.
      Effect.promise(() => import("./internal/credentialsCommand.ts")).pipe(
        Effect.flatMap((command) => command.make(options, parts("ClientId", "ClientSecret"))),
        Effect.flatMap(following)
      )
    )
}

const constant = (grant: Grant.Grant) => Credentials.of({ current: Effect.succeed(grant), changes: Stream.empty })

/** If it ended unseen, a program would go on with credentials until they are refused. */
const unending = (follow: Effect.Effect<never>): Effect.Effect<never> =>
  Effect.forever(
    Effect.catchDefect(follow, (defect) =>
      Effect.logError("credentials not followed; that is tried again in a minute", defect).pipe(
        Effect.annotateLogs({ event: "credentials.broken" }),
        Effect.andThen(Effect.sleep("1 minute"))
      )
    )
  )

/** Credentials whose changes somebody reports for as long as the layer lives. */
const following = Effect.fnUntraced(function* (source: {
  readonly first: Grant.Grant
  readonly follow: (take: (grant: Grant.Grant) => Effect.Effect<void>) => Effect.Effect<never>
}): Effect.fn.Return<Credentials["Service"], never, Scope.Scope> {
  const changes = yield* PubSub.unbounded<Grant.Grant>()
  let current = source.first
  const take = (grant: Grant.Grant) =>
    Effect.sync(() => {
      current = grant
      PubSub.publishUnsafe(changes, grant)
    })
  yield* Effect.forkScoped(unending(source.follow(take)))
  return Credentials.of({ current: Effect.sync(() => current), changes: Stream.fromPubSub(changes) })
})

/** Both, with the names that errors call them by. */
const parts = (id: string, secret: string) => ({
  clientId: { ...clientId, setting: id },
  clientSecret: { ...clientSecret, setting: secret }
})

const idSetting = settingNames.clientId
const secretSetting = settingNames.clientSecret
const secretFileSetting = settingNames.clientSecretFile

const required = (name: string, expected: Setting.Expected<string>) =>
  Effect.flatMap(
    Setting.optional(name),
    Option.match({
      onNone: () => Effect.fail(Setting.missing(name, expected.expected)),
      onSome: (text) => Setting.decode(name, text, expected)
    })
  )

const fromConfig = Effect.gen(function* () {
  const id = yield* required(idSetting, clientId)
  const secret = yield* required(secretSetting, clientSecret)
  return new Grant.ClientCredentials({ clientId: id, clientSecret: Redacted.make(secret) })
})

const fromConfigFile = Effect.gen(function* () {
  const file = yield* Setting.optional(secretFileSetting)
  if (Option.isNone(file)) return constant(yield* fromConfig)
  if (Option.isSome(yield* Setting.optional(secretSetting))) {
    return yield* new ConfigurationError({
      setting: secretFileSetting,
      message: `${secretSetting} and ${secretFileSetting} are both set. Keep one of them.`
    })
  }
  const id = yield* required(idSetting, clientId)
  const options = { clientId: id, clientSecretFile: file.value }
  return yield* Effect.flatMap(File.make(options, parts(idSetting, secretFileSetting)), following)
})
