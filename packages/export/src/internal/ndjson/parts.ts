/**
 * The files of a partition: one, and while more of it is to come, parts beside it, such as `2026-11-01.12.ndjson`. Each time that
 * something is added, the part that is written takes in those that are no larger: as in a number that is counted up in binary digits, a part
 * stands for so many additions as the last digit of its number that is not 0 says. So n additions leave at most log2(n) files, and none of
 * their rows is written more often than that.
 */
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Compression from "./compression.ts"

export interface Part {
  readonly file: string
  readonly kind: Compression.Compression
  /** 0 is the file of the partition itself. */
  readonly number: number
}

const partName = /^(.+?)(?:\.([1-9]\d{0,8}))?\.ndjson(\.gz|\.zst)?$/

export const nameOf = (name: string, number: number, kind: Compression.Compression): string =>
  `${name}${number === 0 ? "" : `.${number}`}${Compression.extension[kind]}`

/** Those that are there, in the order in which they were written: also of several compressions, where a change of it was cut off. */
export const present = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, folder: string, name: string) {
  const found = (yield* fs.readDirectory(folder)).flatMap((entry): ReadonlyArray<Part> => {
    const [, of, number = "0", end = ""] = partName.exec(entry) ?? []
    const kind = Compression.all.find((one) => Compression.extension[one] === `.ndjson${end}`)
    return of === name && kind !== undefined ? [{ file: `${folder}/${entry}`, kind, number: Number(number) }] : []
  })
  const parts = yield* Effect.filter(found, ({ file }) => PlainFile.exists(fs, file))
  return parts.toSorted(
    (a, b) => a.number - b.number || Compression.all.indexOf(a.kind) - Compression.all.indexOf(b.kind)
  )
})

/** The number of the part that is added to these, and those that it takes in. */
export const added = (parts: ReadonlyArray<Part>): { readonly number: number; readonly takes: ReadonlyArray<Part> } => {
  const number = (parts.at(-1)?.number ?? 0) + 1
  const covered = number - (number & -number)
  return { number, takes: parts.filter((part) => part.number > covered) }
}
