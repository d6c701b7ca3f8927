/** One exporter for a directory. */
import type * as PlainFile from "@effect-genesys/core/PlainFile"
import * as ProcessLock from "@effect-genesys/core/ProcessLock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { type Access, modes } from "../../Access.ts"
import { LockedError } from "../../ExportError.ts"

const locked = (directory: string, owner: Option.Option<ProcessLock.Owner>) => {
  const who = ProcessLock.wordsOf(owner)
  return new LockedError({
    sink: directory,
    message: `Another exporter${who === undefined ? "" : ` (${who})`} is at work on ${directory}. Stop it, or give this one another directory.`
  })
}

export interface DirectoryLock {
  /** Fails if somebody else has taken the lock over, which happens when this process was stopped for long. */
  readonly check: Effect.Effect<void, LockedError | PlainFile.Failure>
}

export const acquire = (
  fs: FileSystem.FileSystem,
  directory: string,
  access: Access
): Effect.Effect<DirectoryLock, LockedError | PlainFile.Failure, Scope.Scope> =>
  ProcessLock.acquire(fs, {
    ...ProcessLock.leftToWhoWorks,
    path: `${directory}/exporter.lock`,
    mode: modes[access].file
  }).pipe(
    Effect.map(({ isOurs, owner }) => ({
      check: Effect.flatMap(isOurs, (held) =>
        held ? Effect.void : Effect.flatMap(owner, (found) => Effect.fail(locked(directory, found)))
      )
    })),
    Effect.catchTag("Busy", ({ seen: { owner, refused } }) => Effect.fail(refused ?? locked(directory, owner)))
  )
