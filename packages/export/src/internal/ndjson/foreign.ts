/** A kind has files of one form: those of the other one would neither be merged nor read, and what is done not be read again. */
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import { SinkError } from "../../ExportError.ts"

export type Form = "ndjson" | "parquet"

const files: Record<Form, RegExp> = { ndjson: /\.ndjson(?:\.gz|\.zst)?$/, parquet: /\.parquet$/ }

/** In which form the files of a folder are, if there are any. */
export const found = Effect.fnUntraced(function* (
  fs: FileSystem.FileSystem,
  folder: string
): Effect.fn.Return<Form | undefined, PlatformError> {
  if ((yield* PlainFile.typeOf(fs, folder)) !== "Directory") return undefined
  const names = yield* fs.readDirectory(folder)
  return (["ndjson", "parquet"] as const).find((form) => names.some((name) => files[form].test(name)))
})

export const refuse = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, folder: string, form: Form) {
  const there = yield* found(fs, folder)
  if (there === undefined || there === form) return
  return yield* new SinkError({
    sink: folder,
    message: `The files in ${folder} are of the format ${there}, and ${form} is asked for. A directory has files of one format: say ${there}, or name another directory, into which everything is read anew.`,
    lasting: true
  })
})
