/** What a path must be before it is trusted, for `OwnFile` and `OwnDirectory`, and how what was made gets its mode. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { constants } from "node:fs"
import { open } from "node:fs/promises"

/** What is there is not ours alone, so that somebody else could read, steer or redirect what is written. It says what to do. */
export class NotOwnError extends Schema.TaggedError<NotOwnError>("@effect-genesys/export/NotOwnError")("NotOwnError", {
  path: Schema.String,
  message: Schema.String
}) {}

export const notOwn = (path: string, what: string) => new NotOwnError({ path, message: `${path} ${what}` })

type Info = FileSystem.File.Info

/** A file system of Windows has neither users nor modes nor a way not to follow links. */
export const posix = process.platform !== "win32"

/** A path as a shell takes it. */
export const quoted = (path: string): string =>
  /^[\w./@%+:,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`

const me = (): number | undefined => process.geteuid?.()

export const isMine = ({ uid }: Info): boolean => me() === undefined || Option.contains(uid, me())

/** Root can do what it likes anyway. */
export const isTrusted = (info: Info): boolean => isMine(info) || Option.contains(info.uid, 0)

export const ownerOf = ({ uid }: Info): string =>
  Option.match(uid, {
    onNone: () => "somebody else",
    onSome: (id) => `another user (${id === 0 ? "root" : `uid ${id}`})`
  })

const sticky = 0o1000

/** Whether nobody else can put something into it, or else cannot take what is another's, as in /tmp. */
export const isClosed = ({ mode }: Info): boolean => !posix || (mode & 0o022) === 0 || (mode & sticky) !== 0

/** Whether two looks were at the same thing. */
export const isSame = (one: Info, other: Info): boolean =>
  one.dev === other.dev && Option.getOrUndefined(one.ino) === Option.getOrUndefined(other.ino)

const readable = 0o066

/** A disk that keeps no modes, such as FAT, gives others what they were not to have. */
export const checkMode = (path: string, { mode }: Info, wanted: number): Effect.Effect<void, NotOwnError> =>
  posix && (mode & readable & ~wanted) !== 0
    ? Effect.fail(
        notOwn(
          path,
          `cannot be closed to others: its file system keeps no permissions. Use another disk${(mode & 0o022) === 0 ? ", or say that everyone may read (access everyone)" : ""}.`
        )
      )
    : Effect.void

const setGroupId = 0o2000

/**
 * Sets the mode of what was just made, whatever the umask says: by its descriptor, since somebody could have put a link in its
 * place. A directory keeps the bit that gives its group to what is in it.
 */
const setMode = (
  path: string,
  made: Info,
  mode: number
): Effect.Effect<void, PlatformError.PlatformError | NotOwnError> =>
  Effect.flatMap(
    Effect.tryPromise({
      try: async () => {
        const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
        try {
          const { dev, ino, mode: before } = await handle.stat({ bigint: true })
          const same =
            BigInt.asUintN(64, dev) === made.dev && BigInt.asUintN(64, ino) === Option.getOrUndefined(made.ino)
          if (same) await handle.chmod(mode | (Number(before) & setGroupId))
          return same
        } finally {
          await handle.close()
        }
      },
      catch: (cause) =>
        PlatformError.systemError({
          _tag: "Unknown",
          module: "FileSystem",
          method: "chmod",
          pathOrDescriptor: path,
          cause
        })
    }),
    (same) => (same ? Effect.void : Effect.fail(notOwn(path, "was replaced while it was made. Do it again.")))
  )

/** Gives what was just made the mode that it was to have, if the umask has taken some of it. */
export const settle = Effect.fnUntraced(function* (
  path: string,
  info: Effect.Effect<Info, PlatformError.PlatformError>,
  mode: number
) {
  const made = yield* info
  if (posix && (mode & 0o077 & ~made.mode) !== 0) yield* setMode(path, made, mode)
  yield* checkMode(path, yield* info, mode)
})

/** For one that goes on with a file that it made before, perhaps for others to read. */
export const resettle = Effect.fnUntraced(function* (
  path: string,
  info: Effect.Effect<Info, PlatformError.PlatformError>,
  mode: number
) {
  const found = yield* info
  if (posix && (found.mode & 0o777) !== mode) yield* setMode(path, found, mode)
})
