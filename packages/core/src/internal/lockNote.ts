/** What a lock says of its owner, and what can be told from that. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { randomUUID } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import * as PlainFile from "../PlainFile.ts"
import type { UntrustedFile } from "../UntrustedFile.ts"

// The id becomes a part of a path, and the file may be anybody's.
const Id = Schema.String.check(Schema.isPattern(/^[0-9a-f-]{36}$/))
const Pid = Schema.Int.check(Schema.isGreaterThan(0))

const Note = Schema.fromJsonString(
  Schema.Struct({
    pid: Pid,
    host: Schema.String,
    /** Within what the number of a process is the one of one process alone. Only Linux needs it, and says it. */
    space: Schema.optionalKey(Schema.String),
    id: Id
  })
)
/** Whose a lock is: a process, and on which machine. */
export type Owner = typeof Note.Type
const decode = Schema.decodeOption(Note)

const isLinux = process.platform === "linux"

/** Containers may share a name and have the same numbers, and so may machines, where the first namespace has always one number. */
const spaceOf = (): { readonly space?: string } => {
  if (!isLinux) return {}
  try {
    const kernel = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
    return { space: `${kernel} ${readlinkSync("/proc/self/ns/pid")}` }
  } catch {
    return {}
  }
}

/** Where this process is: what its locks say besides who it is. */
export const here = (): Pick<Owner, "host" | "space"> => ({ host: hostname(), ...spaceOf() })

export const me = (): Owner => ({ pid: process.pid, ...here(), id: randomUUID() })

export const idOf = (owner: Option.Option<Owner>): string | undefined => Option.getOrUndefined(owner)?.id

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It lives, but belongs to somebody else.
    return Schema.is(Schema.Struct({ code: Schema.Literal("EPERM") }))(error)
  }
}

/** That a process is no more can be told only of one that this one could see. */
export const isGone = (owner: Owner, mine: Owner): boolean =>
  owner.host === mine.host &&
  owner.space === mine.space &&
  (owner.space !== undefined || !isLinux) &&
  !isAlive(owner.pid)

export const isNamesake = (owner: Owner, mine: Owner): boolean => owner.host === mine.host && owner.pid === mine.pid

/** None if there is none, or none that this process may read. */
export const read = (fs: FileSystem.FileSystem, path: string): Effect.Effect<Option.Option<Owner>, PlainFile.Failure> =>
  PlainFile.readText(fs, path, PlainFile.noteBytes).pipe(
    Effect.map((text) => decode(text)),
    Effect.catchTag("PlatformError", (error) =>
      error.reason._tag === "NotFound" || error.reason._tag === "PermissionDenied"
        ? Effect.succeedNone
        : Effect.fail(error)
    )
  )

/** As `read`, and why what is there is none of ours. */
export const find = (
  fs: FileSystem.FileSystem,
  path: string
): Effect.Effect<
  { readonly owner: Option.Option<Owner>; readonly refused: UntrustedFile | undefined },
  PlatformError
> =>
  read(fs, path).pipe(
    Effect.map((owner) => ({ owner, refused: undefined })),
    Effect.catchTag("UntrustedFile", (refused) => Effect.succeed({ owner: Option.none<Owner>(), refused }))
  )

/** Whether it is the lock of this id: what is no lock is nobody's. */
export const isOf = (fs: FileSystem.FileSystem, path: string, id: string): Effect.Effect<boolean, PlatformError> =>
  Effect.map(find(fs, path), ({ owner }) => idOf(owner) === id)

/** Nothing, if it was given back meanwhile. A disk that does not answer is no reason to look again at once, and for ever. */
export const look = (
  fs: FileSystem.FileSystem,
  path: string
): Effect.Effect<FileSystem.File.Info | undefined, PlatformError> =>
  Effect.catch(fs.lstat(path), (error) =>
    error.reason._tag === "NotFound" ? Effect.succeed(undefined) : Effect.fail(error)
  )

/** Whose it is or, if that cannot be read, which file. */
export const identityOf = (owner: Option.Option<Owner>, { ino, mtime }: FileSystem.File.Info): string =>
  idOf(owner) ?? `${Option.getOrNull(ino)} ${Option.getOrNull(mtime)?.getTime()}`

export const isUnchanged = (before: FileSystem.File.Info, after: FileSystem.File.Info | undefined): boolean =>
  after !== undefined && identityOf(Option.none(), before) === identityOf(Option.none(), after)

/** What lies there now. */
export const identify = (
  fs: FileSystem.FileSystem,
  path: string
): Effect.Effect<string | undefined, PlainFile.Failure> =>
  Effect.zipWith(find(fs, path), look(fs, path), ({ owner }, info) =>
    info === undefined ? undefined : identityOf(owner, info)
  )

/** Whether it was made, and is still ours: who is stopped before it is written is taken for dead, and the file is removed. */
export const create = (
  fs: FileSystem.FileSystem,
  path: string,
  mode: number | undefined,
  owner: Owner
): Effect.Effect<boolean, PlainFile.Failure> =>
  PlainFile.writeText(fs, path, JSON.stringify(owner), mode).pipe(
    Effect.andThen(isOf(fs, path, owner.id)),
    Effect.catchTag("PlatformError", (error) =>
      error.reason._tag === "AlreadyExists" ? Effect.succeed(false) : Effect.fail(error)
    )
  )
