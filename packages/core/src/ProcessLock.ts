/**
 * A lock between processes: a file that only one of them can make, and that its owner touches every second. Whether the lock of
 * another one is waited for, taken over or left to it, is for a rule to say; whoever was taken for dead finds out by `isOurs`.
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { randomUUID } from "node:crypto"
import { lutimes } from "node:fs/promises"
import { hostname } from "node:os"
import * as PlainFile from "./PlainFile.ts"
import type { UntrustedFile } from "./UntrustedFile.ts"

// The id becomes a part of a path, and the file may be anybody's.
const Id = Schema.String.check(Schema.isPattern(/^[0-9a-f-]{36}$/))
const Pid = Schema.Int.check(Schema.isGreaterThan(0))
const Note = Schema.fromJsonString(Schema.Struct({ pid: Pid, host: Schema.String, id: Id }))
export type Owner = typeof Note.Type
const decode = Schema.decodeOption(Note)

/** A lock that is held, as one look at it shows it. All times in milliseconds. */
export interface Seen {
  /** None while it is being written, or if it was not written by us. */
  readonly owner: Option.Option<Owner>
  /** What is there is no file that we could have made. */
  readonly refused: UntrustedFile | undefined
  /** This process holds it. */
  readonly isOurs: boolean
  /** It belongs to a process of this machine that is no more. */
  readonly isGone: boolean
  /** A process with our number held it: we, or another thread, or the container that was there before this one. */
  readonly isNamesake: boolean
  /** Since it was touched, by the clocks of this machine and of the disk: negative, if they differ. */
  readonly silence: number
  /** Whether it was touched while it was looked at. */
  readonly wasTouched: boolean
  /** For so long it was looked at and not touched. */
  readonly unmoved: number
  /** Since it was asked for. */
  readonly waited: number
  /** How often it was taken over, and somebody else was faster then. */
  readonly takenOver: number
}

export interface Rule {
  /** Between two looks. */
  readonly poll: number
  readonly decide: (seen: Seen) => "TakeOver" | "Wait" | "GiveUp"
}

/** An owner that did not touch its lock for so long is not at work. Milliseconds. */
const longestSilence = 10_000
const mostAttempts = 3

/**
 * The lock of a process that is gone, or does nothing, is taken over; to one that is at work it is left at once. No clock decides
 * that, only whether it is touched while one looks at it.
 */
export const leftToWhoWorks: Rule = {
  poll: 1_000,
  decide: ({ isGone, isNamesake, isOurs, refused, takenOver, unmoved, wasTouched }) => {
    if (isOurs || refused !== undefined || takenOver === mostAttempts) return "GiveUp"
    if (isGone || isNamesake) return "TakeOver"
    if (wasTouched) return "GiveUp"
    return unmoved >= longestSilence ? "TakeOver" : "Wait"
  }
}

export interface Options extends Rule {
  readonly path: string
  /** @default 0o600 */
  readonly mode?: number | undefined
}

/** It is somebody else's, and the rule says to leave it to them. */
export class Busy extends Data.TaggedError("Busy")<{ readonly seen: Seen }> {}

/** Whose it is, for a message. */
export const wordsOf = (owner: Option.Option<Owner>): string | undefined =>
  Option.getOrUndefined(Option.map(owner, ({ host, pid }) => `process ${pid} on ${host}`))

export interface ProcessLock {
  /** Whether it is still ours: somebody may have taken it over while this process was stopped. */
  readonly isOurs: Effect.Effect<boolean, PlainFile.Failure>
  /** Whose it is. */
  readonly owner: Effect.Effect<Option.Option<Owner>, PlainFile.Failure>
}

const beat = "1 second"

/** The locks of this process: a container that starts again may have the number of the process that was killed. */
const ours = new Set<string>()

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It lives, but belongs to somebody else.
    return Schema.is(Schema.Struct({ code: Schema.Literal("EPERM") }))(error)
  }
}

const idOf = (owner: Option.Option<Owner>) => Option.getOrUndefined(owner)?.id

const read = (fs: FileSystem.FileSystem, path: string) =>
  PlainFile.readText(fs, path, PlainFile.noteBytes).pipe(
    Effect.map((text) => decode(text)),
    Effect.catchTag("PlatformError", () => Effect.succeed(Option.none<Owner>()))
  )

const create = (fs: FileSystem.FileSystem, { mode, path }: Options, owner: Owner) =>
  PlainFile.writeText(fs, path, JSON.stringify(owner), mode).pipe(
    Effect.as(true),
    Effect.catchTag("PlatformError", (error) =>
      error.reason._tag === "AlreadyExists" ? Effect.succeed(false) : Effect.fail(error)
    )
  )

/** What lies there: whose it is or, if that cannot be read, which file. */
const identityOf = (owner: Option.Option<Owner>, { ino, mtime }: FileSystem.File.Info) =>
  idOf(owner) ?? `${Option.getOrNull(ino)} ${Option.getOrNull(mtime)?.getTime()}`

