/** The file that an export is not done with: its whole lines, a note of what is exported, and the process that writes it. */
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { UsageError } from "../UsageError.ts"

const newline = 0x0a
const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

const runs = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

export const make = (fs: FileSystem.FileSystem, file: string) => {
  const path = `${file}.part`
  const note = `${path}.note`
  const lockFile = `${path}.lock`
  const discard = Effect.forEach([path, note], (name) => fs.remove(name, { force: true }), { discard: true })

  /** Taken over from a process that was killed; given back at the end. */
  const lock = Effect.gen(function* () {
    const take = fs.writeFileString(lockFile, String(process.pid), { flag: "wx" })
    const taken = yield* Effect.option(take)
    if (Option.isNone(taken)) {
      const owner = Number(yield* Effect.orElseSucceed(fs.readFileString(lockFile), () => "0"))
      if (owner > 0 && owner !== process.pid && runs(owner)) {
        return yield* new UsageError({
          message: `${path} is being written by process ${owner}. Wait for it, or choose another name.`
        })
      }
      yield* Effect.ignore(fs.remove(lockFile))
      yield* Effect.mapError(
        take,
        () => new UsageError({ message: `${lockFile} cannot be written. Check the folder and its permissions.` })
      )
    }
    yield* Effect.addFinalizer(() => Effect.ignore(fs.remove(lockFile, { force: true })))
  })

  /** What it was begun with; nothing if there is none. */
  const begun = Effect.gen(function* () {
    if (!(yield* fs.exists(path)) || !(yield* fs.exists(note))) return undefined
    return yield* fs.readFileString(note)
  })

  const begin = (identity: string) => Effect.andThen(fs.writeFileString(note, identity), fs.writeFileString(path, ""))

  /** The keys of its rows. A line that is not whole is cut off. */
  const resume = Effect.fnUntraced(function* (key: (row: unknown) => string | undefined) {
    const seen = new Set<string>()
    let kept = 0
    let rest: Buffer = Buffer.alloc(0)
    let sound = true
    yield* Stream.runForEach(fs.stream(path), (bytes) =>
      Effect.sync(() => {
        rest = Buffer.concat([rest, bytes])
        let start = 0
        for (let end = rest.indexOf(newline, start); sound && end !== -1; end = rest.indexOf(newline, start)) {
          const row = parse(rest.toString("utf8", start, end))
          // After a power failure there may be anything.
          sound = Option.isSome(row)
          if (!sound) break
          const name = Option.getOrUndefined(Option.map(row, key))
          if (name !== undefined) seen.add(name)
          kept += end + 1 - start
          start = end + 1
        }
        rest = rest.subarray(start)
      })
    )
    yield* fs.truncate(path, kept)
    return seen
  })

  const finish = Effect.andThen(fs.rename(path, file), fs.remove(note, { force: true }))

  return { path, lock, begun, begin, resume, discard, finish }
}
