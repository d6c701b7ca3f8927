/**
 * Makes a folder that is this user's alone to write in, for files that programs keep. A folder that is there already is taken as
 * it is, or refused: its rights are never changed, and a link in its place is never followed.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Ownership from "./internal/ownership.ts"
import * as SystemError from "./internal/systemError.ts"
import { walk } from "./internal/walk.ts"
import { UntrustedFile } from "./UntrustedFile.ts"

/** Whether it can be written in as it is; `Missing` if there is none. */
export const check = Effect.fnUntraced(function* (
  directory: string
): Effect.fn.Return<void, UntrustedFile, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const refused = (what: string) => new UntrustedFile({ file: directory, reason: "Refused", what })
  const { type } = yield* Effect.mapError(fs.lstat(path.resolve(directory)), SystemError.explain(directory))
  if (type === "SymbolicLink")
    return yield* refused("is a link, where a folder is expected. Remove it, or name another")
  const { info } = yield* walk(directory)
  if (info.type !== "Directory") return yield* refused("is no folder. Remove it, or name another")
  if (Ownership.hasOwners && !Ownership.isMine(info)) {
    return yield* refused("belongs to another user. Name another folder")
  }
})

/** Makes it with mode 0700, and the folders above it, where they are missing. */
export const ensure = Effect.fnUntraced(function* (
  directory: string
): Effect.fn.Return<void, UntrustedFile, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  yield* check(directory).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "Missing",
      () =>
        Effect.andThen(
          Effect.mapError(
            fs.makeDirectory(directory, { recursive: true, mode: 0o700 }),
            (error) =>
              new UntrustedFile({
                file: directory,
                reason: "Unreadable",
                what: `cannot be made (${error.reason._tag})`
              })
          ),
          check(directory)
        )
    )
  )
})
