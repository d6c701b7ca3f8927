/**
 * Keeps the secrets of profiles: in the system's keyring if there is one, else sealed with a random key in a file of its
 * own. The keyring protects them from whoever reads the disk, until the user logs in; the files protect a copy of one of
 * them without the other, and no more. `GENESYS_CLOUD_SECRET_STORE=file` leaves the keyring alone.
 */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import type * as Redacted from "effect/Redacted"
import { settingNames } from "@effect-genesys/core/Settings"
import * as Keyring from "./internal/keyring.ts"
import type { Place, SecretRef } from "./Profile.ts"
import { Sources } from "./Settings.ts"
import type { Vault } from "./Vault.ts"

/**
 * Stores, finds and removes secrets of profiles. `layer` takes the system's keyring, or a sealed file where there is
 * none.
 */
export class SecretStore extends Context.Service<
  SecretStore,
  {
    /** Stores a new secret, and answers how to find it. */
    readonly put: (secret: Redacted.Redacted) => Effect.Effect<SecretRef, ConfigurationError>
    /** None if it is gone. */
    readonly get: (ref: SecretRef) => Effect.Effect<Option.Option<Redacted.Redacted>, ConfigurationError>
    readonly remove: (ref: SecretRef) => Effect.Effect<void, ConfigurationError>
  }
>()("@effect-genesys/program/SecretStore") {
  static readonly layer: Layer.Layer<SecretStore, never, FileSystem.FileSystem | Path.Path> = Layer.effect(
    SecretStore,
    Effect.suspend(() => Effect.map(files, (file) => make({ keyring: Keyring.vault, file })))
  )

  static readonly layerVaults = (vaults: Record<Place, Vault>): Layer.Layer<SecretStore> =>
    Layer.succeed(SecretStore, make(vaults))
}

/** With their cryptography, which is loaded when there is a secret. */
const files = Effect.gen(function* () {
  const surroundings = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const opened = yield* Effect.cached(
    Effect.flatMap(
      Effect.promise(() => import("./internal/secretFile.ts")),
      ({ make }) => Effect.provideContext(make, surroundings)
    )
  )
  return {
    get: (id) => Effect.flatMap(opened, (vault) => vault.get(id)),
    put: (id, secret) => Effect.flatMap(opened, (vault) => vault.put(id, secret)),
    remove: (id) => Effect.flatMap(opened, (vault) => vault.remove(id))
  } satisfies Vault
})

const preferred = Effect.gen(function* () {
  const { environment } = yield* Sources
  return yield* Effect.mapError(
    Config.withDefault(Config.Literals(["keyring", "file", "auto"], settingNames.secretStore), "auto").parse(
      environment
    ),
    () =>
      new ConfigurationError({
        setting: settingNames.secretStore,
        message: "GENESYS_CLOUD_SECRET_STORE is not valid: it must be keyring, file or auto."
      })
  )
})

const make = (vaults: Record<Place, Vault>): SecretStore["Service"] => ({
  put: Effect.fnUntraced(function* (secret) {
    const id = crypto.randomUUID().replaceAll("-", "")
    const wanted = yield* preferred
    if (wanted !== "file") {
      const kept = yield* Effect.result(vaults.keyring.put(id, secret))
      if (kept._tag === "Success") return { in: "keyring", id } as const
      if (wanted === "keyring") return yield* kept.failure
      yield* Effect.logDebug("no keyring; the secret is kept in a file").pipe(
        Effect.annotateLogs({ reason: kept.failure.message })
      )
    }
    yield* vaults.file.put(id, secret)
    return { in: "file", id } as const
  }),
  get: (ref) => vaults[ref.in].get(ref.id),
  remove: (ref) => vaults[ref.in].remove(ref.id)
})
