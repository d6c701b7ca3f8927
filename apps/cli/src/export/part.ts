/**
 * The file that an export is not done with: its whole lines, a sealed note of what is exported, and the process that writes it. Each is
 * made anew or found to be this user's own: whatever else is there, a link above all, is left alone.
 */
import { type Access, modes } from "@effect-genesys/export/Access"
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as ProcessLock from "@effect-genesys/core/ProcessLock"
import { quoted } from "@effect-genesys/core/ShellText"
import * as JsonText from "@effect-genesys/core/JsonText"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { UsageError } from "@effect-genesys/program/UsageError"
import type { PartSeal } from "./partSeal.ts"

const newline = 0x0a
const parse = Schema.decodeUnknownOption(JsonText.fromString(Schema.Unknown))

const ifThere = <A>(effect: Effect.Effect<A, PlainFile.Failure>) =>
  Effect.catchTag(effect, "PlatformError", (error) =>
    error.reason._tag === "NotFound" ? Effect.succeed(undefined) : Effect.fail(error)
  )

/** Of a file that is being written. */
const lockOf = (fs: FileSystem.FileSystem, path: string, mode: number) =>
  Effect.catchTag(
    ProcessLock.acquire(fs, { ...ProcessLock.leftToWhoWorks, path: `${path}.lock`, mode }),
    "Busy",
    ({ seen: { owner, refused } }) =>
      Effect.fail(
        refused ??
          new UsageError({
            message: `${path} is being written by ${ProcessLock.wordsOf(owner) ?? "another process"}. Wait for it, or choose another name.`
          })
      )
  )

export const make = (fs: FileSystem.FileSystem, file: string, access: Access, { open, seal }: PartSeal) => {
  const mode = modes[access].file
  const path = `${file}.part`
  const note = `${path}.note`
  /** The names, not what they may point to. */
  const discard = Effect.forEach([path, note], (name) => PlainFile.remove(fs, name), { discard: true })

  /** What it was begun with; nothing if there is none. */
  const begun = Effect.gen(function* () {
    if (!(yield* PlainFile.exists(fs, path))) return undefined
    const sealed = yield* ifThere(PlainFile.readText(fs, note, PlainFile.noteBytes))
    if (sealed === undefined) {
      return yield* new UsageError({
        message: `${path} exists, and was not begun by this command. Move it away, or discard it with --force.`
      })
    }
    const identity = yield* open(sealed)
    if (Option.isNone(identity)) {
      return yield* new UsageError({
        message: `${path} was not begun here by this user: its note is not sealed with the key beside the stored tokens. Begin anew with --force, or remove both: rm ${quoted(path)} ${quoted(note)}`
      })
    }
    return identity.value
  })

  const begin = Effect.fnUntraced(function* (identity: string) {
    yield* PlainFile.remove(fs, note)
    yield* PlainFile.writeText(fs, note, yield* seal(identity), mode)
    return yield* PlainFile.create(fs, path, mode)
  })

  /** The keys of its rows. A line that is not whole is cut off. */
  const resume = Effect.fnUntraced(function* (key: (row: unknown) => string | undefined) {
    const output = yield* PlainFile.reopen(fs, path, mode)
    const seen = new Set<string>()
    let kept = 0
    /** Of the line that is not at its end. */
    let pieces: Array<Uint8Array> = []
    let size = 0
    // After a power failure there may be anything: neither a row, nor a line that fits into memory.
    let sound = true
    const take = (bytes: Uint8Array) => {
      let start = 0
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
        const line = Buffer.concat([...pieces, bytes.subarray(start, end)])
        const row = parse(line.toString("utf8"))
        sound = Option.isSome(row)
        if (!sound) return
        const name = Option.getOrUndefined(Option.map(row, key))
        if (name !== undefined) seen.add(name)
        kept += line.length + 1
        start = end + 1
        pieces = []
        size = 0
      }
      pieces.push(bytes.subarray(start))
      size += bytes.length - start
      sound = size <= PlainFile.maxBytes
    }
    yield* PlainFile.bytes(output).pipe(
      Stream.takeWhile(() => sound),
      Stream.runForEach((bytes) => Effect.sync(() => take(bytes)))
    )
    yield* output.truncate(kept)
    return { output, seen }
  })

  /** In the place of what is there, which is never written to. */
  const finish = Effect.fnUntraced(function* (output: FileSystem.File) {
    yield* output.sync
    if (!(yield* PlainFile.isAt(fs, path, output))) {
      return yield* new UsageError({
        message: `${path} was replaced while it was written. Choose a folder that others cannot write to.`
      })
    }
    yield* fs.rename(path, file)
    yield* PlainFile.remove(fs, note)
  })

  return { path, lock: lockOf(fs, path, mode), begun, begin, resume, discard, finish }
}
