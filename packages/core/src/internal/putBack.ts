/** Gives a path back what was moved away from it in the belief that it was something else. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"

/** What somebody else has put there meanwhile stays. It may be that the path and `moved` are both there then. */
export const putBack = (fs: FileSystem.FileSystem, moved: string, path: string): Effect.Effect<void, PlatformError> =>
  Effect.catch(fs.link(moved, path), ({ reason }) =>
    // Or there are no hard links here.
    reason._tag === "AlreadyExists" ? Effect.void : fs.rename(moved, path)
  )
