/**
 * Rows into one file, a line of JSON each, so that no row is lost: they go to `FILE.part` in whole lines, which becomes `FILE` when
 * the last one is there. After a kill, a full disk or a lost connection the same command goes on with what it finds.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Part from "./internal/part.ts"
import { UsageError } from "./UsageError.ts"

/** The file cannot be written. What is there is kept. */
export class FileExportError extends Schema.TaggedError<FileExportError>("@effect-genesys/runtime/FileExportError")(
  "FileExportError",
  { message: Schema.String }
) {}

export interface FileExportOptions<E, R> {
  readonly file: string
  /** Overwrites the file, and begins anew. */
  readonly force: boolean
  /** What is exported: another text means another export. */
  readonly identity: string
  readonly rows: Stream.Stream<unknown, E, R>
  /** What a row is known by. A row that is in the part already is left out. */
  readonly key: (row: unknown) => string | undefined
}

const codeOf = Schema.decodeUnknownOption(Schema.Struct({ cause: Schema.Struct({ code: Schema.String }) }))

const described = (error: PlatformError.PlatformError): string => {
  const code = codeOf(error.reason)
  if (code._tag === "None") return error.reason._tag
  return code.value.cause.code === "ENOSPC" ? "the disk is full" : code.value.cause.code
}

const cannot = (file: string) => (error: PlatformError.PlatformError) =>
  new FileExportError({
    message: `${file} cannot be written (${described(error)}). What is there is kept: mend that, and run the same command again.`
  })

/** Answers how many rows the file has. */
export const run = Effect.fnUntraced(function* <E, R>({ file, force, identity, key, rows }: FileExportOptions<E, R>) {
  const fs = yield* FileSystem.FileSystem
  const failing = Effect.mapError(cannot(file))
  if (!force && (yield* failing(fs.exists(file)))) {
    return yield* new UsageError({ message: `${file} exists. Choose another name, or overwrite it with --force.` })
  }
  const part = Part.make(fs, file)
  yield* part.lock
  if (force) yield* failing(part.discard)
  const begun = yield* failing(part.begun)
  if (begun !== undefined && begun !== identity) {
    return yield* new UsageError({
      message: `${part.path} was begun by another export (${begun}). Run that to its end, or discard it with --force.`
    })
  }
  const seen = begun === undefined ? new Set<string>() : yield* failing(part.resume(key))
  let count = seen.size
  if (begun === undefined) yield* failing(part.begin(identity))
  else yield* Console.error(`Going on after ${count} rows in ${part.path}.`)
  const output = yield* failing(fs.open(part.path, { flag: "a" }))
  yield* Stream.runForEachArray(rows, (chunk) => {
    const fresh = chunk.filter((row) => {
      const name = key(row)
      if (name === undefined) return true
      if (seen.has(name)) return false
      seen.add(name)
      return true
    })
    count += fresh.length
    const text = fresh.map((row) => `${JSON.stringify(row)}\n`).join("")
    return text === "" ? Effect.void : failing(output.writeAll(new TextEncoder().encode(text)))
  })
  yield* failing(output.sync)
  yield* failing(part.finish)
  return count
}, Effect.scoped)
