/** A random key that only this user can read, in a file that is made when it is first needed. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import type { Seal } from "./seal.ts"

/** 64 hexadecimal digits. The directory of the file must be there. */
export const read = Effect.fnUntraced(function* (
  file: string,
  fs: FileSystem.FileSystem,
  seal: Seal
): Effect.fn.Return<string, PlatformError> {
  const known = yield* Effect.option(fs.readFileString(file))
  if (Option.isSome(known) && /^[0-9a-f]{64}$/.test(known.value)) return known.value
  // Put in place whole, and only if there is none yet: what is sealed with another key is lost.
  const beside = `${file}.${yield* seal.randomId}`
  yield* fs.writeFileString(beside, `${yield* seal.randomId}${yield* seal.randomId}`, { flag: "wx", mode: 0o600 })
  const put = Option.isSome(known) ? fs.rename(beside, file) : fs.link(beside, file)
  yield* put.pipe(
    Effect.catch((error) => (error.reason._tag === "AlreadyExists" ? Effect.void : Effect.fail(error))),
    Effect.ensuring(Effect.ignore(fs.remove(beside)))
  )
  return yield* fs.readFileString(file)
})
