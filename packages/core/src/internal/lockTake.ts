/** How a lock is made where there is none, and how one that the rule does not leave to its owner is removed before that. */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type * as PlainFile from "../PlainFile.ts"
import type { UntrustedFile } from "../UntrustedFile.ts"
import * as Note from "./lockNote.ts"

/** A lock that is held, as one look at it shows it. All times in milliseconds. */
export interface Seen {
  /** None while it is being written, or if it was not written by us. */
  readonly owner: Option.Option<Note.Owner>
  /** What is there is no file that we could have made. */
  readonly refused: UntrustedFile | undefined
  /** This process holds it. */
  readonly isOurs: boolean
  /** It belongs to a process that this one would see, and that is no more. */
  readonly isGone: boolean
  /** Its owner has our number and host: the container that was there before this one, one beside it, or another thread. */
  readonly isNamesake: boolean
  /** Since it was touched, by the clocks of this machine and of the disk: negative, if they differ. */
  readonly silence: number
  /** Whether it was touched while it was looked at. */
  readonly wasTouched: boolean
  /** For so long it was looked at and not touched. While this process or its machine was stopped, it did not look. */
  readonly unmoved: number
  /** Since it was asked for. */
  readonly waited: number
  /** How often it was taken over, and somebody else was faster then. */
  readonly takenOver: number
}

/** What is done about a lock that another process has. */
export interface Rule {
  /** Between two looks. */
  readonly poll: number
  readonly decide: (seen: Seen) => "TakeOver" | "Wait" | "GiveUp"
}

/** The lock, and what is done about one that another process has. */
export interface Options extends Rule {
  readonly path: string
  /** @default 0o600 */
  readonly mode?: number | undefined
}

/** It is somebody else's, and the rule says to leave it to them. */
export class Busy extends Data.TaggedError("Busy")<{ readonly seen: Seen }> {}

/** An owner that did not touch its lock for so long is not at work. Milliseconds, as what follows. */
export const longestSilence = 10_000
/** Who made a claim so long ago removes nothing any more: well before others may take it for dead. */
const longestClaim = 5_000
/** Others who have the claim are not waited for longer. */
const longestWait = 30_000
/** A look may take so long itself. */
const slowLook = 100

/** The locks of this process: a container that starts again may have the number of the process that was killed. */
export const ours = new Set<string>()

/** Since now, by the clock that ran further: one stands still while the machine is suspended, and the other may be set. */
const stopwatch = Effect.map(Effect.service(Clock.Clock), (clock) => {
  const wall = clock.currentTimeMillisUnsafe()
  const steady = clock.monotonicTimeNanosUnsafe()
  return () =>
    Math.max(clock.currentTimeMillisUnsafe() - wall, Number(clock.monotonicTimeNanosUnsafe() - steady) / 1_000_000)
})

/** Of whom a claim is, is there for a moment only: if it is not gone, it is stopped. What is no claim is not ours to remove. */
const claimRule: Rule = {
  poll: 5,
  decide: ({ isGone, refused, unmoved, waited }) => {
    if (refused !== undefined || waited > longestWait) return "GiveUp"
    return isGone || unmoved >= longestSilence ? "TakeOver" : "Wait"
  }
}

/**
 * Removes a lock if it is still this one. Only who holds the claim to it may do that, a lock of its own that bears the name of what is
 * removed: between a look and a removal another one could be made there, and would be removed in its place. A claim is not touched, so
 * who was stopped meanwhile may have lost it.
 */
export const removeClaimed = (
  fs: FileSystem.FileSystem,
  { mode, path }: Options,
  found: { readonly owner: Option.Option<Note.Owner>; readonly identity: string },
  me: Note.Owner,
  decide = claimRule.decide
): Effect.Effect<void, Busy | PlainFile.Failure> => {
  const claim = `${path}.${Note.idOf(found.owner) ?? "unreadable"}`
  const removeWhileClaimed = (file: string, age: () => number) =>
    Effect.flatMap(Note.isOf(fs, claim, me.id), (held) =>
      held && age() < longestClaim ? fs.remove(file, { recursive: true, force: true }) : Effect.void
    )
  return Effect.acquireUseRelease(
    take(fs, { poll: claimRule.poll, decide, path: claim, mode }, me),
    (age) =>
      Effect.flatMap(Note.identify(fs, path), (there) =>
        there === found.identity ? removeWhileClaimed(path, age) : Effect.void
      ),
    (age) => Effect.ignore(removeWhileClaimed(claim, age))
  )
}

/** Makes it, and says how long ago: no longer than that was the time in which nobody could take it for an old one. */
export const take = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  options: Options,
  me: Note.Owner
): Effect.fn.Return<() => number, Busy | PlainFile.Failure> {
  const { decide, mode, path, poll } = options
  const start = yield* Clock.currentTimeMillis
  let first: number | undefined
  let last: number | undefined
  let looked = start
  let unmoved = 0
  let takenOver = 0
  while (true) {
    const age = yield* stopwatch
    if (yield* Note.create(fs, path, mode, me)) return age
    const info = yield* Note.look(fs, path)
    if (info === undefined) continue
    const now = yield* Clock.currentTimeMillis
    const touched = Option.match(info.mtime, { onNone: () => 0, onSome: (time) => time.getTime() })
    const since = Math.min(Math.max(0, now - looked), Math.max(2 * poll, slowLook))
    unmoved = touched === last ? unmoved + since : 0
    looked = now
    first ??= touched
    last = touched
    const { owner, refused } = yield* Note.find(fs, path)
    // What is replaced while it is opened is refused too, but not for what it is.
    const isRefused = refused !== undefined && Note.isUnchanged(info, yield* Note.look(fs, path))
    const seen: Seen = {
      owner,
      refused: isRefused ? refused : undefined,
      isOurs: Option.exists(owner, ({ id }) => ours.has(id)),
      isGone: Option.exists(owner, (found) => Note.isGone(found, me)),
      isNamesake: Option.exists(owner, (found) => Note.isNamesake(found, me)),
      silence: now - touched,
      wasTouched: touched !== first,
      unmoved,
      waited: now - start,
      takenOver
    }
    switch (decide(seen)) {
      case "GiveUp":
        return yield* new Busy({ seen })
      case "TakeOver":
        yield* removeClaimed(fs, options, { owner, identity: Note.identityOf(owner, info) }, me)
        takenOver++
        break
      case "Wait":
        // The one place where this can be interrupted.
        yield* Effect.interruptible(Effect.sleep(poll))
    }
  }
})
