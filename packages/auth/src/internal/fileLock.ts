/**
 * A lock between processes, as a file that only one of them can create. A lock whose owner is gone, or that is older than
 * any use of it can be, is taken over.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"

/** How long somebody may hold the lock: an exchange takes at most 10 s, and a little is left for slow disks. */
const longestUse = Duration.toMillis("30 seconds")
/** How long somebody waits for it: longer than the one exchange that may run under it. */
const longestWait = Duration.toMillis("15 seconds")
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

/** Gives it back, if it is still ours: it may have been taken over while this process was stopped. */
export const release = ({ fs, id, path }: FileLockOptions): Effect.Effect<void> =>
  fs.readFileString(path).pipe(
    Effect.flatMap((text) =>
      Option.exists(decodeOwner(text), (owner) => owner.id === id) ? fs.remove(path) : Effect.void
    ),
    Effect.ignore
  )

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
      if (yield* isStale(guard)) yield* Effect.ignore(options.fs.remove(guard.path))
      return
    }
    yield* Effect.ensuring(
      Effect.flatMap(isStale(options), (still) =>
        still ? Effect.ignore(options.fs.remove(options.path)) : Effect.void
      ),
      release(guard)
    )
  })

const isStale = ({ fs, host, isAlive, path }: FileLockOptions): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const text = yield* Effect.option(fs.readFileString(path))
    if (Option.isNone(text)) return false
    const owner = decodeOwner(text.value)
    if (Option.isSome(owner)) {
      const { at, host: where, pid } = owner.value
      return (where === host && !isAlive(pid)) || now - at > longestUse || at - now > longestUse
    }
    // Empty while it is being written; if it stays so, its writer died or the disk was full.
    const info = yield* Effect.option(fs.stat(path))
    return Option.exists(
      Option.flatMap(info, ({ mtime }) => mtime),
      (mtime) => now - mtime.getTime() > 2_000
    )
  })
