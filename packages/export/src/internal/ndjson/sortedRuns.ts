/**
 * Sorts any number of rows in little memory: they are gathered up to a size, sorted, and written down as a run. What is
 * left fits into memory.
 */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Stream from "effect/Stream"
import type { Access } from "../../Access.ts"
import type { Row } from "../../Row.ts"
import { compare, type Format, type Line } from "./line.ts"
import * as LineFile from "./lineFile.ts"

/** Characters that are gathered before a run is written. */
const gathered = 8 * 1024 * 1024

/** The runs, in the order in which their rows came. Their files are in the directory. */
export const spill = <E, R>(
  fs: FileSystem.FileSystem,
  format: Format,
  { access, directory }: { readonly directory: string; readonly access: Access },
  rows: Stream.Stream<Row, E, R>
): Effect.Effect<ReadonlyArray<Stream.Stream<Line, LineFile.Failure>>, E | LineFile.Failure, R> =>
  Effect.gen(function* () {
    const runs: Array<Stream.Stream<Line, LineFile.Failure>> = []
    let lines: Array<Line> = []
    let size = 0
    const flush = Effect.gen(function* () {
      const path = `${directory}/${runs.length}.run`
      const sorted = Stream.fromArray(lines.toSorted(compare)).pipe(Stream.rechunk(256))
      yield* LineFile.write(fs, path, sorted, "none", access)
      runs.push(LineFile.read(fs, format, path, "none"))
      lines = []
      size = 0
    })
    yield* Stream.runForEachArray(rows, (chunk) =>
      Effect.suspend(() => {
        for (const row of chunk) {
          const line = format.write(row)
          size += line.text.length
          lines.push(line)
        }
        return size < gathered ? Effect.void : flush
      })
    )
    if (lines.length > 0) runs.push(Stream.fromArray(lines.toSorted(compare)))
    return runs
  })
