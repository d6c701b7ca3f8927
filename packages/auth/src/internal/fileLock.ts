/**
 * A lock between processes, as a file that only one of them can create. A lock whose owner is gone, or that is older than
 * any use of it can be, is taken over.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"

/** Whoever holds the lock touches its file this often; so its age says whether its owner is at work. */
const beatMillis = 3_000
/** A lock that was not touched for so long is nobody's: its owner is dead or stopped. */
const longestSilence = 10_000
/** How long somebody waits for it: longer than a dead one lasts, and than an exchange takes. */
const longestWait = 15_000
/** How long the writing of a lock may take. */
const lockIsWritten = 2_000
const pollMillis = 25

const Owner = Schema.fromJsonString(
  Schema.Struct({ pid: Schema.Int, host: Schema.String, at: Schema.Finite, id: Schema.String })
)
const decodeOwner = Schema.decodeOption(Owner)

export interface FileLockOptions {
  readonly fs: FileSystem.FileSystem
  readonly path: string
  /** Names this machine: a process id means nothing on another one. */
  readonly host: string
  readonly pid: number
  readonly isAlive: (pid: number) => boolean
  /** Unique for each use of the lock. */
  readonly id: string
}

/**
 * Takes the lock, waiting while it is held. False if it was held for longer than it should be: whoever waits for a token
 * has less patience than that. Fails if its file cannot be made.
 */
export const acquire = (options: FileLockOptions): Effect.Effect<boolean, PlatformError> =>
  Effect.gen(function* () {
    const start = yield* Clock.currentTimeMillis
    while (!(yield* create(options))) {
      yield* breakStale(options)
      if ((yield* Clock.currentTimeMillis) - start > longestWait) return false
      // The one place where a wait for the lock can be interrupted.
      yield* Effect.interruptible(Effect.sleep(pollMillis))
    }
    return true
  })

/** Keeps the lock ours for as long as it runs. */
export const keep = ({ fs, path }: FileLockOptions): Effect.Effect<never> =>
  Effect.forever(
    Effect.andThen(
      Effect.sleep(beatMillis),
      Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.ignore(fs.utimes(path, new Date(now), new Date(now))))
    )
  )

/** Whether it is still ours: it may have been taken over while this process was stopped. */
export const isOurs = ({ fs, id, path }: FileLockOptions): Effect.Effect<boolean> =>
  fs.readFileString(path).pipe(
    Effect.map((text) => Option.exists(decodeOwner(text), (owner) => owner.id === id)),
    Effect.orElseSucceed(() => false)
  )

/** Gives it back, if it is still ours. */
export const release = (options: FileLockOptions): Effect.Effect<void> =>
  Effect.flatMap(isOurs(options), (ours) => (ours ? Effect.ignore(options.fs.remove(options.path)) : Effect.void))

const create = ({ fs, host, id, path, pid }: FileLockOptions): Effect.Effect<boolean, PlatformError> =>
  Clock.currentTimeMillis.pipe(
    Effect.flatMap((at) =>
      fs.writeFileString(path, JSON.stringify({ pid, host, at, id }), { flag: "wx", mode: 0o600 })
    ),
    Effect.as(true),
    Effect.catch((error) => (error.reason._tag === "AlreadyExists" ? Effect.succeed(false) : Effect.fail(error)))
  )

/** Two processes that both see a dead lock must not both remove it: the second would remove the first one's new lock. */
const breakStale = (options: FileLockOptions): Effect.Effect<void, PlatformError> =>
  Effect.gen(function* () {
    if (!(yield* isStale(options))) return
    const guard = { ...options, path: `${options.path}.takeover` }
    if (!(yield* create(guard))) {
      // Whoever made the guard holds it for a moment only, so an old one is left from a crash.
      if (yield* isStale(guard)) yield* Effect.ignore(options.fs.remove(guard.path, { recursive: true }))
      return
    }
    yield* Effect.ensuring(
      Effect.flatMap(isStale(options), (still) =>
        still ? Effect.ignore(options.fs.remove(options.path, { recursive: true })) : Effect.void
      ),
      release(guard)
    )
  })

const isStale = ({ fs, host, isAlive, path }: FileLockOptions): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const info = yield* Effect.option(fs.lstat(path))
    // It was given back meanwhile.
    if (Option.isNone(info)) return false
    const silence =
      now -
      Option.getOrElse(
        Option.map(info.value.mtime, (mtime) => mtime.getTime()),
        () => 0
      )
    if (Math.abs(silence) > longestSilence) return true
    if (info.value.type !== "File") return silence > lockIsWritten
    const owner = Option.flatMap(yield* Effect.option(fs.readFileString(path)), (text) => decodeOwner(text))
    // Empty while it is being written; if it stays so, its writer died or the disk was full.
    if (Option.isNone(owner)) return silence > lockIsWritten
    return owner.value.host === host && !isAlive(owner.value.pid)
  })
