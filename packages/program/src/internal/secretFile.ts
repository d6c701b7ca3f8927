/** Secrets in sealed files, one for each, with their random key in a file beside them; all with mode 0600. */
import { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as LocalKey from "@effect-genesys/core/LocalKey"
import * as Seal from "@effect-genesys/core/Seal"
import * as Sealing from "@effect-genesys/core/Sealing"
import type { UntrustedFile } from "@effect-genesys/core/UntrustedFile"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Redacted from "effect/Redacted"
import * as Directories from "../Directories.ts"
import type { Vault } from "../Vault.ts"
import * as PrivateFile from "./privateFile.ts"

const nowhere = Effect.suspend(() => Effect.fail(Directories.missing("profile", "Secrets have no place")))

export const make: Effect.Effect<Vault, ConfigurationError, FileSystem.FileSystem | Path.Path> = Effect.flatMap(
  Effect.suspend(() => Directories.config),
  Option.match({
    onNone: () =>
      Effect.succeed<Vault>({ get: () => Effect.succeedNone, put: () => nowhere, remove: () => Effect.void }),
    onSome: (root) => Effect.provide(makeIn(root), Sealing.layer)
  })
)

const makeIn = Effect.fnUntraced(function* (root: string) {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const path = yield* Path.Path
  const seal = yield* Seal.make
  const directory = path.join(root, "secrets")
  const file = (id: string) => path.join(directory, `${id}.sealed`)
  const key = Effect.suspend(() => LocalKey.read(path.join(directory, "key"), seal))

  const onDisk = <A>(effect: Effect.Effect<A, PlatformError | UntrustedFile, FileSystem.FileSystem | Path.Path>) =>
    Effect.mapError(
      Effect.provideContext(effect, context),
      (error) =>
        new ConfigurationError({ setting: "profile", message: `The profile's secret cannot be used: ${error.message}` })
    )

  const vault: Vault = {
    get: (id) =>
      onDisk(
        Effect.gen(function* () {
          const sealed = yield* PrivateFile.read(file(id))
          if (Option.isNone(sealed)) return Option.none()
          yield* PrivateFile.read(path.join(directory, "key"))
          return Option.map(yield* seal.open(yield* key, id, sealed.value), (text) => Redacted.make(text))
        })
      ),
    put: (id, secret) =>
      onDisk(
        Effect.gen(function* () {
          yield* PrivateFile.directory(directory)
          yield* PrivateFile.write(file(id), yield* seal.seal(yield* key, id, Redacted.value(secret)))
        })
      ),
    remove: (id) => onDisk(PrivateFile.remove(file(id)))
  }
  return vault
})
