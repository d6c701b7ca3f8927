/**
 * Files that programs go on with, and that hold what is not for everybody: made anew with a mode that shuts others out, and opened
 * again only if they are what was made. A symbolic link at such a path is never followed, whoever put it there. Whose the folders on
 * the way are is not asked here: see `OwnDirectory`.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Mode from "./internal/mode.ts"
import * as Ownership from "./internal/ownership.ts"
import { quoted } from "./ShellText.ts"
import { UntrustedFile } from "./UntrustedFile.ts"

/** What using such a file can fail with: the system's error, or that somebody else could steer it. */
export type Failure = PlatformError | UntrustedFile

const refusal = (file: string, what: string) => new UntrustedFile({ file, reason: "Refused", what })

type Result<A, R = Scope.Scope> = Effect.Effect<A, Failure, R>

/** Makes a new file, written at its end. Whatever is there already, a link that points nowhere too, is an `AlreadyExists`. */
export const create = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  path: string,
  mode = 0o600
): Effect.fn.Return<FileSystem.File, Failure, Scope.Scope> {
  const file = yield* fs.open(path, { flag: "ax", mode })
  yield* Effect.onError(Mode.settle(path, file.stat, mode), () => Effect.ignore(fs.remove(path)))
  return file
})

/** Makes a new file of this text; none, if not all of it could be written. */
export const writeText = (fs: FileSystem.FileSystem, path: string, text: string, mode?: number): Result<void, never> =>
  Effect.scoped(
    Effect.flatMap(create(fs, path, mode), (file) =>
      Effect.onError(Effect.andThen(file.writeAll(new TextEncoder().encode(text)), file.sync), () =>
        Effect.ignore(fs.remove(path))
      )
    )
  )

const check = (path: string, info: FileSystem.File.Info, written: boolean): Effect.Effect<void, UntrustedFile> => {
  const refused = (what: string) => Effect.fail(refusal(path, what))
  if (info.type === "SymbolicLink") return refused(aLink(path))
  if (info.type !== "File") return refused(notAFile)
  if (!(written ? Ownership.isMine(info) : Ownership.isOurs(info)))
    return refused(
      `belongs to ${Ownership.ownerOf(info)}. Move it away, or make it yours: chown "$(id -un)" ${quoted(path)}`
    )
  // Under its other name somebody else could read what is written, or it is a file of something else.
  if (written && Ownership.hasOwners && Option.exists(info.nlink, (links) => links > 1n))
    return refused("has another name too (it is a hard link), so it is not written. Remove it, or move it away.")
  return Effect.void
}

const notAFile = "is not a file. Move it away."

const aLink = (path: string) =>
  `is a symbolic link, which is never followed. Look at where it points, and remove it: rm ${quoted(path)}`

const isLoop = Schema.is(Schema.Struct({ cause: Schema.Struct({ code: Schema.Literals(["ELOOP", "EMLINK"]) }) }))

/** What is there is looked at first, since to open a pipe would wait for ever, and again once it is open: it may be another one. */
const opened = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, path: string, flag: "r" | "a+") {
  const written = flag !== "r"
  const seen = yield* fs.lstat(path)
  yield* check(path, seen, written)
  const file = yield* Effect.mapError(fs.open(path, { flag, mode: 0o600, noFollow: Ownership.hasOwners }), (error) =>
    isLoop(error.reason) ? refusal(path, aLink(path)) : error
  )
  const info = yield* file.stat
  yield* check(path, info, written)
  if (!Ownership.isSame(seen, info)) return yield* refusal(path, "was replaced while it was opened. Do it again.")
  return file
})

/** Opens a file to read it: one of this user's, or of root's. */
export const open = (fs: FileSystem.FileSystem, path: string): Result<FileSystem.File> => opened(fs, path, "r")

/**
 * Opens a file of this user's own to read it and to write at its end. With a mode it gets that: for a file that
 * was not done, so that it ends as it was last asked for.
 */
export const reopen = (fs: FileSystem.FileSystem, path: string, mode?: number): Result<FileSystem.File> =>
  Effect.tap(opened(fs, path, "a+"), (file) =>
    mode === undefined ? Effect.void : Mode.resettle(path, file.stat, mode)
  )

