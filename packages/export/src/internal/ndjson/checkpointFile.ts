/**
 * The checkpoint of a directory, in `checkpoint.json`. It is replaced whole, and the one before is kept beside it. A file that
 * is not a checkpoint is never touched.
 */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { type Access, modes } from "../../Access.ts"
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
): Effect.Effect<Checkpoint, PlainFile.Failure | CheckpointError> =>
  PlainFile.readText(fs, `${directory}/${name}`).pipe(
    Effect.flatMap((text) => Effect.mapError(decode(text), () => damaged(directory))),
    Effect.map(({ partitions }) => partitions),
    Effect.catchTag("PlatformError", (error) =>
      error.reason._tag === "NotFound" ? Effect.succeed(empty) : Effect.fail(error)
    )
  )

export interface Place {
  readonly directory: string
  /** On the same disk, for what is not whole yet. */
  readonly work: string
  readonly access: Access
}

export const save = (
  fs: FileSystem.FileSystem,
  { access, directory, work }: Place,
  checkpoint: Checkpoint
): Effect.Effect<void, PlainFile.Failure> =>
  Effect.gen(function* () {
    const current = `${directory}/${name}`
    const beside = `${work}/${name}`
    yield* fs.remove(beside, { force: true })
    const text = yield* Effect.orDie(encode({ version: 1, partitions: checkpoint }))
    yield* PlainFile.writeText(fs, beside, text, modes[access].file)
    yield* keep(fs, { access, directory, work })
    yield* fs.rename(beside, current)
    yield* OwnDirectory.sync(fs, directory)
  })

/** Keeps the one that is there. A file system without links gets a copy; at first there is none. */
const keep = (fs: FileSystem.FileSystem, { access, directory, work }: Place) =>
  Effect.gen(function* () {
    const current = `${directory}/${name}`
    const previous = `${directory}/${previousName}`
    const beside = `${work}/${previousName}`
    yield* fs.remove(beside, { force: true })
    yield* Effect.catch(fs.link(current, beside), (error) =>
      error.reason._tag === "NotFound"
        ? Effect.fail(error)
        : Effect.flatMap(PlainFile.readText(fs, current), (text) =>
            PlainFile.writeText(fs, beside, text, modes[access].file)
          )
    )
    yield* fs.rename(beside, previous)
  }).pipe(Effect.ignore)
