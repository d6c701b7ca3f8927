/** What the file system said, in the words of our errors. */
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { UntrustedFile } from "../UntrustedFile.ts"

export const explain =
  (file: string) =>
  ({ reason }: PlatformError): UntrustedFile => {
    if (reason._tag === "NotFound") return new UntrustedFile({ file, reason: "Missing", what: "does not exist" })
    const why = reason._tag === "PermissionDenied" ? "this process may not read" : `could not be read (${reason._tag})`
    return new UntrustedFile({ file, reason: "Unreadable", what: why })
  }

const hasCode = (...codes: ReadonlyArray<string>) => {
  const is = Schema.is(Schema.Struct({ cause: Schema.Struct({ code: Schema.Literals(codes) }) }))
  return ({ reason }: PlatformError): boolean => is(reason)
}

export const isReadOnly = hasCode("EROFS")

/** There are file systems without hard links, and limits on them. */
export const hasNoLinks = hasCode("EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV", "EINVAL")
