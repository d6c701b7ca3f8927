/** `TokenStore.layerFile`: each entry a file, replaced atomically under a lock that is a file beside it. */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as ProcessLock from "@effect-genesys/core/ProcessLock"
import * as PrivateFile from "@effect-genesys/core/PrivateFile"
import type { UntrustedFile } from "@effect-genesys/core/UntrustedFile"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Scope from "effect/Scope"
import * as Aside from "@effect-genesys/core/Aside"
import * as LocalKey from "@effect-genesys/core/LocalKey"
import * as Seal from "@effect-genesys/core/Seal"
import { TokenStoreError } from "./tokenBackend.ts"
import * as Encoded from "./tokenEncoded.ts"

/** The folder of the files. */
export interface TokenFileOptions {
  /** The directory of the files. It is made, with mode 0700, if it is not there. */
  readonly directory: string
}

/** An entry has about a kilobyte; whatever is much larger was not written here. */
const maxBytes = 64 * 1024

type Failure = PlatformError | UntrustedFile

const failed = (error: Failure, more: { readonly what?: string; readonly where?: string } = {}) =>
  new TokenStoreError({
    ...more,
    message: error._tag === "UntrustedFile" ? error.message : error.reason._tag
  })

/** The lock under which an entry is changed; none where there can be none. */
class Held extends Context.Reference<Option.Option<ProcessLock.ProcessLock>>("@effect-genesys/auth/tokenFile/Held", {
  defaultValue: Option.none
}) {}

/** Whoever has taken the lock over knows more than we do. */
const stillOurs = Effect.flatMap(
  Held,
  Option.match({
    onNone: () => Effect.succeed(true),
    onSome: ({ isOurs }) => Effect.orElseSucceed(isOurs, () => false)
  })
)

/** A lock that was not touched for so long is nobody's: its owner is dead or stopped. Milliseconds, as what follows. */
const longestSilence = 10_000
/** How long the writing of a lock may take. If it stays empty, its writer died or the disk was full. */
const lockIsWritten = 2_000
/** How long somebody waits for it: longer than a dead one lasts, and than an exchange takes; a caller has more patience. */
const longestWait = 15_000

const rule: ProcessLock.Rule = {
  poll: 25,
  decide: ({ isGone, owner, silence, waited }) => {
    const isDead = isGone || Math.abs(silence) > longestSilence || (Option.isNone(owner) && silence > lockIsWritten)
    if (isDead) return "TakeOver"
    return waited > longestWait ? "GiveUp" : "Wait"
  }
}

export const makeFile = Effect.fnUntraced(function* ({ directory }: TokenFileOptions) {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const seal = yield* Seal.make
  const fileOf = (name: string) => path.join(directory, `${name.slice(0, 32)}.token`)

  const inPlace = <A>(effect: Effect.Effect<A, Failure, FileSystem.FileSystem | Path.Path>) =>
    Effect.andThen(OwnDirectory.ensure(directory), effect).pipe(
      Effect.provideContext(context),
      Effect.mapError((error) => failed(error, { what: "has no place to be in", where: directory }))
    )

  const get = Effect.fnUntraced(
    function* (name: string) {
      const file = fileOf(name)
      // Never through a link: it could point at anything.
      const info = yield* fs.lstat(file)
      if (info.type !== "File" || info.size > maxBytes) {
        const what = "is not a file of this program and is ignored"
        return yield* new TokenStoreError({ what, message: "it is no file, or it is too large" })
      }
      return Option.some(yield* fs.readFileString(file))
    },
    Effect.catchTag("PlatformError", (error) =>
      error.reason._tag === "NotFound" ? Effect.succeedNone : Effect.fail(failed(error))
    )
  )

  const set = (name: string, text: string) => {
    const file = fileOf(name)
    const put = PrivateFile.write(file, text, stillOurs)
    return put.pipe(
      Effect.catch((error) =>
        Effect.flatMap(
          Effect.orElseSucceed(Aside.clear(file, seal), () => false),
          (cleared) => (cleared ? put : Effect.fail(error))
        )
      ),
      Effect.provideContext(context),
      Effect.mapError((error) => failed(error))
    )
  }

  const remove = (name: string) => Effect.mapError(fs.remove(fileOf(name), { force: true }), (error) => failed(error))

  const unlocked = (file: string, error: Failure | ProcessLock.Busy) => {
    const reason = error._tag === "Busy" ? "it is held for too long" : failed(error).message
    return Effect.logWarning("the stored token cannot be locked; other processes may ask too").pipe(
      Effect.annotateLogs({ event: "store.warning", where: file, reason }),
      Effect.as(Option.none())
    )
  }

  /** Runs it with the lock, or without it where it cannot be had. */
  const withLock = <R>(name: string, use: Effect.Effect<void, never, R>) =>
    Effect.andThen(
      inPlace(Effect.void),
      Effect.scopedWith((scope) =>
        ProcessLock.acquire(fs, { ...rule, path: `${fileOf(name)}.lock` }).pipe(
          Scope.provide(scope),
          Effect.asSome,
          Effect.catch((error) => unlocked(fileOf(name), error)),
          Effect.flatMap((held) => Effect.provideService(use, Held, held))
        )
      )
    )

  return yield* Encoded.make({
    get,
    set,
    remove,
    withLock,
    key: inPlace(LocalKey.read(path.join(directory, "key"), seal)),
    where: fileOf
  })
})
