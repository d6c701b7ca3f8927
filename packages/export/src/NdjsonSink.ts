/**
 * Files in a directory, one for each partition: `conversations/2026-11-01.ndjson`, and `users/users.ndjson`. A line is a row as Genesys
 * sent it, with `_asOf`, the moment of which it tells; the lines are sorted by their key. A file is written beside and
 * renamed, so that whoever reads sees whole days only. It needs nothing but a disk with room for the largest day twice.
 */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { Access } from "./Access.ts"
import { CheckpointError, LockedError, SinkError, type SinkFailure } from "./ExportError.ts"
import * as Compression from "./internal/ndjson/compression.ts"
import * as Directory from "./internal/ndjson/directory.ts"
import * as LineFile from "./internal/ndjson/lineFile.ts"
import * as Parts from "./internal/ndjson/parts.ts"
import * as Partition from "./Partition.ts"
import { Sink } from "./Sink.ts"

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

const form =
  (compression: Compression.Compression) =>
  ({ access, check, directory, fs, path, save }: Directory.Opened): Directory.Form => {
    return {
      files: "ndjson",
      folders: (kind) => [kind.name],
      recover: Effect.void,
      put: Effect.fnUntraced(function* ({ format, isEmpty, merged, more, partition, place }) {
        const folder = path.join(directory, partition.kind.name)
        const name = Partition.fileOf(partition)
        const parts = yield* Parts.present(fs, folder, name)
        const { number, takes } = more ? Parts.added(parts) : { number: 0, takes: parts }
        const written = path.join(folder, Parts.nameOf(name, number, compression))
        // Nothing has come, and all that is there lies as it should.
        if (isEmpty && takes.length === 1 && takes[0]?.file === written)
          return (checkpoint: string) => Effect.andThen(check, save(checkpoint))
        const before = takes.map(({ file, kind }) => LineFile.read(fs, format, file, kind))
        const beside = path.join(place, "merged")
        yield* LineFile.write(fs, beside, merged(before), compression, access)
        return Effect.fnUntraced(function* (checkpoint: string) {
          yield* check
          yield* fs.rename(beside, written)
          yield* Effect.forEach(
            takes.filter(({ file }) => file !== written),
            ({ file }) => fs.remove(file, { force: true })
          )
          yield* OwnDirectory.sync(fs, folder)
          yield* save(checkpoint)
        })
      })
    }
  }

/**
 * Holds the directory for as long as the layer is there. A `LockedError` if somebody else does: after ten seconds at most, for
 * so long it is watched whether the other one is at work.
 */
export const layer = ({
  compression = "none",
  ...options
}: NdjsonOptions): Layer.Layer<Sink, SinkFailure, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(Sink, Directory.sink(options, form(compression)))

export { CheckpointError, LockedError, SinkError }
