/**
 * One exporter for a directory: a file that only one process can make, and that its owner touches every second. The lock of a
 * process that is gone is taken over. No clock decides that, only whether the file is touched while one looks at it.
 */
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { lutimes } from "node:fs/promises"
import { hostname } from "node:os"
import { type Access, modes } from "../../Access.ts"
import { LockedError } from "../../ExportError.ts"

// The id becomes a part of a path, and the file may be anybody's.
const Id = Schema.String.check(Schema.isPattern(/^[0-9a-f-]{36}$/))
const Pid = Schema.Int.check(Schema.isGreaterThan(0))
const Owner = Schema.fromJsonString(Schema.Struct({ pid: Pid, host: Schema.String, id: Id }))
type Owner = typeof Owner.Type
const decode = Schema.decodeOption(Owner)

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

const beat = "1 second"
/** An owner that did not touch its lock for so long is not at work. */
const patienceBeats = 10

const locked = (directory: string, owner: Option.Option<Owner>) =>
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
): Effect.Effect<DirectoryLock, LockedError | PlainFile.Failure, Scope.Scope> => {
  const path = `${directory}/exporter.lock`
  const readAt = (file: string) =>
    PlainFile.readText(fs, file, PlainFile.noteBytes).pipe(
      Effect.map((text) => decode(text)),
      Effect.catchTag("PlatformError", () => Effect.succeed(Option.none<Owner>()))
    )
  const read = readAt(path)
  const touched = Effect.map(
    Effect.option(fs.lstat(path)),
    Option.flatMap(({ mtime }) => mtime)
  )
  const me = Effect.sync((): Owner => ({ pid: process.pid, host: hostname(), id: crypto.randomUUID() }))

  const create = (owner: Owner) =>
    PlainFile.writeText(fs, path, JSON.stringify(owner), modes[access].file).pipe(
      Effect.as(true),
      Effect.catchTag("PlatformError", (error) =>
        error.reason._tag === "AlreadyExists" ? Effect.succeed(false) : Effect.fail(error)
      )
    )

  /** Looks on until it is touched. */
  const isTouched = Effect.gen(function* () {
    const before = String(Option.getOrUndefined(yield* touched))
    for (let beats = 0; beats < patienceBeats; beats++) {
      yield* Effect.sleep(beat)
      const now = yield* touched
      if (Option.isSome(now) && String(now.value) !== before) return true
    }
    return false
  })

  const isDead = (owner: Option.Option<Owner>): boolean =>
    Option.exists(owner, ({ host, id, pid }) => {
      if (host !== hostname()) return false
      return pid === process.pid ? !ours.has(id) : !isAlive(pid)
    })

  const take = Effect.fnUntraced(function* (owner: Owner) {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (yield* create(owner)) return
      const found = yield* read
      if (Option.exists(found, ({ id }) => ours.has(id))) return yield* locked(directory, found)
      if (!isDead(found) && (yield* isTouched)) return yield* locked(directory, yield* read)
      // Moved away under its own name, so that of two who do this only one moves it.
      const aside = `${path}.${Option.match(found, { onNone: () => "unreadable", onSome: ({ id }) => id })}`
      yield* Effect.ignore(fs.rename(path, aside))
      const moved = yield* readAt(aside)
      // Somebody was faster, and it was the new lock that was moved.
      if (Option.isSome(moved) && Option.getOrUndefined(found)?.id !== moved.value.id)
        yield* Effect.ignore(fs.link(aside, path))
      yield* fs.remove(aside, { force: true })
    }
    return yield* locked(directory, yield* read)
  })

  const holds = (owner: Owner) => Effect.map(read, (found) => Option.exists(found, ({ id }) => id === owner.id))
  // The one of the path itself: were there a link, what it points to would be left alone.
  const touch = Effect.ignore(Effect.tryPromise(() => lutimes(path, new Date(), new Date())))

  return Effect.gen(function* () {
    const owner = yield* me
    yield* Effect.acquireRelease(
      Effect.tap(take(owner), () => Effect.sync(() => ours.add(owner.id))),
      () =>
        Effect.andThen(
          Effect.sync(() => ours.delete(owner.id)),
          Effect.ignore(Effect.flatMap(holds(owner), (held) => (held ? fs.remove(path) : Effect.void)))
        ),
      { interruptible: true }
    )
    yield* Effect.forkScoped(Effect.repeat(touch, Schedule.spaced(beat)))
    return {
      check: Effect.flatMap(holds(owner), (held) =>
        held ? Effect.void : Effect.flatMap(read, (found) => Effect.fail(locked(directory, found)))
      )
    }
  }).pipe(
    // Processes live in real time, whatever clock the export goes by.
    Effect.provideService(Clock.Clock, Clock.Clock.defaultValue())
  )
}
