/**
 * A random key that only this user can read, in a file that is made when it is first needed. It protects what leaves the machine
 * without it, such as a backup of the file that is sealed with it; whoever reads both has all.
 */
import * as OwnFile from "./OwnFile.ts"
import * as PrivateFile from "./PrivateFile.ts"
import { UntrustedFile } from "./UntrustedFile.ts"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Schedule from "effect/Schedule"
import * as Aside from "./Aside.ts"
import type { Seal } from "./Seal.ts"

type Services = FileSystem.FileSystem | Path.Path

/** None if there is none, or if it is damaged. A key that somebody else could have put there is an error. */
const find = (file: string): Effect.Effect<Option.Option<string>, UntrustedFile, Services> =>
  OwnFile.readText(file).pipe(
    Effect.map((text) => (/^[0-9a-f]{64}$/.test(text) ? Option.some(text) : Option.none())),
    Effect.catchIf(
      ({ reason }) => reason === "Missing",
      () => Effect.succeedNone
    )
  )

/** 64 hexadecimal digits. The directory of the file must be there. */
export const read = Effect.fnUntraced(function* (
  file: string,
  seal: Seal
): Effect.fn.Return<string, PlatformError | UntrustedFile, Services> {
  const known = yield* Effect.catchIf(
    find(file),
    ({ reason }) => reason === "Refused",
    (refused) =>
      // A folder, a pipe: no key of ours was ever in it. A file of somebody else's stays what it is, an error.
      Effect.flatMap(Aside.clear(file, seal), (cleared) => (cleared ? Effect.succeedNone : Effect.fail(refused)))
  )
  if (Option.isSome(known)) return known.value
  const made = `${yield* seal.randomId}${yield* seal.randomId}`
  // What is sealed with another key is lost, so the first one that was put there stays.
  if (yield* PrivateFile.create(file, made)) return made
  // Another process has just made it, and may still be writing where there are no hard links; else it is damaged for good.
  const other = yield* find(file).pipe(
    Effect.repeat({ until: (found) => Option.isSome(found), schedule: Schedule.spaced("20 millis"), times: 25 })
  )
  if (Option.isSome(other)) return other.value
  yield* PrivateFile.write(file, made)
  return made
})
