/**
 * Rows into one file, a line of JSON each, so that no row is lost: they go to `FILE.part` in whole lines, which becomes `FILE` when
 * the last one is there. After a kill, a full disk or a lost connection the same command goes on with what it finds.
 */
import type { Access } from "@effect-genesys/export/Access"
import * as DiskFailure from "@effect-genesys/core/DiskFailure"
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Part from "./part.ts"
import * as PartSeal from "./partSeal.ts"
import { UsageError } from "@effect-genesys/program/UsageError"

/** The file cannot be written. What is there is kept. */
export class FileExportError extends Schema.TaggedError<FileExportError>("@effect-genesys/cli/FileExportError")(
  "FileExportError",
  { message: Schema.String }
) {}

/** All rows have come that come, and others may be missing. */
export class NotWholeError extends Schema.TaggedError<NotWholeError>("@effect-genesys/cli/NotWholeError")(
  "NotWholeError",
  { message: Schema.String }
) {}

export interface FileExportOptions<E, R> {
  readonly file: string
  /** Puts another file in its place, and begins anew. */
  readonly force: boolean
  /** Who else may read it. */
  readonly access: Access
  /** What is exported: another text means another export. */
  readonly identity: string
  readonly rows: Stream.Stream<unknown, E, R>
  /** What a row is known by. A row that is in the part already is left out. */
  readonly key: (row: unknown) => string | undefined
}

/** Genesys gives no more of the list, now or later: to begin anew brings nothing else. */
const hasAllThereIs = Schema.is(
  Schema.Union([
    NotWholeError,
    Schema.Struct({ _tag: Schema.Literal("IncompleteError"), reason: Schema.Literal("Limit") })
  ])
)

const explain = (file: string) => (error: PlainFile.Failure | UsageError) => {
  if (error._tag === "UsageError") return error
  if (error._tag === "UntrustedFile") return new UsageError({ message: error.message })
  return new FileExportError({
    message: `${file} cannot be written: ${DiskFailure.reasonOf(error)}. What is there is kept: mend that, and run the same command again.`
  })
}

/** It must be a name for a new file, or with `force` that of one that may go. A link is replaced, never followed. */
const checkName = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, file: string, force: boolean) {
  const type = yield* PlainFile.typeOf(fs, file)
  if (type === undefined) return
  // Of /dev/stdout, say: to replace that would break more than an export.
  const target = type === "SymbolicLink" ? (yield* Effect.orElseSucceed(fs.stat(file), () => undefined))?.type : type
  if (target !== undefined && target !== "File")
    return yield* new UsageError({ message: `${file} is not a file. Choose another name.` })
  if (!force)
    return yield* new UsageError({ message: `${file} exists. Choose another name, or overwrite it with --force.` })
})

/** Answers how many rows the file has. */
export const run = Effect.fnUntraced(function* <E, R>(options: FileExportOptions<E, R>) {
  const { access, force, identity, key, rows } = options
  const fs = yield* FileSystem.FileSystem
  const file = yield* OwnDirectory.named(options.file)
  const failing = Effect.mapError(explain(file))
  // Where others could swap what is there, neither the part proves anything nor is the file ours when it is done.
  yield* failing(
    Effect.catchIf(
      OwnDirectory.checkAround(file, { shared: true }),
      ({ reason }) => reason !== "Refused",
      // The disk says it better.
      () => Effect.void
    )
  )
  yield* failing(checkName(fs, file, force))
  const part = Part.make(fs, file, access, yield* failing(PartSeal.make(`${file}.part`)))
  yield* failing(part.lock)
  if (force) yield* failing(part.discard)
  const begun = yield* failing(part.begun)
  if (begun !== undefined && begun !== identity) {
    return yield* new UsageError({
      message: `${part.path} was begun by another export (${begun}). Run that to its end, or discard it with --force.`
    })
  }
  const { output, seen } =
    begun === undefined
      ? { output: yield* failing(part.begin(identity)), seen: new Set<string>() }
      : yield* failing(part.resume(key))
  let count = seen.size
  if (begun !== undefined) yield* Console.error(`Going on after ${count} rows in ${part.path}.`)
  const written = Stream.runForEachArray(rows, (chunk) => {
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
  const result = yield* Effect.result(written)
  if (Result.isFailure(result) && !hasAllThereIs(result.failure)) return yield* Effect.fail(result.failure)
  yield* failing(part.finish(output))
  if (Result.isFailure(result)) {
    yield* Console.error(`${file} has the ${count} rows that there are to be had.`)
    return yield* Effect.fail(result.failure)
  }
  return count
}, Effect.scoped)