const identify = (fs: FileSystem.FileSystem, path: string) =>
  Effect.zipWith(
    Effect.orElseSucceed(read(fs, path), () => Option.none<Owner>()),
    Effect.option(fs.lstat(path)),
    (owner, info) => Option.getOrUndefined(Option.map(info, (there) => identityOf(owner, there)))
  )

/** Of whom a claim is, is there for a moment only: if it is not gone, it is stopped. */
const claimRule: Rule = {
  poll: 5,
  decide: ({ isGone, unmoved }) => (isGone || unmoved >= longestSilence ? "TakeOver" : "Wait")
}

/**
 * Removes a lock if it is still this one. Only who holds the claim to it may do that, a lock of its own that bears the name of what is
 * removed: between a look and a removal another one could be made there, and would be removed in its place.
 */
const removeClaimed = (
  fs: FileSystem.FileSystem,
  { mode, path }: Options,
  found: { readonly owner: Option.Option<Owner>; readonly identity: string },
  me: Owner,
  rule = claimRule
): Effect.Effect<void, Busy | PlainFile.Failure> => {
  const claim = `${path}.${idOf(found.owner) ?? "unreadable"}`
  const removeIf = (file: string, identity: string) =>
    Effect.flatMap(identify(fs, file), (there) =>
      there === identity ? fs.remove(file, { recursive: true, force: true }) : Effect.void
    )
  return Effect.acquireUseRelease(
    take(fs, { ...rule, path: claim, mode }, me),
    () => removeIf(path, found.identity),
    () => Effect.ignore(removeIf(claim, me.id))
  )
}

const take = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  options: Options,
  me: Owner
): Effect.fn.Return<void, Busy | PlainFile.Failure> {
  const { decide, path, poll } = options
  const start = yield* Clock.currentTimeMillis
  let first: number | undefined
  let last: number | undefined
  let moved = start
  let takenOver = 0
  while (!(yield* create(fs, options, me))) {
    const info = yield* Effect.option(fs.lstat(path))
    // It was given back meanwhile.
    if (Option.isNone(info)) continue
    const now = yield* Clock.currentTimeMillis
    const touched = Option.match(info.value.mtime, { onNone: () => 0, onSome: (time) => time.getTime() })
    if (touched !== last) moved = now
    first ??= touched
    last = touched
    const found = yield* Effect.result(read(fs, path))
    const owner = found._tag === "Success" ? found.success : Option.none<Owner>()
    if (found._tag === "Failure" && found.failure._tag !== "UntrustedFile") return yield* found.failure
    const isHere = Option.exists(owner, ({ host }) => host === me.host)
    const isNamesake = isHere && Option.exists(owner, ({ pid }) => pid === me.pid)
    const seen: Seen = {
      owner,
      refused: found._tag === "Failure" ? found.failure : undefined,
      isOurs: Option.exists(owner, ({ id }) => ours.has(id)),
      isGone: isHere && !isNamesake && Option.exists(owner, ({ pid }) => !isAlive(pid)),
      isNamesake,
      silence: now - touched,
      wasTouched: touched !== first,
      unmoved: now - moved,
      waited: now - start,
      takenOver
    }
    switch (decide(seen)) {
      case "GiveUp":
        return yield* new Busy({ seen })
      case "TakeOver":
        yield* removeClaimed(fs, options, { owner, identity: identityOf(owner, info.value) }, me)
        takenOver++
        break
      case "Wait":
        // The one place where this can be interrupted.
        yield* Effect.interruptible(Effect.sleep(poll))
    }
  }
})

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
    const me: Owner = { pid: process.pid, host: hostname(), id: randomUUID() }
    const owner = read(fs, path)
    const isOurs = Effect.map(owner, (found) => idOf(found) === me.id)
    const forget = Effect.sync(() => ours.delete(me.id))
    // Before it is there: whoever sees it must know whose it is.
    const remember = Effect.sync(() => ours.add(me.id))
    const found = { owner: Option.some(me), identity: me.id }
    // Somebody who has the claim to it takes it over just now.
    const release = removeClaimed(fs, options, found, me, { ...claimRule, decide: () => "GiveUp" }).pipe(
      Effect.catchTag("Busy", () => Effect.void),
      // No claim can be made, as on a disk that is full: all the more it should go.
      Effect.catch(() => Effect.flatMap(isOurs, (held) => (held ? fs.remove(path) : Effect.void))),
      Effect.ignore
    )
    yield* Effect.acquireRelease(
      Effect.onError(Effect.andThen(remember, take(fs, options, me)), () => forget),
      () => Effect.andThen(release, forget)
    )
    // The one of the path itself: were there a link, what it points to would be left alone.
    const touch = Effect.ignore(Effect.tryPromise(() => lutimes(path, new Date(), new Date())))
    yield* Effect.forkScoped(Effect.repeat(touch, Schedule.spaced(beat)))
    return { isOurs, owner }
  }).pipe(Effect.provideService(Clock.Clock, Clock.Clock.defaultValue()))
