/** Who else than this user could change a file: what ssh asks before it believes one. */
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { readFileSync } from "node:fs"

/** Windows has other rights, which no mode tells. */
export const hasOwners = process.platform !== "win32"

const me = () => process.geteuid?.()

/** The superuser can change everything anyway. */
export const isOurs = ({ uid }: FileSystem.File.Info): boolean => {
  const owner = Option.getOrElse(uid, () => -1)
  return !hasOwners || owner === 0 || owner === me()
}

export const isMine = ({ uid }: FileSystem.File.Info): boolean => !hasOwners || Option.contains(uid, me() ?? -1)

export const ownerOf = ({ uid }: FileSystem.File.Info): string =>
  Option.match(uid, {
    onNone: () => "another user",
    onSome: (id) => `another user (${id === 0 ? "root" : `uid ${id}`})`
  })

/** Whether two looks were at the same thing. */
export const isSame = (one: FileSystem.File.Info, other: FileSystem.File.Info): boolean =>
  one.dev === other.dev && Option.getOrUndefined(one.ino) === Option.getOrUndefined(other.ino)

const othersWrite = 0o002
const groupWrites = 0o020
const sticky = 0o1000

const lines = (file: string): ReadonlyArray<ReadonlyArray<string>> => {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.split(":"))
  } catch {
    return []
  }
}

/** Whether a group has this user as its only member, as many systems give one to each user. Only what is certain counts. */
const isPrivateGroup = (gid: number): boolean => {
  if (gid !== process.getegid?.()) return false
  const group = lines("/etc/group").find((fields) => fields[2] === String(gid))
  const users = lines("/etc/passwd")
  const name = users.find((fields) => fields[2] === String(me()))?.[0]
  if (group === undefined || name === undefined) return false
  const members = (group[3] ?? "").split(",").filter((member) => member !== "")
  return (
    members.every((member) => member === name) &&
    users.every((fields) => fields[3] !== String(gid) || fields[2] === String(me()))
  )
}

/** Whether its mode lets another user write to it. */
export const isOpen = ({ gid, mode }: FileSystem.File.Info): boolean =>
  (mode & othersWrite) !== 0 ||
  ((mode & groupWrites) !== 0 && Option.match(gid, { onNone: () => true, onSome: (group) => !isPrivateGroup(group) }))

/** In such a folder, each user can move only what is theirs. */
export const isSticky = ({ mode }: FileSystem.File.Info): boolean => (mode & sticky) !== 0
