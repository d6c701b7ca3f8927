/**
 * A directory that holds a copy in files: locked, with a checkpoint, and with a place for what is not whole yet. How the rows of a
 * partition lie in files is said by its `Form`; what they are merged with, and when they are committed, is said here.
 */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Ref from "effect/Ref"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { type Access, modes } from "../../Access.ts"
import type { Entry } from "../../Checkpoint.ts"
import type { CheckpointError, LockedError, SinkError } from "../../ExportError.ts"
import * as Kinds from "../../Kinds.ts"
import { hasDeletions, type Layout } from "../../Layout.ts"
import { isMoment } from "../../Moment.ts"
import * as Partition from "../../Partition.ts"
import { type Old, Sink, type Write } from "../../Sink.ts"
import * as Readiness from "../readiness.ts"
import * as CheckpointFile from "./checkpointFile.ts"
import * as DirectoryLock from "./directoryLock.ts"
import * as Foreign from "./foreign.ts"
import * as LineFormat from "./line.ts"
import type * as LineFile from "./lineFile.ts"
import { merge } from "./merge.ts"
import { sinkErrorOf } from "./sinkError.ts"
import * as Removal from "./removal.ts"
import * as SortedRuns from "./sortedRuns.ts"

export interface Options {
  readonly directory: string
  readonly access?: Access | undefined
}

export type Failure = LineFile.Failure | LockedError | SinkError

type Lines = Stream.Stream<LineFormat.Line, LineFile.Failure>

/** What a form is made with. */
export interface Opened {
  readonly fs: FileSystem.FileSystem
  readonly path: Path.Path
  /** Its real path. */
  readonly directory: string
  readonly work: string
  readonly access: Access
  /** Makes a folder, if it is not there. */
  readonly ensure: (folder: string) => Effect.Effect<void, Failure>
  /** Fails if somebody else has taken the lock over. */
  readonly check: Effect.Effect<void, Failure>
  readonly save: (checkpoint: string) => Effect.Effect<void, Failure>
}

/** The rows of a partition on their way to the disk. */
export interface Unit {
  readonly partition: Partition.Partition
  readonly format: LineFormat.Format
  /** A folder of its own, gone at the end. */
  readonly place: string
  /** All rows that are there then, in order. To be run once. */
  readonly merged: (before: ReadonlyArray<Lines>) => Lines
  /** Nothing has come, and nothing is missed. */
  readonly isEmpty: boolean
  /** More of it comes soon (`Write.more`). */
  readonly more: boolean
}

/** Puts what is whole in its place, and saves the checkpoint. */
export type Commit = (checkpoint: string) => Effect.Effect<void, Failure>

export interface Form {
  readonly files: Foreign.Form
  /** The folders of a kind. */
  readonly folders: (kind: Layout) => ReadonlyArray<string>
  /** Of files that have more than lines: what is another one for another layout. Those of a layout of before are made anew. */
  readonly layoutOf?: ((kind: Layout) => string) | undefined
  /** Ends a commit that was cut off. */
  readonly recover: Effect.Effect<void, Failure>
  /** Makes the files of a partition beside those that are there. */
  readonly put: (unit: Unit) => Effect.Effect<Commit, Failure>
}

const shut = (directory: string, access: Access) =>
  OwnDirectory.ensure(directory, { shared: true, mode: modes[access].directory })

/** Its real path. A link in its place is refused: whoever has put it there would choose what is written to, and removed. */
const realPath = Effect.fnUntraced(function* (given: string, access: Access) {
  const fs = yield* FileSystem.FileSystem
  yield* shut(given, access)
  return yield* fs.realPath(given)
})

const opened = Effect.fnUntraced(function* ({ access = "owner", directory: given }: Options) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const named = path.resolve(given)
  const directory = yield* Effect.mapError(realPath(named, access), sinkErrorOf(named))
  const work = path.join(directory, ".work")
  const ensure = (folder: string) => Effect.provideContext(shut(folder, access), context)
  const inSink = sinkErrorOf(directory)
  const lock = yield* Effect.mapError(DirectoryLock.acquire(fs, directory, access), inSink)
  const save = (text: string) => CheckpointFile.save(fs, { directory, work, access }, text)
  const numbers = yield* Ref.make(0)
  /** A folder for one unit, gone at the end. */
  const placed = <A, E, R>(use: (place: string) => Effect.Effect<A, E, R>): Effect.Effect<A, E | Failure, R> =>
    Effect.gen(function* () {
      const place = path.join(work, String(yield* Ref.updateAndGet(numbers, (number) => number + 1)))
      yield* ensure(place)
      return yield* Effect.ensuring(use(place), Effect.ignore(fs.remove(place, { recursive: true, force: true })))
    })

  return { fs, path, directory, work, access, ensure, inSink, check: lock.check, save, placed }
})

/** An error of the source on its way through the sink, so that it is not taken for one of the disk. */
class SourceFailure<E> {
  readonly error: E
  constructor(error: E) {
    this.error = error
  }
}

interface Growing extends Pick<Form, "layoutOf" | "put"> {
  readonly load: Effect.Effect<CheckpointFile.Noted, Failure | CheckpointError>
  readonly placed: <A, E>(use: (place: string) => Effect.Effect<A, E>) => Effect.Effect<A, E | Failure>
  readonly committed: (
    partition: Partition.Partition,
    entry: Effect.Effect<Entry>,
    commit: Commit
  ) => Effect.Effect<void, Failure | CheckpointError>
}

