/** Reads the lines of a main table back: its column `raw` has them, in order. */
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from "hyparquet"
import type { Format, Line } from "../ndjson/line.ts"
import type * as LineFile from "../ndjson/lineFile.ts"
import { decompressors } from "./compression.ts"

const decode = Schema.decodeUnknownOption(Schema.Array(Schema.Struct({ raw: Schema.String })))

/** Whatever is asked for of an open file. */
const bufferOf = Effect.fnUntraced(function* (file: FileSystem.File) {
  const context = yield* Effect.context()
  const { size } = yield* file.stat
  const slice = (start: number, end = Number(size)) =>
    Effect.gen(function* () {
      const found = new Uint8Array(Math.max(0, end - start))
      yield* file.seek(BigInt(start), "start")
      for (let read = 0; read < found.length;) {
        const more = yield* file.read(found.subarray(read))
        if (more === 0) break
        read += more
      }
      return found.buffer
    })
  // One after the other: a file has one place at which it is read.
  let last: Promise<unknown> = Promise.resolve()
  const buffer: AsyncBuffer = {
    byteLength: Number(size),
    slice: (start, end) => {
      const next = last.then(() => Effect.runPromiseWith(context)(slice(start, end)))
      last = next.catch(() => undefined)
      return next
    }
  }
  return buffer
})

export const read = (
  fs: FileSystem.FileSystem,
  format: Format,
  path: string
): Stream.Stream<Line, LineFile.Failure> => {
  const damaged = (line: number): LineFile.DamagedFile => ({ _tag: "DamagedFile", path, line })
  const group = (file: AsyncBuffer, metadata: FileMetaData, rowStart: number, rowEnd: number) =>
    Effect.tryPromise({
      try: () => parquetReadObjects({ file, metadata, columns: ["raw"], rowStart, rowEnd, compressors: decompressors }),
      catch: () => damaged(rowStart + 1)
    }).pipe(
      Effect.flatMap((rows) => {
        const lines = Option.getOrUndefined(decode(rows))?.map(({ raw }) => format.read(raw))
        const wrong = lines?.findIndex(Option.isNone) ?? 0
        return lines === undefined || wrong !== -1 || lines.length !== rowEnd - rowStart
          ? Effect.fail(damaged(rowStart + Math.max(0, wrong) + 1))
          : Effect.succeed(lines.flatMap((line) => (Option.isSome(line) ? [line.value] : [])))
      })
    )
  return Stream.unwrap(
    Effect.gen(function* () {
      const file = yield* bufferOf(yield* PlainFile.open(fs, path))
      const metadata = yield* Effect.tryPromise({ try: () => parquetMetadataAsync(file), catch: () => damaged(1) })
      let start = 0
      const groups = metadata.row_groups.map(({ num_rows }) => {
        const from = start
        start += Number(num_rows)
        return [from, start] as const
      })
      return Stream.fromIterable(groups).pipe(
        Stream.rechunk(1),
        Stream.mapEffect(([from, to]) => group(file, metadata, from, to)),
        Stream.flatMap(Stream.fromIterable),
        Stream.rechunk(256)
      )
    })
  )
}
