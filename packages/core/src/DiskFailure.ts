/** What a disk or a folder refuses, in the words of whoever has to mend it. */
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"

const decode = Schema.decodeUnknownOption(
  Schema.Struct({
    cause: Schema.Struct({ code: Schema.String }),
    pathOrDescriptor: Schema.optionalKey(Schema.Unknown)
  })
)

const words: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the quota of this user on the disk is used up",
  EEXIST: "somebody else has put something there meanwhile",
  EFBIG: "it would be larger than a file may be here (ulimit -f)",
  EROFS: "the disk is mounted read-only",
  EACCES: "this user may not: look at the owner and the mode of the folder",
  EPERM: "this user may not: look at the owner and the mode of the folder",
  ENOENT: "there is no such folder",
  ENOTDIR: "a folder on the way to it is a file",
  EISDIR: "it is a folder",
  EIO: "the disk has an error",
  ENAMETOOLONG: "the name is too long"
}

/** Whether there would be no failure if there were more room. */
export const isFull = ({ reason }: PlatformError): boolean =>
  Option.exists(decode(reason), ({ cause: { code } }) => code === "ENOSPC" || code === "EDQUOT")

/** What nobody but its user mends. A disk can be made free or mounted again, and may have an error in passing. */
const lasting = new Set(["EACCES", "EPERM", "EROFS", "EEXIST", "EFBIG", "ENOTDIR", "EISDIR", "ENAMETOOLONG"])

/** Whether it does not pass by itself. */
export const isLasting = ({ reason }: PlatformError): boolean =>
  Option.exists(decode(reason), ({ cause: { code } }) => lasting.has(code))

/** Such as `the disk is mounted read-only (EROFS, /data/users)`. */
export const reasonOf = (error: PlatformError): string =>
  Option.match(decode(error.reason), {
    onNone: () => error.message,
    onSome: ({ cause: { code }, pathOrDescriptor: path }) => {
      const where = typeof path === "string" ? `${code}, ${path}` : code
      const what = words[code]
      return what === undefined ? where : `${what} (${where})`
    }
  })
