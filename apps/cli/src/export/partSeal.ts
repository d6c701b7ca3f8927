/**
 * Seals the note of an export that is not done, with the key of this user's token store: whoever makes a checkout or an archive can
 * put a part with a note there, and what he made up would end up among our rows.
 */
import { settingNames } from "@effect-genesys/core/Settings"
import * as LocalKey from "@effect-genesys/core/LocalKey"
import * as Seal from "@effect-genesys/core/Seal"
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import * as Directories from "@effect-genesys/program/Directories"
import * as Sealing from "@effect-genesys/core/Sealing"

export interface PartSeal {
  /** A text that cannot be opened, with a warning, where this user has no place for a key. */
  readonly seal: (text: string) => Effect.Effect<string>
  /** None if this user has not sealed it, or not for this place. */
  readonly open: (sealed: string) => Effect.Effect<Option.Option<string>>
}

/** @param part its folder must be there */
export const make = Effect.fnUntraced(function* (part: string) {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const seal = yield* Seal.make
  const folder = yield* fs.realPath(path.dirname(path.resolve(part)))
  const name = `the note of the export ${path.join(folder, path.basename(part))}`
  const place = yield* Directories.tokens
  const key = Effect.gen(function* () {
    if (Option.isNone(place)) return yield* Directories.missing(settingNames.cacheHome, "Keys have no place")
    yield* OwnDirectory.ensure(place.value)
    return yield* LocalKey.read(path.join(place.value, "key"), seal)
  }).pipe(Effect.provideContext(context))
  const sealer: PartSeal = {
    seal: (text) =>
      key.pipe(
        Effect.flatMap((secret) => seal.seal(secret, name, text)),
        Effect.catch((error) =>
          Effect.as(
            Effect.logWarning(
              `if it is interrupted, the export cannot go on where it was, but begins anew: there is no place for a key (${error.message})`
            ),
            "not sealed"
          )
        )
      ),
    open: (sealed) =>
      key.pipe(
        Effect.flatMap((secret) => seal.open(secret, name, sealed)),
        Effect.orElseSucceed(() => Option.none())
      )
  }
  return sealer
}, Effect.provide(Sealing.layer))
