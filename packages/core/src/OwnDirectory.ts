/**
 * Makes a folder that is this user's alone to write in, for files that programs keep. A folder that is there already is taken as
 * it is, or refused: its rights are never changed, and a link in its place is never followed.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Ownership from "./internal/ownership.ts"
import * as SystemError from "./internal/systemError.ts"
import { absolute, quoted, walk } from "./internal/walk.ts"
import { UntrustedFile } from "./UntrustedFile.ts"

/** Whether it can be written in as it is; `Missing` if there is none. */
export const check = Effect.fnUntraced(function* (
  directory: string
): Effect.fn.Return<void, UntrustedFile, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const refused = (what: string) => new UntrustedFile({ file: directory, reason: "Refused", what })
  const { type } = yield* Effect.mapError(fs.lstat(yield* absolute(directory)), SystemError.explain(directory))
  if (type === "SymbolicLink")
    return yield* refused("is a link, where a folder is expected. Remove it, or name another")
  const { info } = yield* walk(directory)
  if (info.type !== "Directory") return yield* refused("is no folder. Remove it, or name another")
  if (Ownership.hasOwners && !Ownership.isMine(info)) {
    return yield* refused("belongs to another user. Name another folder")
  }
})

/**
 * Whether what is made at that path stays what it is: its folder, and each on the way there, belongs to this user or the superuser,
 * and nobody else can put another thing in its place. `Missing` if the folder is not there.
 */
export const checkAround = (file: string): Effect.Effect<void, UntrustedFile, FileSystem.FileSystem | Path.Path> =>
  Effect.flatMap(Path.Path, (path) => Effect.flatMap(absolute(file), (found) => checkFolder(path.dirname(found), file)))

const checkFolder = Effect.fnUntraced(function* (folder: string, about: string) {
  const { info, path } = yield* walk(folder, { about, isAround: true })
  if (info.type === "Directory") return
  return yield* new UntrustedFile({ file: about, reason: "Refused", what: `is to be in ${path}, which is no folder` })
})

/** The folders that are not there, the outermost first. Where they are to be is looked at before anything is made. */
const missing = Effect.fnUntraced(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const isThere = (at: string) =>
    fs.lstat(at).pipe(
      Effect.as(true),
      Effect.catchIf(
        ({ reason }) => reason._tag === "NotFound",
        () => Effect.succeed(false)
      ),
      Effect.mapError(SystemError.explain(directory))
    )
  const folders: Array<string> = []
  let at = yield* absolute(directory)
  while (!(yield* isThere(at))) {
    folders.unshift(at)
    at = path.dirname(at)
  }
  const lost = `is behind the link ${at}, which leads to nothing. Remove it: rm ${quoted(at)}`
  yield* Effect.mapError(checkFolder(at, directory), (error) =>
    error.reason === "Missing" ? new UntrustedFile({ file: directory, reason: "Refused", what: lost }) : error
  )
  return folders
})

const make = Effect.fnUntraced(function* (
  directory: string
): Effect.fn.Return<void, UntrustedFile, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  for (const folder of yield* missing(directory)) {
    const made = yield* fs.makeDirectory(folder, { mode: 0o700 }).pipe(
      Effect.as(true),
      Effect.catchIf(
        ({ reason }) => reason._tag === "AlreadyExists",
        () => Effect.succeed(false)
      ),
      Effect.mapError(
        ({ reason }) =>
          new UntrustedFile({ file: directory, reason: "Unreadable", what: `cannot be made (${reason._tag})` })
      )
    )
    // Somebody was faster: nothing is made in it before it is known whose it is.
    if (!made) return yield* make(directory)
  }
})

/**
 * Makes it with mode 0700, and the folders above it, where they are missing. Nothing is made where another user could put
 * something else in its place, nor by the superuser in a folder of another user.
 */
export const ensure = (directory: string): Effect.Effect<void, UntrustedFile, FileSystem.FileSystem | Path.Path> =>
  Effect.catchIf(
    check(directory),
    ({ reason }) => reason === "Missing",
    () => Effect.andThen(make(directory), check(directory))
  )