/** Whether there is anything, a link too. */
export const exists = (fs: FileSystem.FileSystem, path: string): Effect.Effect<boolean, PlatformError> =>
  Effect.map(typeOf(fs, path), (type) => type !== undefined)

/** What is at the path itself, or nothing. */
export const typeOf = (
  fs: FileSystem.FileSystem,
  path: string
): Effect.Effect<FileSystem.File.Type | undefined, PlatformError> =>
  fs.lstat(path).pipe(
    Effect.map(({ type }) => type),
    Effect.catch((error) => (error.reason._tag === "NotFound" ? Effect.succeed(undefined) : Effect.fail(error)))
  )

/** Removes the name, if there is one, not what it may point to. A folder stays: there may be anything in it. */
export const remove = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  path: string
): Effect.fn.Return<void, Failure> {
  if ((yield* typeOf(fs, path)) === "Directory") return yield* refusal(path, notAFile)
  yield* fs.remove(path, { force: true })
})

/** Whether the file is still the one at the path. */
export const isAt = (
  fs: FileSystem.FileSystem,
  path: string,
  file: FileSystem.File
): Effect.Effect<boolean, PlatformError> =>
  Effect.zipWith(fs.lstat(path), file.stat, (there, here) => Ownership.isSame(there, here))

const chunk = 65_536

/** The bytes of an open file, from where it is. */
export const bytes = (file: FileSystem.File): Stream.Stream<Uint8Array, PlatformError> =>
  Stream.unfold(undefined, () =>
    Effect.map(
      file.readAlloc(chunk),
      Option.match({ onNone: () => undefined, onSome: (read) => [read, undefined] as const })
    )
  )

/** The bytes of a file as they are read; it is opened only if it is what was made. */
export const stream = (fs: FileSystem.FileSystem, path: string): Stream.Stream<Uint8Array, Failure> =>
  Stream.unwrap(Effect.map(open(fs, path), bytes))

/** For what a program notes for itself: who holds a lock, what a file is of. */
export const noteBytes = 64 * 1024

/** For a line, and for a file that is read as a whole. */
export const maxBytes = 64 * 1024 * 1024

const amount = (size: number) => (size < 1024 * 1024 ? `${size / 1024} KiB` : `${size / 1024 / 1024} MiB`)

/** Its text, which is no larger than `most`: what is larger is not what it should be, and might not fit into memory. */
export const readText = (fs: FileSystem.FileSystem, path: string, most: number): Result<string, never> =>
  Effect.scoped(
    Effect.gen(function* () {
      const file = yield* open(fs, path)
      const what = `is larger than ${amount(most)}, so it is not what it should be. Move it away, or remove it: rm ${quoted(path)}`
      const tooLarge = new UntrustedFile({ file: path, reason: "TooLarge", what })
      if ((yield* file.stat).size > most) return yield* tooLarge
      let size = 0
      return yield* bytes(file).pipe(
        // It may grow meanwhile.
        Stream.tap((read) => ((size += read.length) > most ? Effect.fail(tooLarge) : Effect.void)),
        Stream.decodeText(),
        Stream.mkString
      )
    })
  )

const newline = 0x0a

/** The lines of these bytes, as text. It fails as soon as one of them is larger than `maxBytes`. */
export const lines =
  <E2>(tooLong: (line: number) => E2) =>
  <E, R>(from: Stream.Stream<Uint8Array, E, R>): Stream.Stream<string, E | E2, R> =>
    Stream.suspend(() => {
      let done = 0
      /** Of the line that is not at its end. */
      let size = 0
      const look = (read: Uint8Array) => {
        let start = 0
        for (let end = read.indexOf(newline); end !== -1; end = read.indexOf(newline, start)) {
          if (size + end - start > maxBytes) return false
          start = end + 1
          size = 0
          done++
        }
        size += read.length - start
        return size <= maxBytes
      }
      return from.pipe(
        Stream.tap((read) => (look(read) ? Effect.void : Effect.fail(tooLong(done + 1)))),
        Stream.decodeText(),
        Stream.splitLines
      )
    })
