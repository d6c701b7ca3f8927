/** Files that only this user may read: written whole or not at all, and a word of warning where others can read them. */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"

const open = (mode: number) => process.platform !== "win32" && (mode & 0o077) !== 0

/** Makes it, with mode 0700. One that others may write to could have its files swapped, so it is closed to them. */
export const directory = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  yield* fs.makeDirectory(path, { recursive: true, mode: 0o700 })
  const { mode } = yield* fs.stat(path)
  if (open(mode)) yield* fs.chmod(path, 0o700)
})

/** Written beside it with mode 0600, and put in its place. */
export const write = Effect.fnUntraced(function* (file: string, text: string) {
  const fs = yield* FileSystem.FileSystem
  yield* directory((yield* Path.Path).dirname(file))
  const beside = `${file}.${crypto.randomUUID()}`
  yield* fs
    .writeFileString(beside, text, { flag: "wx", mode: 0o600 })
    .pipe(Effect.andThen(fs.rename(beside, file)), Effect.ensuring(Effect.ignore(fs.remove(beside, { force: true }))))
})

/** It is said once by a program, however often it reads. */
const warned = new Set<string>()

/** None if there is none. */
export const read = Effect.fnUntraced(
  function* (file: string) {
    const fs = yield* FileSystem.FileSystem
    const { mode } = yield* fs.stat(file)
    if (open(mode) && !warned.has(file)) {
      warned.add(file)
      yield* Effect.logWarning(`other users can read ${file}; close it to them with: chmod 600 ${JSON.stringify(file)}`)
    }
    return Option.some(yield* fs.readFileString(file))
  },
  Effect.catch((error: PlatformError) => (error.reason._tag === "NotFound" ? Effect.succeedNone : Effect.fail(error)))
)

export const remove = (file: string) =>
  FileSystem.FileSystem.use((fs) => Effect.asVoid(fs.remove(file, { force: true })))
