/** What the file system said, in the words of our errors. */
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { reasonOf } from "../DiskFailure.ts"
import { UntrustedFile } from "../UntrustedFile.ts"

export const explain =
  (file: string) =>
  (error: PlatformError): UntrustedFile => {
    const { reason } = error
    if (reason._tag === "NotFound") return new UntrustedFile({ file, reason: "Missing", what: "does not exist" })
    const why =
      reason._tag === "PermissionDenied" ? "cannot be read by this process" : `could not be read: ${reasonOf(error)}`
    return new UntrustedFile({ file, reason: "Unreadable", what: why })
  }

const hasReadOnlyCode = Schema.is(Schema.Struct({ cause: Schema.Struct({ code: Schema.Literal("EROFS") }) }))

export const isReadOnly = ({ reason }: PlatformError): boolean => hasReadOnlyCode(reason)
