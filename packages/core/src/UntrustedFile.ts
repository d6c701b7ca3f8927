/** The error of a file or a folder that somebody else could steer, or that is not what it should be. */
import * as Schema from "effect/Schema"

/**
 * A file or a folder is not used, since somebody else could steer it, or it is not what it should be. `message` says
 * how to mend it.
 */
export class UntrustedFile extends Schema.TaggedError<UntrustedFile>("@effect-genesys/core/UntrustedFile")(
  "UntrustedFile",
  {
    /** The file that was asked for. */
    file: Schema.String,
    /**
     * `Missing`: there is none. `Refused`: nobody should use it as it is. `TooLarge`: it is refused for its size alone.
     * `Unreadable`: the system does not give it.
     */
    reason: Schema.Literals(["Missing", "Refused", "TooLarge", "Unreadable"]),
    /** Completes "the file FILE, which …", and says how to mend it where that is a line for a shell. */
    what: Schema.String
  }
) {
  override get message(): string {
    return `${this.file} ${this.what}`
  }
}
