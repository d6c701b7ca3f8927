/** `TokenStore.layerFile`: each entry a file, replaced atomically under a lock that is a file beside it. */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PrivateFile from "@effect-genesys/core/PrivateFile"
import type { UntrustedFile } from "@effect-genesys/core/UntrustedFile"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { randomUUID } from "node:crypto"
import { hostname } from "node:os"
import * as Aside from "@effect-genesys/core/Aside"
import * as FileLock from "./fileLock.ts"
import * as LocalKey from "@effect-genesys/core/LocalKey"
import * as Seal from "@effect-genesys/core/Seal"
import * as Encoded from "./tokenEncoded.ts"

export interface TokenFileOptions {
  /** The directory of the files. It is made, with mode 0700, if it is not there. */
  readonly directory: string
}

/** An entry has about a kilobyte; whatever is much larger was not written here. */
const maxBytes = 64 * 1024

type Failure = PlatformError | UntrustedFile

const failed = (error: Failure, more: { readonly what?: string; readonly where?: string } = {}) =>
  new Encoded.TokenStoreError({
    ...more,
    message: error._tag === "UntrustedFile" ? error.message : error.reason._tag
  })

/** The lock under which an entry is changed; none where there can be none. */
class Held extends Context.Reference<Option.Option<FileLock.FileLockOptions>>("@effect-genesys/auth/tokenFile/Held", {
  defaultValue: Option.none
}) {}

/** Whoever has taken the lock over knows more than we do. */
const stillOurs = Effect.flatMap(Held, Option.match({ onNone: () => Effect.succeed(true), onSome: FileLock.isOurs }))

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
        return yield* new Encoded.TokenStoreError({ what, message: "it is no file, or it is too large" })
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

  /** Runs it with the lock, or without it where it cannot be had. */
  const withLock = <R>(name: string, use: Effect.Effect<void, never, R>) =>
    Effect.andThen(
      inPlace(Effect.void),
      Effect.suspend(() => {
        const file = fileOf(name)
        const id = randomUUID()
        const lock: FileLock.FileLockOptions = {
          fs,
          path: `${file}.lock`,
          host: hostname(),
          pid: process.pid,
          isAlive,
          id
        }
        const unlocked = (error?: PlatformError) =>
          Effect.logWarning("the stored token cannot be locked; other processes may ask too").pipe(
            Effect.annotateLogs({ event: "store.warning", where: file, ...(error && { reason: error.reason._tag }) })
          )
        const acquire = FileLock.acquire(lock).pipe(
          Effect.tap((taken) => (taken ? Effect.void : unlocked())),
          Effect.catch((error) => Effect.as(unlocked(error), false)),
          Effect.flatMap((taken) =>
            taken ? Effect.asSome(Effect.forkDetach(FileLock.keep(lock))) : Effect.succeedNone
          )
        )
        return Effect.acquireUseRelease(
          acquire,
          (keeper) => Effect.provideService(use, Held, Option.as(keeper, lock)),
          Option.match({
            onNone: () => Effect.void,
            onSome: (keeper) => Effect.andThen(Fiber.interrupt(keeper), FileLock.release(lock))
          })
        )
      })
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

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It lives, but belongs to somebody else.
    return Schema.is(Schema.Struct({ code: Schema.Literal("EPERM") }))(error)
  }
}
