/**
 * A lock between processes: a file that only one of them can make, and that its owner touches every second. Whether the lock of
 * another one is waited for, taken over or left to it, is for a rule to say; whoever was taken for dead finds out by `isOurs`.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import { lutimes } from "node:fs/promises"
import { here, idOf, me as newOwner, type Owner, read } from "./internal/lockNote.ts"
import {
  Busy,
  longestSilence,
  type Options,
  ours,
  removeClaimed,
  type Rule,
  type Seen,
  take
} from "./internal/lockTake.ts"
import type * as PlainFile from "./PlainFile.ts"

export { Busy, here, type Options, type Owner, type Rule, type Seen }

const beat = 1_000
/** A live owner touches its lock in this time, even one that is slow. */
const someBeats = 3 * beat
const mostAttempts = 3

/**
 * The lock of a process that is gone, or does nothing, is taken over; to one that is at work it is left at once. No clock decides
 * that, only whether it is touched while one looks at it. A namesake is most likely what was killed before this process was started in
 * its place, and is not looked at for as long as others.
 */
export const leftToWhoWorks: Rule = {
  poll: beat,
  decide: ({ isGone, isNamesake, isOurs, refused, takenOver, unmoved, wasTouched }) => {
    if (isOurs || refused !== undefined || takenOver === mostAttempts) return "GiveUp"
    if (isGone) return "TakeOver"
    if (wasTouched) return "GiveUp"
    return unmoved >= (isNamesake ? someBeats : longestSilence) ? "TakeOver" : "Wait"
  }
}

/** Whose it is, for a message. */
export const wordsOf = (owner: Option.Option<Owner>): string | undefined =>
  Option.getOrUndefined(Option.map(owner, ({ host, pid }) => `process ${pid} on ${host}`))

/** A lock that this process has taken. */
export interface ProcessLock {
  /** Whether it is still ours: somebody may have taken it over while this process was stopped. */
  readonly isOurs: Effect.Effect<boolean, PlainFile.Failure>
  /** Whose it is. */
  readonly owner: Effect.Effect<Option.Option<Owner>, PlainFile.Failure>
}

/** Touches it as long as it is ours: what others have made there must not look as if its owner were at work. */
const keepTouched = (path: string, isOurs: ProcessLock["isOurs"]) => {
  // The one of the path itself: were there a link, what it points to would be left alone.
  const touch = Effect.ignore(Effect.tryPromise(() => lutimes(path, new Date(), new Date())))
  return isOurs.pipe(
    Effect.tap((held) => (held ? touch : Effect.void)),
    Effect.catchTag("UntrustedFile", () => Effect.succeed(false)),
    // A disk that does not answer may do so at the next beat.
    Effect.orElseSucceed(() => true),
    Effect.repeat({ schedule: Schedule.spaced(beat), while: (held) => held })
  )
}

/**
 * Takes it until the scope is closed. Fails with `Busy` if the rule gives up, and otherwise if its file cannot be made. It lives in
 * real time, as processes do, whatever clock they go by.
 */
export const acquire = (
  fs: FileSystem.FileSystem,
  options: Options
): Effect.Effect<ProcessLock, Busy | PlainFile.Failure, Scope.Scope> =>
  Effect.gen(function* () {
    const { path } = options
    const me = newOwner()
    const owner = read(fs, path)
    const isOurs = Effect.map(owner, (found) => idOf(found) === me.id)
    const forget = Effect.sync(() => ours.delete(me.id))
    // Before it is there: whoever sees it must know whose it is.
    const remember = Effect.sync(() => ours.add(me.id))
    const found = { owner: Option.some(me), identity: me.id }
    const release = removeClaimed(fs, options, found, me, () => "GiveUp").pipe(
      // Somebody who has the claim to it takes it over just now.
      Effect.catchTag("Busy", ({ seen: { refused } }) => (refused === undefined ? Effect.void : Effect.fail(refused))),
      // No claim can be made, as on a disk that is full: all the more it should go.
      Effect.catch(() => Effect.flatMap(isOurs, (held) => (held ? fs.remove(path) : Effect.void))),
      Effect.ignore
    )
    yield* Effect.acquireRelease(
      Effect.onError(Effect.andThen(remember, take(fs, options, me)), () => forget),
      () => Effect.andThen(release, forget)
    )
    yield* Effect.forkScoped(keepTouched(path, isOurs))
    return { isOurs, owner }
  }).pipe(Effect.provideService(Clock.Clock, Clock.Clock.defaultValue()))
