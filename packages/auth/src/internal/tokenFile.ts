/**
 * `TokenStore.layerFile`: sealed entries in files, replaced atomically under a lock. Whatever is wrong with a file or the
 * disk costs a warning and a new token, never a failure.
 */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PrivateFile from "@effect-genesys/core/PrivateFile"
import type { UntrustedFile } from "@effect-genesys/core/UntrustedFile"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { hostname } from "node:os"
import { TokenEntry, type TokenOwner } from "../TokenEntry.ts"
import type { TokenStoreService } from "../TokenStore.ts"
import * as Aside from "./aside.ts"
import * as FileLock from "./fileLock.ts"
import * as LocalKey from "./localKey.ts"
import * as Seal from "./seal.ts"
import { sealingSecretOf, subjectOf } from "./tokenOwner.ts"

export interface TokenFileOptions {
  /** The directory of the files. It is made, with mode 0700, if it is not there. */
  readonly directory: string
}

/** An entry has about a kilobyte; whatever is much larger was not written here. */
const maxBytes = 64 * 1024

/** Held, or none where there can be none. */
type Lock = Option.Option<FileLock.FileLockOptions>

const stillOurs = (lock: Lock): Effect.Effect<boolean> =>
  Option.match(lock, { onNone: () => Effect.succeed(true), onSome: FileLock.isOurs })

/** Which file, which secret. */
interface Place {
  readonly name: string
  readonly path: string
  readonly secret: string
}

const warn = (what: string, file: string, error?: PlatformError | UntrustedFile) =>
  Effect.logWarning(`the stored token ${what}`).pipe(
    Effect.annotateLogs({
      event: "store.warning",
      file,
      ...(error === undefined ? {} : { reason: error._tag === "UntrustedFile" ? error.message : error.reason._tag })
    })
  )

export const makeFile = Effect.fnUntraced(function* (options: TokenFileOptions) {
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const seal = yield* Seal.make
  const { directory } = options
  // Made when first needed, since a lookup of the schema is the same for every entry.
  const codec = Schema.fromJsonString(Schema.toCodecJson(TokenEntry))
  const decode = Schema.decodeOption(codec)
  const encode = Schema.encodeEffect(codec)

  const prepare = Effect.provideContext(OwnDirectory.ensure(directory), context)

  const placeOf = Effect.fnUntraced(function* (
    owner: TokenOwner
  ): Effect.fn.Return<Place, PlatformError | UntrustedFile> {
    const name = yield* seal.name(subjectOf(owner))
    const secret = sealingSecretOf(owner.grant) ?? (yield* localKey)
    return { name, path: path.join(directory, `${name.slice(0, 32)}.token`), secret }
  })

  const localKey = Effect.andThen(
    prepare,
    Effect.provideContext(LocalKey.read(path.join(directory, "key"), seal), context)
  )

  const read = (place: Place): Effect.Effect<Option.Option<TokenEntry>> =>
    Effect.gen(function* () {
      // Never through a link: it could point at anything.
      const info = yield* fs.lstat(place.path)
      if (info.type !== "File" || info.size > maxBytes) {
        yield* warn("is not a file of this program and is ignored", place.path)
        return Option.none()
      }
      const text = yield* seal.open(place.secret, place.name, yield* fs.readFileString(place.path))
      const entry = Option.flatMap(text, (plain) => decode(plain))
      if (Option.isNone(entry)) yield* warn("is damaged and is ignored", place.path)
      return entry
    }).pipe(
      Effect.catch((error: PlatformError) =>
        Effect.as(
          error.reason._tag === "NotFound" ? Effect.void : warn("cannot be read and is ignored", place.path, error),
          Option.none()
        )
      )
    )

  const write = (place: Place, entry: TokenEntry, lock: Lock): Effect.Effect<void> =>
    Effect.gen(function* () {
      const sealed = yield* seal.seal(place.secret, place.name, yield* Effect.orDie(encode(entry)))
      // Whoever has taken the lock over knows more than we do.
      const put = Effect.provideContext(PrivateFile.write(place.path, sealed, stillOurs(lock)), context)
      const clear = Effect.provideContext(Aside.clear(place.path, seal), context)
      yield* Effect.catch(put, (error) =>
        Effect.flatMap(
          Effect.orElseSucceed(clear, () => false),
          (cleared) => (cleared ? put : Effect.fail(error))
        )
      )
    }).pipe(Effect.catch((error: PlatformError) => warn("cannot be written", place.path, error)))

  /** Runs with the lock, or without it where it cannot be had. */
  const locked = <A, R>(place: Place, use: (lock: Lock) => Effect.Effect<A, never, R>): Effect.Effect<A, never, R> =>
    Effect.flatMap(seal.randomId, (id) => {
      const lock: FileLock.FileLockOptions = {
        fs,
        path: `${place.path}.lock`,
        host: hostname(),
        pid: process.pid,
        isAlive,
        id
      }
      const unlocked = "cannot be locked; other processes may ask too"
      const acquire = FileLock.acquire(lock).pipe(
        Effect.tap((taken) => (taken ? Effect.void : warn(unlocked, place.path))),
        Effect.catch((error) => Effect.as(warn(unlocked, place.path, error), false)),
        Effect.flatMap((taken) => (taken ? Effect.asSome(Effect.forkDetach(FileLock.keep(lock))) : Effect.succeedNone))
      )
      return Effect.acquireUseRelease(
        acquire,
        (keeper) => use(Option.isSome(keeper) ? Option.some(lock) : Option.none()),
        Option.match({
          onNone: () => Effect.void,
          onSome: (keeper) => Effect.andThen(Fiber.interrupt(keeper), FileLock.release(lock))
        })
      )
    })

  const unusable = (error: PlatformError | UntrustedFile) => warn("has no place to be in", directory, error)

  const service: TokenStoreService = {
    get: (owner) =>
      Effect.matchEffect(placeOf(owner), {
        onFailure: (error) => Effect.as(unusable(error), Option.none()),
        onSuccess: read
      }),
    modify: (owner, change) =>
      Effect.matchEffect(Effect.andThen(prepare, placeOf(owner)), {
        onFailure: (error) =>
          Effect.andThen(
            unusable(error),
            Effect.map(change(Option.none()), ([result]) => result)
          ),
        onSuccess: (place) =>
          locked(place, (lock) =>
            Effect.flatMap(read(place), (known) =>
              Effect.flatMap(change(known), ([result, entry]) =>
                // What was only looked at need not be written.
                Effect.as(
                  Option.exists(known, (one) => one === entry) ? Effect.void : write(place, entry, lock),
                  result
                )
              )
            )
          )
      }),
    remove: (owner, fingerprint) =>
      Effect.matchEffect(Effect.andThen(prepare, placeOf(owner)), {
        onFailure: unusable,
        onSuccess: (place) =>
          locked(place, () =>
            Effect.flatMap(read(place), (entry) =>
              fingerprint === undefined || Option.exists(entry, ({ token }) => token?.fingerprint === fingerprint)
                ? Effect.catch(fs.remove(place.path, { force: true }), (error) =>
                    warn("cannot be removed", place.path, error)
                  )
                : Effect.void
            )
          )
      })
  }
  return service
})

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It lives, but belongs to somebody else.
    return Schema.is(Schema.Struct({ code: Schema.Literal("EPERM") }))(error)
  }
}
