/**
 * Who else may read what an export writes. Nobody else may ever write it. A mode is given when a thing is made, and never to what
 * was there before.
 */
import * as Schema from "effect/Schema"

/** `owner`: nobody else. `group`: the group of the files too. `everyone`: whoever can get there. */
export const Access = Schema.Literals(["owner", "group", "everyone"])
export type Access = typeof Access.Type

/** 0600 and 0700 are what a umask can only take from; the others are set, whatever the umask says. */
export const modes = {
  owner: { file: 0o600, directory: 0o700 },
  group: { file: 0o640, directory: 0o750 },
  everyone: { file: 0o644, directory: 0o755 }
} as const satisfies Record<Access, { readonly file: number; readonly directory: number }>
