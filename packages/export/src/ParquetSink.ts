/**
 * Files of Parquet in a directory: a folder for each table of `Tables`, and in it a file for each day, such as
 * `segments/2026-11-01.parquet`, or one for what is read whole, such as `users/users.parquet`. The main table of a kind has the row as
 * it was sent in `raw`, and is what later rows are merged with. All files of a day, and the checkpoint, are committed as one.
 */
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import type { Access } from "./Access.ts"
import type { SinkFailure } from "./ExportError.ts"
import type { Compression } from "./internal/ndjson/compression.ts"
import * as Directory from "./internal/ndjson/directory.ts"
import * as Commit from "./internal/parquet/commit.ts"
import * as MainFile from "./internal/parquet/mainFile.ts"
import * as ParquetTables from "./internal/parquet/tables.ts"
import { type Flat, tablesOf } from "./Layout.ts"
import * as Partition from "./Partition.ts"
import { Sink } from "./Sink.ts"

/** Where the files are, how they are compressed, and who may read them. */
export interface ParquetOptions {
  /** It is made if it is not there. Nobody else should change what is in it. It has files of no other format. */
  readonly directory: string
  /** Of the pages within the files. Files of another compression are read, and replaced when their day is. @default zstd */
  readonly compression?: Compression | undefined
  /** Who else may read what is written, as for `NdjsonSink`. @default owner */
  readonly access?: Access | undefined
}

const form =
  (compression: Compression) =>
  (opened: Directory.Opened): Directory.Form => {
    const { directory, ensure, fs, path } = opened
    return {
      files: "parquet",
      folders: (kind) => tablesOf(kind).map(({ name }) => name),
      layoutOf: ParquetTables.layoutOf,
      recover: Commit.finish(opened),
      put: Effect.fnUntraced(function* ({ format, merged, partition, place }) {
        const ready = path.join(place, "ready")
        const fileOf = (folder: string, { name }: Flat) =>
          path.join(folder, name, `${Partition.fileOf(partition)}.parquet`)
        const tables = tablesOf(partition.kind)
        yield* ensure(ready)
        for (const { name } of tables) yield* ensure(path.join(ready, name))
        const old = fileOf(directory, tables[0])
        const before = (yield* PlainFile.exists(fs, old)) ? [MainFile.read(fs, format, old)] : []
        yield* ParquetTables.write(opened, { partition }, merged(before), {
          compression,
          path: (table) => fileOf(ready, table)
        })
        return Commit.make(opened, ready)
      })
    }
  }

/** Holds the directory for as long as the layer is there. A `LockedError` if somebody else does. */
export const layer = ({
  compression = "zstd",
  ...options
}: ParquetOptions): Layer.Layer<Sink, SinkFailure, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(Sink, Directory.sink(options, form(compression)))
