/**
 * Makes a folder that is this user's alone to write in, for files that programs keep. A folder that is there already is taken as
 * it is, or refused: its rights are never changed, and a link in its place is never followed.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as DiskFailure from "./DiskFailure.ts"
import * as Mode from "./internal/mode.ts"
import * as Ownership from "./internal/ownership.ts"
import * as SystemError from "./internal/systemError.ts"
import { absolute, walk, type WalkOptions } from "./internal/walk.ts"
import { quoted } from "./ShellText.ts"
import { UntrustedFile } from "./UntrustedFile.ts"

/** What a folder may be besides this user's own. */
export interface Options {
  /**
   * For what a person keeps where he likes, such as an export: it may be the superuser's, or like /tmp. A mount point on the way to
   * it that others may write to costs a warning: who mounts a volume decides who gets there.
   * @default false
   */
  readonly shared?: boolean | undefined
}

/** The same, and the rights of a folder that is made. */
export interface EnsureOptions extends Options {
  /** Of what is made, whatever the umask says. @default 0o700 */
  readonly mode?: number | undefined
}

type Checked = Effect.Effect<void, UntrustedFile, FileSystem.FileSystem | Path.Path>

const isMissing = ({ reason }: UntrustedFile) => reason === "Missing"

/** Whether it can be written in as it is; `Missing` if there is none. */
export const check: (directory: string, options?: Options) => Checked = Effect.fnUntraced(function* (
  directory: string,
  { shared = false }: Options = {}
) {
  const fs = yield* FileSystem.FileSystem
  const refused = (what: string) => new UntrustedFile({ file: directory, reason: "Refused", what })
  const { type } = yield* Effect.mapError(fs.lstat(yield* absolute(directory)), SystemError.explain(directory))
  if (type === "SymbolicLink") {
    const mend = `Look at where it points, and remove it: rm ${quoted(directory)}`
    return yield* refused(`is a symbolic link, which is never followed. ${mend}`)
  }
  const { info } = yield* walk(directory, { shared })
  if (info.type !== "Directory") return yield* refused("is no folder. Remove it, or name another")
  if (!shared && !Ownership.isMine(info)) return yield* refused("belongs to another user. Name another folder")
})

/**
 * The path that a check goes by, in which a `..` undoes the name before it. The system undoes what a link of that name leads to:
 * whoever checks a path opens this one, never what was given.
 */
export const named = (file: string): Effect.Effect<string, never, Path.Path> =>
  // Relative, if it was: the path of a socket must be short, and a message is to say what was given.
  Path.Path.useSync((path) => path.normalize(file))

/**
 * Whether what is made at that path stays what it is: its folder, and each on the way there, belongs to this user or the superuser,
 * and nobody else can put another thing in its place. `Missing` if the folder is not there.
 * @param file as `named` has it
 * @param options `shared`: a mount point may be on the way to its folder, but not be its folder
 */
export const checkAround = (file: string, options: Options = {}): Checked =>
  Effect.flatMap(Path.Path, (path) =>
    Effect.flatMap(absolute(file), (found) => {
      const { shared = false } = options
      return checkFolder(path.dirname(found), { about: file, shared, isAround: !shared })
    })
  )

const checkFolder = Effect.fnUntraced(function* (folder: string, options: WalkOptions & { readonly about: string }) {
  const { info, path } = yield* walk(folder, options)
  if (info.type === "Directory") return
  return yield* new UntrustedFile({
    file: options.about,
    reason: "Refused",
    what: `is to be in ${path}, which is no folder`
  })
})

/** The folders that are not there, the outermost first. Where they are to be is looked at before anything is made. */
const missing = Effect.fnUntraced(function* (directory: string, options: Options) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const isThere = (at: string) =>
    fs.lstat(at).pipe(
      Effect.as(true),
      Effect.catchIf(
        ({ reason }) => reason._tag === "NotFound",
        () => Effect.succeed(false)
      ),
      Effect.mapError(SystemError.explain(directory))
    )
  const folders: Array<string> = []
  let at = yield* absolute(directory)
  while (!(yield* isThere(at))) {
    folders.unshift(at)
    at = path.dirname(at)
  }
  const lost = `is behind the link ${at}, which leads to nothing. Remove it: rm ${quoted(at)}`
  yield* Effect.mapError(checkFolder(at, { about: directory, shared: options.shared, isAround: true }), (error) =>
    isMissing(error) ? new UntrustedFile({ file: directory, reason: "Refused", what: lost }) : error
  )
  return folders
})

const make: (directory: string, options: EnsureOptions) => Checked = Effect.fnUntraced(function* (
  directory: string,
  options: EnsureOptions
) {
  const fs = yield* FileSystem.FileSystem
  const { mode = 0o700, shared = false } = options
  const explained = (error: PlatformError | UntrustedFile) =>
    error._tag === "UntrustedFile"
      ? error
      : new UntrustedFile({
          file: directory,
          reason: "Unreadable",
          what: `cannot be made: ${DiskFailure.reasonOf(error)}`
        })
  for (const folder of yield* missing(directory, options)) {
    const made = yield* fs.makeDirectory(folder, { mode }).pipe(
      Effect.as(true),
      Effect.catchIf(
        ({ reason }) => reason._tag === "AlreadyExists",
        () => Effect.succeed(false)
      ),
      Effect.mapError(explained)
    )
    // Somebody was faster: nothing is made in it before it is known whose it is.
    if (!made) return yield* make(directory, options)
    if (shared) yield* Effect.mapError(settle(folder, mode), explained)
  }
})

/** By its name it can only be told from another one where nobody else could have put that there. */
const settle = Effect.fnUntraced(function* (folder: string, mode: number) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { mode: got } = yield* fs.lstat(folder)
  const isShort = Ownership.hasOwners && (mode & 0o077 & ~got) !== 0
  const around = yield* fs.stat(path.dirname(folder))
  if (isShort && Ownership.isOpen(around) && !Ownership.isSticky(around)) {
    const what = "cannot be opened to those who may read it while others can write the folder around it. Do it yourself"
    return yield* new UntrustedFile({
      file: folder,
      reason: "Refused",
      what: `${what}: chmod 0${mode.toString(8)} ${quoted(folder)}`
    })
  }
  yield* Mode.settle(folder, fs.lstat(folder), mode)
})

/**
 * Makes it, and the folders above it, where they are missing. Nothing is made where another user could put something else in its
 * place, nor by the superuser in a folder of another user.
 */
export const ensure = (directory: string, options: EnsureOptions = {}): Checked =>
  Effect.catchIf(check(directory, options), isMissing, () =>
    Effect.andThen(make(directory, options), check(directory, options))
  )

const cannotSync = Schema.is(
  Schema.Struct({ cause: Schema.Struct({ code: Schema.Literals(["EINVAL", "ENOTSUP", "ENOSYS", "EISDIR", "EPERM"]) }) })
)

/** Makes a rename in it last: without that, a loss of power may undo it. Some file systems cannot, and need not. */
export const sync = (fs: FileSystem.FileSystem, path: string): Effect.Effect<void, PlatformError> =>
  Effect.scoped(Effect.flatMap(fs.open(path, { flag: "r" }), (file) => file.sync)).pipe(
    Effect.catch((error) => (cannotSync(error.reason) ? Effect.void : Effect.fail(error)))
  )
