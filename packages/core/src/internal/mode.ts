/** How what was just made gets the mode that it was to have, whatever the umask says, and nothing else in its place does. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as PlatformError from "effect/PlatformError"
import { constants } from "node:fs"
import { open } from "node:fs/promises"
import { UntrustedFile } from "../UntrustedFile.ts"
import { hasOwners } from "./ownership.ts"

type Info = FileSystem.File.Info

const refused = (file: string, what: string) => new UntrustedFile({ file, reason: "Refused", what })

const readable = 0o066

/** A disk that keeps no modes, such as FAT, gives others what they were not to have. */
const checkMode = (path: string, { mode }: Info, wanted: number): Effect.Effect<void, UntrustedFile> =>
  hasOwners && (mode & readable & ~wanted) !== 0
    ? Effect.fail(
        refused(
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
): Effect.Effect<void, PlatformError.PlatformError | UntrustedFile> =>
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
    (same) => (same ? Effect.void : Effect.fail(refused(path, "was replaced while it was made. Do it again.")))
  )

/** Gives what was just made the mode that it was to have, if the umask has taken some of it. */
export const settle = Effect.fnUntraced(function* (
  path: string,
  info: Effect.Effect<Info, PlatformError.PlatformError>,
  mode: number
) {
  const made = yield* info
  if (hasOwners && (mode & 0o077 & ~made.mode) !== 0) yield* setMode(path, made, mode)
  yield* checkMode(path, yield* info, mode)
})

/** For one that goes on with a file that it made before, perhaps for others to read. */
export const resettle = Effect.fnUntraced(function* (
  path: string,
  info: Effect.Effect<Info, PlatformError.PlatformError>,
  mode: number
) {
  const found = yield* info
  if (hasOwners && (found.mode & 0o777) !== mode) yield* setMode(path, found, mode)
})
