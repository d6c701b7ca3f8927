/** Whether a folder is this user's alone to write to: whoever else may, could put another socket or file in the place of ours. */
import * as Effect from "effect/Effect"
import { realpath, stat } from "node:fs/promises"
import { dirname } from "node:path"
import { UsageError } from "../../UsageError.ts"

const othersMayWrite = 0o022
const sticky = 0o1000

/** Checks the folder of a path that does not exist yet. One that is not there is left to whoever makes the path. */
export const check = Effect.fnUntraced(function* (what: string, path: string) {
  const uid = process.getuid?.()
  if (uid === undefined) return
  const folder = yield* Effect.orElseSucceed(
    Effect.tryPromise(() => realpath(dirname(path))),
    () => undefined
  )
  if (folder === undefined) return
  const found = yield* Effect.orElseSucceed(
    Effect.tryPromise(() => stat(folder)),
    () => undefined
  )
  if (found === undefined) return
  const name = JSON.stringify(folder)
  if (found.uid !== uid && found.uid !== 0) {
    return yield* new UsageError({
      message: `${what} would be in ${name}, which is another user's. Make a folder of your own, such as with: mkdir -m 700 ~/.genesys`
    })
  }
  if ((found.mode & othersMayWrite) !== 0 && (found.mode & sticky) === 0) {
    return yield* new UsageError({
      message: `${what} would be in ${name}, where other users may put another one in its place. Close it to them with: chmod go-w ${name}`
    })
  }
})
