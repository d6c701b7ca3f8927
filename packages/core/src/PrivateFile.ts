/**
 * Writes a file that only this user may read, whole or not at all: beside its place, under a name that nobody can guess, and then
 * put there. A link in its place is replaced, never written through.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { randomUUID } from "node:crypto"
import * as SystemError from "./internal/systemError.ts"

/** Writes it beside its place, for `put` to put there; whatever happens, nothing stays beside it. */
const beside = <A>(
  file: string,
  text: string,
  put: (written: string, fs: FileSystem.FileSystem) => Effect.Effect<A, PlatformError>
): Effect.Effect<A, PlatformError, FileSystem.FileSystem> =>
  FileSystem.FileSystem.use((fs) => {
    const written = `${file}.${randomUUID()}`
    const write = Effect.scoped(
      Effect.gen(function* () {
        const open = yield* fs.open(written, { flag: "wx", mode: 0o600 })
        yield* open.writeAll(new TextEncoder().encode(text))
        yield* open.sync
      })
    )
    return write.pipe(
      Effect.andThen(put(written, fs)),
      Effect.ensuring(Effect.ignore(fs.remove(written, { force: true })))
    )
  })

/**
 * In place of what is there. Its folder must be there, and be this user's: see `OwnDirectory`.
 * @param isWanted asked when it is written, right before it is put in its place
 */
export const write = (
  file: string,
  text: string,
  isWanted: Effect.Effect<boolean> = Effect.succeed(true)
): Effect.Effect<void, PlatformError, FileSystem.FileSystem> =>
  beside(file, text, (written, fs) =>
    Effect.flatMap(isWanted, (wanted) => (wanted ? fs.rename(written, file) : Effect.void))
  )

/** Only if nothing is there; false if something is. Also where the file system has no hard links. */
export const create = (file: string, text: string): Effect.Effect<boolean, PlatformError, FileSystem.FileSystem> =>
  beside(file, text, (written, fs) => {
    // Whoever sees it too early sees less than its text, and looks again.
    const whereNoLinks = Effect.scoped(
      Effect.flatMap(fs.open(file, { flag: "wx", mode: 0o600 }), (open) =>
        Effect.andThen(open.writeAll(new TextEncoder().encode(text)), open.sync)
      )
    )
    return fs.link(written, file).pipe(
      Effect.catchIf(SystemError.hasNoLinks, () => whereNoLinks),
      Effect.as(true),
      Effect.catchIf(
        ({ reason }) => reason._tag === "AlreadyExists",
        () => Effect.succeed(false)
      )
    )
  })
