/**
 * Writes a file that only this user may read, whole or not at all: beside its place, under a name that nobody can guess, and then
 * put there. A link in its place is replaced, never written through.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { randomUUID } from "node:crypto"

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

const isTaken = ({ reason }: PlatformError) => reason._tag === "AlreadyExists"

/**
 * Only if nothing is there; false if something is. Where there are no hard links (FAT, some network and container mounts), the name
 * is taken by an empty file first, which others can see for a moment.
 */
export const create = (file: string, text: string): Effect.Effect<boolean, PlatformError, FileSystem.FileSystem> =>
  beside(file, text, (written, fs) => {
    const whereNoLinks = Effect.andThen(
      fs.writeFileString(file, "", { flag: "wx", mode: 0o600 }),
      Effect.onError(fs.rename(written, file), () => Effect.ignore(fs.remove(file)))
    )
    return fs.link(written, file).pipe(
      Effect.catch((error) => (isTaken(error) ? Effect.fail(error) : whereNoLinks)),
      Effect.as(true),
      Effect.catchIf(isTaken, () => Effect.succeed(false))
    )
  })