const onlyBefore = (before: ReadonlyArray<Lines>) => merge(before, [])

/** Makes the files of a kind anew that are of another layout, each from what is in it. */
const growing = ({ committed, layoutOf, load, placed, put }: Growing) =>
  Effect.fnUntraced(function* (kind: Layout) {
    if (layoutOf === undefined) return
    const { layouts, partitions } = yield* load
    const old = Object.entries(partitions).flatMap(([name, entry]) => {
      const partition = layouts[name] === layoutOf(kind) ? undefined : Partition.ofName(kind, name)
      return partition === undefined ? [] : [{ partition, entry }]
    })
    if (old.length === 0) return
    const format = LineFormat.make(kind)
    for (const { entry, partition } of old) {
      yield* placed(
        Effect.fnUntraced(function* (place) {
          const commit = yield* put({ partition, format, place, isEmpty: false, more: false, merged: onlyBefore })
          yield* committed(partition, Effect.succeed(entry), commit)
        })
      )
    }
    yield* Effect.logInfo("the tables were brought up to date").pipe(
      Effect.annotateLogs({ event: "export.tables", kind: kind.name, files: old.length })
    )
  })

/** A sink over a directory, which is held for as long as the scope is. */
export const sink = Effect.fnUntraced(function* (options: Options, formOf: (opened: Opened) => Form) {
  const directory = yield* opened(options)
  const { access, check, ensure, fs, inSink, path, placed, save, work } = directory
  const { files, folders, layoutOf, put, recover } = formOf(directory)
  const saving = yield* Semaphore.make(1)
  const load = CheckpointFile.load(fs, directory.directory)

  yield* Effect.gen(function* () {
    yield* CheckpointFile.checkAccess(fs, directory.directory, access)
    // What a process that was killed has left.
    yield* fs.remove(work, { recursive: true, force: true })
    yield* ensure(work)
    yield* recover
  }).pipe(Effect.mapError(inSink))

  const committed = ({ kind, ...unit }: Partition.Partition, entry: Effect.Effect<Entry>, commit: Commit) =>
    saving.withPermit(
      Effect.uninterruptible(
        Effect.gen(function* () {
          yield* recover
          const { layouts, partitions } = yield* load
          const name = Partition.nameOf({ kind, ...unit })
          // What cannot be noted is not put in its place either.
          const text = yield* CheckpointFile.textOf(directory.directory, {
            partitions: { ...partitions, [name]: yield* entry },
            layouts: layoutOf === undefined ? layouts : { ...layouts, [name]: layoutOf(kind) }
          })
          yield* commit(text)
        })
      )
    )

  /** Notes that nothing has come. */
  const nothing: Commit = (checkpoint) => Effect.andThen(check, save(checkpoint))

  const grow = growing({ load, layoutOf, placed, put, committed })

  const ready = yield* Readiness.make(
    directory.directory,
    Effect.fnUntraced(function* (kind: Layout) {
      yield* Foreign.refuse(fs, path.join(directory.directory, kind.name), files)
      for (const name of folders(kind)) yield* ensure(path.join(directory.directory, name))
      yield* grow(kind)
    }, Effect.mapError(inSink)),
    Kinds.layouts
  )

  const write = Effect.fn("DirectorySink.write")(function* <E, R>({
    entry,
    more = false,
    partition,
    rows
  }: Write<E, R>) {
    yield* ready(partition.kind)
    const format = LineFormat.make(partition.kind)
    yield* placed(
      Effect.fnUntraced(function* (place) {
        yield* saving.withPermit(recover)
        const runs = yield* SortedRuns.spill(
          fs,
          format,
          { directory: place, access },
          Stream.mapError(rows, (error) => new SourceFailure(error))
        )
        const { asOf, whole } = yield* entry
        const isWhole = whole === true && hasDeletions(partition.kind) && isMoment(asOf)
        const missed = isWhole ? (line: LineFormat.Line) => format.missed(line, asOf) : undefined
        const merged = (before: ReadonlyArray<Lines>) => merge(before, runs, missed)
        const isEmpty = runs.length === 0 && !isWhole
        const commit = more && isEmpty ? nothing : yield* put({ partition, format, place, isEmpty, more, merged })
        yield* committed(partition, entry, commit)
      })
    ).pipe(Effect.mapError((error) => (error instanceof SourceFailure ? error.error : inSink(error))))
  })

  const noted = Effect.mapError(load, inSink)
  // A checkpoint that is damaged is told of when it is asked for: until then nothing is written.
  for (const { layout } of Object.values(Kinds.first))
    yield* Effect.catchTag(ready(layout), "CheckpointError", () => Effect.void)
  const remove = Effect.fn("DirectorySink.remove")(function* (old: Old) {
    yield* ready(old.kind)
    const removed = Removal.remove(directory, { form: files, folders: folders(old.kind), old })
    return yield* Effect.mapError(saving.withPermit(Effect.uninterruptible(Effect.andThen(recover, removed))), inSink)
  })
  return Sink.of({ checkpoint: Effect.map(noted, ({ partitions }) => partitions), write, remove })
})
