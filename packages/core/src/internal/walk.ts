/**
 * Goes the way to a file, folder by folder and link by link, and says whether another user could put something else in its
 * place. Where that is so, what is found at its end proves nothing.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import { quoted } from "../ShellText.ts"
import { UntrustedFile } from "../UntrustedFile.ts"
import * as Ownership from "./ownership.ts"
import * as SystemError from "./systemError.ts"

/** As Linux has it. */
const maxLinks = 40

export interface Found {
  /** Without a link in it. */
  readonly path: string
  readonly info: FileSystem.File.Info
}

export interface WalkOptions {
  /** What an error is about, if it is not the end of the way: something that is to be made there. */
  readonly about?: string | undefined
  /** Its end is one more folder on the way to what an error is about: each may have what is theirs in it, as in /tmp. */
  readonly isAround?: boolean | undefined
  /** Its end may be like /tmp, and a mount point on the way that others may write to costs a warning only. */
  readonly shared?: boolean | undefined
}

/** What was warned of, once by a program. */
const warned = new Set<string>()

/** The working directory may be gone. */
export const absolute = (file: string): Effect.Effect<string, UntrustedFile, Path.Path> =>
  Effect.flatMap(Path.Path, (path) =>
    Effect.try({
      try: () => path.resolve(file),
      catch: () => new UntrustedFile({ file, reason: "Missing", what: "does not exist" })
    })
  )

const mendOwner = (at: string, { type }: FileSystem.File.Info, isFolder: boolean) => {
  if (isFolder) return "Use a folder of your own, or run this as that user"
  if (type === "SymbolicLink") return `Remove the link: rm ${quoted(at)}`
  if (type === "Directory") return `Name a folder of your own, or make it yours: chown "$(id -un)" ${quoted(at)}`
  const mine = quoted(`${at}.mine`)
  return `Check it, then take a copy of your own: cp ${quoted(at)} ${mine} && mv ${mine} ${quoted(at)}`
}

/** @returns where the way ends, and what is there; it may be anything */
export const walk = Effect.fnUntraced(function* (
  end: string,
  { about: file = end, isAround = false, shared = false }: WalkOptions = {}
): Effect.fn.Return<Found, UntrustedFile, FileSystem.FileSystem | Path.Path> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const given = yield* absolute(end)
  const refused = (what: string) => new UntrustedFile({ file, reason: "Refused", what })
  const unreadable = SystemError.explain(file)
  const look = (at: string) => Effect.mapError(fs.lstat(at), unreadable)

  if (!Ownership.hasOwners) {
    return { path: given, info: yield* Effect.mapError(fs.stat(given), unreadable) }
  }

  /** Others' rights are worth nothing on a read-only mount, which is how orchestrators mount settings. */
  const isOpen = (at: string, info: FileSystem.File.Info) =>
    Ownership.isOpen(info)
      ? fs.access(at, { writable: true }).pipe(
          Effect.as(true),
          Effect.catch((error) => Effect.succeed(!SystemError.isReadOnly(error)))
        )
      : Effect.succeed(false)

  const isMounted = (at: string, { dev }: FileSystem.File.Info) =>
    Effect.map(look(path.dirname(at)), (above) => above.dev !== dev)

  /** Who mounts a volume decides who gets there, and its users can seldom change its mode. */
  const warn = (at: string) =>
    Effect.suspend(() => {
      if (warned.has(at)) return Effect.void
      warned.add(at)
      return Effect.logWarning(
        `other users of ${at} could put another folder in the place of the one on the way to ${file}; if there are any, let each move only what is theirs: chmod +t ${quoted(at)}`
      )
    })

  const check = Effect.fnUntraced(function* (at: string, info: FileSystem.File.Info, isLast: boolean) {
    const isFolder = !isLast || file !== end
    const verb = file === end ? "is" : "would be"
    const where = isFolder ? `${verb} in the folder ${at}, or behind a link in it, which ` : ""
    if (!Ownership.isOurs(info)) {
      const owner = Ownership.ownerOf(info)
      return yield* refused(`${where}belongs to ${owner}, who could change it. ${mendOwner(at, info, isFolder)}`)
    }
    if (info.type === "SymbolicLink" || ((!isLast || shared) && Ownership.isSticky(info))) return
    if (!(yield* isOpen(at, info))) return
    // Such as /tmp: everybody is to write there.
    if (Ownership.isSticky(info)) return yield* refused(`${where}is for all users. Name a folder of your own`)
    const mounted = shared && (yield* isMounted(at, info))
    if (mounted && !isLast) return yield* warn(at)
    const mend = mounted ? "Name a folder in it, or check it and close it to them" : "Check it, then close it to them"
    return yield* refused(`${where}can be changed by other users. ${mend}: chmod go-w ${quoted(at)}`)
  })

  // What is not there steers nothing, whoever may write to the folder.
  yield* look(given)
  const { root } = path.parse(given)
  let at = root
  let info = yield* look(at)
  let ahead = given.slice(root.length).split(path.sep)
  let links = 0
  while (ahead.length > 0) {
    const [name = "", ...rest] = ahead
    ahead = rest
    if (name === "" || name === ".") continue
    if (name === "..") {
      at = path.dirname(at)
      continue
    }
    yield* check(at, yield* look(at), false)
    const next = path.join(at, name)
    info = yield* look(next)
    if (info.type === "SymbolicLink") {
      yield* check(next, info, ahead.length === 0)
      if (++links > maxLinks) return yield* refused("is behind too many links")
      const target = yield* Effect.mapError(fs.readLink(next), unreadable)
      if (path.isAbsolute(target)) at = root
      ahead = [...target.split(path.sep), ...ahead]
    } else {
      at = next
    }
  }
  // The way may have ended with `..`.
  info = yield* look(at)
  // What is no file is nobody's, and the caller's to refuse.
  if (info.type === "File" || info.type === "Directory") yield* check(at, info, !isAround)
  return { path: at, info }
})
