/**
 * The checkpoint of a directory, in `checkpoint.json`. It is replaced whole, and the one before is kept beside it. A file that
 * is not a checkpoint is never touched.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type { PlatformError } from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { Checkpoint, empty } from "../../Checkpoint.ts"
import { CheckpointError } from "../../ExportError.ts"

const Stored = Schema.fromJsonString(
  Schema.toCodecJson(Schema.Struct({ version: Schema.Literal(1), partitions: Checkpoint }))
)
const decode = Schema.decodeEffect(Stored)
const encode = Schema.encodeEffect(Stored)

const name = "checkpoint.json"
const previousName = "checkpoint.previous.json"

const damaged = (directory: string) =>
  new CheckpointError({
    sink: directory,
    message:
      `${directory}/${name} is damaged, and nothing was exported, so that nothing is lost. Put ${previousName}, the one ` +
      `before it, in its place; or remove it: then everything is read again from the first day, and the files that are ` +
      `there stay, with newer rows in place of older ones.`
  })

export const load = (
  fs: FileSystem.FileSystem,
  directory: string
): Effect.Effect<Checkpoint, PlatformError | CheckpointError> =>
  fs.readFileString(`${directory}/${name}`).pipe(
    Effect.flatMap((text) => Effect.mapError(decode(text), () => damaged(directory))),
    Effect.map(({ partitions }) => partitions),
    Effect.catchTag("PlatformError", (error) =>
      error.reason._tag === "NotFound" ? Effect.succeed(empty) : Effect.fail(error)
    )
  )

/** Makes a rename last: without it, a loss of power may undo it. */
export const syncDirectory = (fs: FileSystem.FileSystem, directory: string): Effect.Effect<void, PlatformError> =>
  Effect.scoped(Effect.flatMap(fs.open(directory, { flag: "r" }), (file) => file.sync))

export const save = (
  fs: FileSystem.FileSystem,
  directory: string,
  work: string,
  checkpoint: Checkpoint
): Effect.Effect<void, PlatformError> =>
  Effect.gen(function* () {
    const text = yield* Effect.orDie(encode({ version: 1, partitions: checkpoint }))
    const beside = `${work}/${name}`
    yield* Effect.scoped(
      Effect.gen(function* () {
        const file = yield* fs.open(beside, { flag: "w" })
        yield* file.writeAll(new TextEncoder().encode(text))
        yield* file.sync
      })
    )
    const previous = `${directory}/${previousName}`
    yield* fs.remove(previous, { force: true })
    yield* fs.link(`${directory}/${name}`, previous).pipe(
      // The first checkpoint has none before it; and there are file systems without links.
      Effect.ignore
    )
    yield* fs.rename(beside, `${directory}/${name}`)
    yield* syncDirectory(fs, directory)
  })
