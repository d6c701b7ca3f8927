/** Reads and writes files of lines, a piece at a time. */
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type Access, modes } from "../../Access.ts"
import * as Compression from "./compression.ts"
import type { Format, Line } from "./line.ts"

export type CodecFailure = Compression.CodecFailure

/** A line that is none, or larger than any row, in the file of this name. */
export interface DamagedFile {
  readonly _tag: "DamagedFile"
  readonly path: string
  readonly line: number
}

export type Failure = PlainFile.Failure | Compression.CodecFailure | DamagedFile

export const read = (
  fs: FileSystem.FileSystem,
  format: Format,
  path: string,
  compression: Compression.Compression
): Stream.Stream<Line, Failure> =>
  Stream.suspend(() => {
    let number = 0
    const damaged = (line: number): DamagedFile => ({ _tag: "DamagedFile", path, line })
    return PlainFile.stream(fs, path).pipe(
      Compression.decompress(compression),
      PlainFile.lines(damaged),
      Stream.mapEffect((text) => {
        number++
        return Option.match(format.read(text), { onNone: () => Effect.fail(damaged(number)), onSome: Effect.succeed })
      })
    )
  })

const encoder = new TextEncoder()

/** Writes the lines to a new file, and waits until the disk has them. */
export const write = <E, R>(
  fs: FileSystem.FileSystem,
  path: string,
  lines: Stream.Stream<Line, E, R>,
  compression: Compression.Compression,
  access: Access
): Effect.Effect<void, E | Failure, R> =>
  Effect.scoped(
    Effect.gen(function* () {
      const file = yield* PlainFile.create(fs, path, modes[access].file)
      yield* lines.pipe(
        Stream.mapArray((chunk) => [encoder.encode(`${chunk.map(({ text }) => text).join("\n")}\n`)] as const),
        Compression.compress(compression),
        Stream.runForEach((bytes) => file.writeAll(bytes))
      )
      yield* file.sync
    })
  )
