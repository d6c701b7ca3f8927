/**
 * Files in a directory, one for each partition: `conversations/2026-11-01.ndjson`, and `users/users.ndjson`. A line is a row as Genesys
 * sent it, with `_asOf`, the moment of which it tells; the lines are sorted by their key. A file is written beside and
 * renamed, so that whoever reads sees whole days only. It needs nothing but a disk with room for the largest day twice.
 */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Ref from "effect/Ref"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { type Access, modes } from "./Access.ts"
import { CheckpointError, LockedError, SinkError, type SinkFailure } from "./ExportError.ts"
import * as CheckpointFile from "./internal/ndjson/checkpointFile.ts"
import * as Compression from "./internal/ndjson/compression.ts"
import * as DirectoryLock from "./internal/ndjson/directoryLock.ts"
import * as LineFile from "./internal/ndjson/lineFile.ts"
import * as LineFormat from "./internal/ndjson/line.ts"
import { merge } from "./internal/ndjson/merge.ts"
import { sinkErrorOf } from "./internal/ndjson/sinkError.ts"
import * as SortedRuns from "./internal/ndjson/sortedRuns.ts"
import * as Readiness from "./internal/readiness.ts"
import * as Kinds from "./Kinds.ts"
import { hasDeletions } from "./Layout.ts"
import { isMoment } from "./Moment.ts"
import * as Partition from "./Partition.ts"
import { Sink, type Write } from "./Sink.ts"

/** Where the files are, how they are packed, and who may read them. */
export interface NdjsonOptions {
  /** It is made if it is not there. Nobody else should change what is in it. */
  readonly directory: string
  /** `.ndjson`, `.ndjson.gz` or `.ndjson.zst`. Files of another compression are read, and replaced when their day is. @default none */
  readonly compression?: Compression.Compression | undefined
  /**
   * Who else may read what is written. Nobody else may ever write it, and a directory that others can write is refused; so is
   * one whose export is for others than these: half of its files would be.
   * @default owner
   */
  readonly access?: Access | undefined
}

export type { Compression } from "./internal/ndjson/compression.ts"

/** Its real path. A link in its place is refused: whoever has put it there would choose what is written to, and removed. */
const opened = Effect.fnUntraced(function* (given: string, access: Access) {
  const fs = yield* FileSystem.FileSystem
  yield* ensure(given, access)
  return yield* fs.realPath(given)
})

const ensure = (directory: string, access: Access) =>
  OwnDirectory.ensure(directory, { shared: true, mode: modes[access].directory })

const make = Effect.fnUntraced(function* ({ access = "owner", compression = "none", directory: given }: NdjsonOptions) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const context = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const named = path.resolve(given)
  const directory = yield* Effect.mapError(opened(named, access), sinkErrorOf(named))
  const work = path.join(directory, ".work")
  const saving = yield* Semaphore.make(1)
  const numbers = yield* Ref.make(0)
  const inSink = sinkErrorOf(directory)

  const lock = yield* Effect.mapError(DirectoryLock.acquire(fs, directory, access), inSink)
  yield* Effect.mapError(CheckpointFile.checkAccess(fs, directory, access), inSink)
  yield* Effect.gen(function* () {
    // What a process that was killed has left.
    yield* fs.remove(work, { recursive: true, force: true })
    yield* ensure(work, access)
  }).pipe(Effect.mapError(inSink))
  const ready = yield* Readiness.make(
    directory,
    ({ name }) => Effect.mapError(Effect.provideContext(ensure(path.join(directory, name), access), context), inSink),
    Kinds.layouts
  )
  for (const { layout } of Object.values(Kinds.first)) yield* ready(layout)

  const placeOf = (partition: Partition.Partition) => ({
    folder: path.join(directory, partition.kind.name),
    name: Partition.fileOf(partition)
  })

  /** The files of a partition that are there: one, or two where a change of the compression was cut off. */
  const present = Effect.fnUntraced(function* (partition: Partition.Partition) {
    const { folder, name } = placeOf(partition)
    const files = Compression.all.map((kind) => ({
      kind,
      file: path.join(folder, `${name}${Compression.extension[kind]}`)
    }))
    return yield* Effect.filter(files, ({ file }) => PlainFile.exists(fs, file))
  })

  const commit = Effect.fnUntraced(function* (
    partition: Partition.Partition,
    beside: string,
    old: ReadonlyArray<{ readonly file: string }>
  ) {
    const { folder, name } = placeOf(partition)
    const file = path.join(folder, `${name}${Compression.extension[compression]}`)
    yield* lock.check
    yield* fs.rename(beside, file)
    yield* Effect.forEach(
      old.filter((other) => other.file !== file),
      (other) => fs.remove(other.file, { force: true })
    )
    yield* OwnDirectory.sync(fs, folder)
  })

  const write = Effect.fn("NdjsonSink.write")(function* <E, R>({ entry, partition, rows }: Write<E, R>) {
    yield* ready(partition.kind)
    const format = LineFormat.make(partition.kind)
    const place = path.join(work, String(yield* Ref.updateAndGet(numbers, (number) => number + 1)))
    yield* Effect.mapError(Effect.provideContext(ensure(place, access), context), inSink)
    yield* Effect.gen(function* () {
      const runs = yield* SortedRuns.spill(
        fs,
        format,
        { directory: place, access },
        Stream.mapError(rows, (error) => new SourceFailure(error))
      )
      const old = yield* present(partition)
      const before = old.map(({ file, kind }) => LineFile.read(fs, format, file, kind))
      const beside = path.join(place, "merged")
      const { asOf, whole } = yield* entry
      const isWhole = whole === true && hasDeletions(partition.kind) && isMoment(asOf)
      const merged = merge(before, runs, isWhole ? (line) => format.missed(line, asOf) : undefined)
      yield* LineFile.write(fs, beside, merged, compression, access)
      yield* saving.withPermit(
        Effect.uninterruptible(
          Effect.gen(function* () {
            // What cannot be noted is not put in its place either.
            const checkpoint = { ...(yield* load), [Partition.nameOf(partition)]: yield* entry }
            const text = yield* CheckpointFile.textOf(directory, checkpoint)
            yield* commit(partition, beside, old)
            yield* CheckpointFile.save(fs, { directory, work, access }, text)
          })
        )
      )
    }).pipe(
      Effect.mapError((error) => (error instanceof SourceFailure ? error.error : inSink(error))),
      Effect.ensuring(Effect.ignore(fs.remove(place, { recursive: true, force: true })))
    )
  })

  const load = CheckpointFile.load(fs, directory)

  return Sink.of({ checkpoint: Effect.mapError(load, inSink), write })
})

/** An error of the source on its way through the sink, so that it is not taken for one of the disk. */
class SourceFailure<E> {
  readonly error: E
  constructor(error: E) {
    this.error = error
  }
}

/**
 * Holds the directory for as long as the layer is there. A `LockedError` if somebody else does: after ten seconds at most, for
 * so long it is watched whether the other one is at work.
 */
export const layer = (options: NdjsonOptions): Layer.Layer<Sink, SinkFailure, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(Sink, make(options))

export { CheckpointError, LockedError, SinkError }
