/** Writes the rows of one table into a file of Parquet, a group of rows at a time: no more than one group is in memory. */
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import { ByteWriter, ParquetWriter } from "hyparquet-writer"
import { type Access, modes } from "../../Access.ts"
import type { Flat } from "../../Layout.ts"
import type { FlatRow } from "../../Tables.ts"
import type { Compression } from "../ndjson/compression.ts"
import * as Columns from "./columns.ts"
import * as Codec from "./compression.ts"

/** Bytes, about, that are gathered before a group is written, and rows: a reader takes a group as a whole. */
const [groupBytes, groupRows] = [4 * 1024 * 1024, 122_880]

export interface TableFile {
  readonly put: (row: FlatRow) => void
  /** Writes what was put, if it is as much as a group has. */
  readonly drain: Effect.Effect<void, PlainFile.Failure>
  /** Writes the rest, and waits until the disk has it. */
  readonly finish: Effect.Effect<void, PlainFile.Failure>
}

export const make = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  path: string,
  flat: Flat,
  { access, compression }: { readonly access: Access; readonly compression: Compression }
) {
  const columns = Columns.of(flat)
  const file = yield* PlainFile.create(fs, path, modes[access].file)
  const bytes = new ByteWriter()
  const parquet = new ParquetWriter({
    writer: bytes,
    schema: Columns.schemaOf(columns),
    codec: Codec.codecs[compression],
    compressors: Codec.compressors,
    createdBy: "effect-genesys"
  })
  const anew = () => columns.map((): Array<unknown> => [])
  let [cells, rows, size] = [anew(), 0, 0]

  /** What the writer has made since then. */
  const write = Effect.suspend(() => {
    const made = bytes.getBytes().slice()
    bytes.index = 0
    return file.writeAll(made)
  })
  const flush = Effect.suspend(() => {
    if (rows > 0) {
      const columnData = columns.map(({ name }, place) => ({
        name,
        data: cells[place] ?? [],
        // What is noted of a group stays in memory until the file is done: of a raw row, nobody asks for the smallest.
        offsetIndex: false,
        statistics: name !== "raw"
      }))
      void parquet.write({ columnData, rowGroupSize: rows })
    }
    ;[cells, rows, size] = [anew(), 0, 0]
    return write
  })
  return {
    put: (row) => {
      for (const [place, { name, read }] of columns.entries()) cells[place]?.push(read(row[name] ?? null))
      rows++
      size += Columns.sizeOf(row)
    },
    drain: Effect.suspend(() => (size >= groupBytes || rows >= groupRows ? flush : Effect.void)),
    finish: flush.pipe(
      Effect.andThen(Effect.sync(() => void parquet.finish())),
      Effect.andThen(write),
      Effect.andThen(file.sync)
    )
  } satisfies TableFile
})
