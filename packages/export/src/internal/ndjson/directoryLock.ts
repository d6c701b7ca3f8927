/**
 * One exporter for a directory. The lock of a process that is gone is taken over. No clock decides that, only whether it is touched
 * while one looks at it.
 */
import type * as PlainFile from "@effect-genesys/core/PlainFile"
import * as ProcessLock from "@effect-genesys/core/ProcessLock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { type Access, modes } from "../../Access.ts"
import { LockedError } from "../../ExportError.ts"

/** An owner that did not touch its lock for so long is not at work. Milliseconds. */
const longestSilence = 10_000
const mostAttempts = 3

const rule: ProcessLock.Rule = {
  poll: 1_000,
  decide: ({ isGone, isNamesake, isOurs, refused, takenOver, unmoved, wasTouched }) => {
    if (isOurs || refused !== undefined || takenOver === mostAttempts) return "GiveUp"
    if (isGone || isNamesake) return "TakeOver"
    if (wasTouched) return "GiveUp"
    return unmoved >= longestSilence ? "TakeOver" : "Wait"
  }
}

const locked = (directory: string, owner: Option.Option<ProcessLock.Owner>) =>
  new LockedError({
    sink: directory,
    message: `Another exporter${Option.match(owner, { onNone: () => "", onSome: ({ host, pid }) => ` (process ${pid} on ${host})` })} is at work on ${directory}. Stop it, or give this one another directory.`
  })

export interface DirectoryLock {
  /** Fails if somebody else has taken the lock over, which happens when this process was stopped for long. */
  readonly check: Effect.Effect<void, LockedError | PlainFile.Failure>
}

export const acquire = (
  fs: FileSystem.FileSystem,
  directory: string,
  access: Access
): Effect.Effect<DirectoryLock, LockedError | PlainFile.Failure, Scope.Scope> =>
  ProcessLock.acquire(fs, { ...rule, path: `${directory}/exporter.lock`, mode: modes[access].file }).pipe(
    Effect.map(({ isOurs, owner }) => ({
      check: Effect.flatMap(isOurs, (held) =>
        held ? Effect.void : Effect.flatMap(owner, (found) => Effect.fail(locked(directory, found)))
      )
    })),
    Effect.catchTag("Busy", ({ seen: { owner, refused } }) => Effect.fail(refused ?? locked(directory, owner)))
  )
