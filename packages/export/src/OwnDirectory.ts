/**
 * Folders of what is not for everybody: made with a mode that shuts others out, and used only where nobody else could put
 * something into them, or take it away. The mode of a folder that was there is its owner's business, and is never changed.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { dirname } from "node:path"
import { type Access, modes } from "./Access.ts"
import * as Own from "./internal/own.ts"

type Failure = PlatformError | Own.NotOwnError

/** Makes it, and the folders above it that are not there, all of them with that access. */
export const make: (fs: FileSystem.FileSystem, path: string, access?: Access) => Effect.Effect<void, Failure> =
  Effect.fnUntraced(function* (fs, path, access = "owner") {
    const mode = modes[access].directory
    const attempt = Effect.as(fs.makeDirectory(path, { mode }), true)
    const made = yield* Effect.catch(attempt, (error) => {
      if (error.reason._tag === "AlreadyExists") return Effect.succeed(false)
      const parent = dirname(path)
      if (error.reason._tag !== "NotFound" || parent === path) return Effect.fail(error)
      return Effect.andThen(make(fs, parent, access), attempt)
    })
    if (made) yield* settle(fs, path, mode)
  })

/** By its name it can only be told from another one where nobody else could have put that there. */
const settle = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, path: string, mode: number) {
  const { mode: got } = yield* fs.lstat(path)
  const isShort = Own.posix && (mode & 0o077 & ~got) !== 0
  if (isShort && !Own.isClosed(yield* fs.stat(dirname(path))))
    return yield* Own.notOwn(
      path,
      `cannot be opened to those who may read it while others can write the folder around it. Do it yourself: chmod 0${mode.toString(8)} ${Own.quoted(path)}`
    )
  yield* Own.settle(path, fs.lstat(path), mode)
})

/** Fails unless it is a folder, no link to one, that only this user (or root) could put something into. */
export const check = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, path: string) {
  const info = yield* fs.lstat(path)
  const refused = (what: string) => Own.notOwn(path, what)
  if (info.type === "SymbolicLink")
    return yield* refused(
      `is a symbolic link, which is never followed. Look at where it points, and remove it: rm ${Own.quoted(path)}`
    )
  if (info.type !== "Directory") return yield* refused("is not a folder. Move it away.")
  if (!Own.posix) return
  if (!Own.isTrusted(info))
    return yield* refused(
      `belongs to ${Own.ownerOf(info)}, who could read or change what is put there. Name a folder of your own, or make it yours: chown "$(id -un)" ${Own.quoted(path)}`
    )
  // In a folder like /tmp others can put things, but not take ours.
  if (!Own.isClosed(info))
    return yield* refused(
      `can be written by other users, who could swap what is in it. Close it to them: chmod go-w ${Own.quoted(path)}; or name a folder in it, which is then made for you alone.`
    )
})

/** Makes it if it is not there, and checks it. */
export const ensure = (fs: FileSystem.FileSystem, path: string, access?: Access): Effect.Effect<void, Failure> =>
  Effect.andThen(make(fs, path, access), check(fs, path))

const cannotSync = Schema.is(
  Schema.Struct({ cause: Schema.Struct({ code: Schema.Literals(["EINVAL", "ENOTSUP", "ENOSYS", "EISDIR", "EPERM"]) }) })
)

/** Makes a rename in it last: without that, a loss of power may undo it. Some file systems cannot, and need not. */
export const sync = (fs: FileSystem.FileSystem, path: string): Effect.Effect<void, PlatformError> =>
  Effect.scoped(Effect.flatMap(fs.open(path, { flag: "r" }), (file) => file.sync)).pipe(
    Effect.catch((error) => (cannotSync(error.reason) ? Effect.void : Effect.fail(error)))
  )
