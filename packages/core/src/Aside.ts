/**
 * Clears the place of a file of ours, in a folder that only this user can write, of what no file can be put in place of. It is moved,
 * never removed: there may be anything in it.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { putBack } from "./internal/putBack.ts"
import type { Seal } from "./Seal.ts"

/** Whether there was something. A file, or a link, stays: whatever is written replaces it. */
export const clear = Effect.fnUntraced(function* (
  path: string,
  seal: Seal
): Effect.fn.Return<boolean, PlatformError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const { type } = yield* fs.lstat(path)
  if (type === "File" || type === "SymbolicLink") return false
  const moved = `${path}.aside-${(yield* seal.randomId).slice(0, 8)}`
  yield* fs.rename(path, moved)
  // Another process was faster, and it was its new file that was moved.
  if ((yield* fs.lstat(moved)).type === "File") {
    yield* putBack(fs, moved, path)
    yield* fs.remove(moved, { force: true })
    return true
  }
  yield* Effect.logWarning("what was in the place of a file of ours was moved").pipe(
    Effect.annotateLogs({ event: "store.warning", file: path, moved })
  )
  return true
})
