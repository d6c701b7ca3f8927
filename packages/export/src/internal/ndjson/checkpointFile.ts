/**
 * The checkpoint of a directory, in `checkpoint.json`. It is replaced whole, and the one before is kept beside it. A file that
 * is not a checkpoint is never touched.
 */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PlainFile from "@effect-genesys/core/PlainFile"
import { quoted } from "@effect-genesys/core/ShellText"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { Access, modes } from "../../Access.ts"
import { Checkpoint, empty } from "../../Checkpoint.ts"
import { CheckpointError, SinkError } from "../../ExportError.ts"

const Stored = Schema.fromJsonString(
  Schema.toCodecJson(
    Schema.Struct({
      version: Schema.Literal(1),
      partitions: Checkpoint,
      /** Of which layout the files of a partition are, where that is more than their lines. */
      layouts: Schema.optionalKey(Schema.Record(Schema.String, Schema.String))
    })
  )
)
type Stored = typeof Stored.Type
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

/** What is noted of a directory. */
export type Noted = Required<Pick<Stored, "layouts" | "partitions">>

export const load = (
  fs: FileSystem.FileSystem,
  directory: string
): Effect.Effect<Noted, PlainFile.Failure | CheckpointError> =>
  PlainFile.readText(fs, `${directory}/${name}`, PlainFile.maxBytes).pipe(
    Effect.flatMap((text) => Effect.mapError(decode(text), () => damaged(directory))),
    Effect.map(({ layouts = {}, partitions }) => ({ layouts, partitions })),
    Effect.catchIf(
      (error) => error._tag === "UntrustedFile" && error.reason === "TooLarge",
      () => Effect.fail(damaged(directory))
    ),
    Effect.catchTag("PlatformError", (error) =>
      error.reason._tag === "NotFound" ? Effect.succeed({ layouts: {}, partitions: empty }) : Effect.fail(error)
    )
  )

const othersRead = 0o044

/** The checkpoint is written anew each time, so it tells for whom the export was last. */
export const checkAccess = Effect.fnUntraced(function* (fs: FileSystem.FileSystem, directory: string, access: Access) {
  const path = `${directory}/${name}`
  if ((yield* PlainFile.typeOf(fs, path)) !== "File" || process.platform === "win32") return
  const readers = (mode: number) => mode & othersRead
  const { mode } = yield* fs.lstat(path)
  if (readers(mode) === readers(modes[access].file)) return
  const before = Access.literals.find((one) => readers(mode) === readers(modes[one].file))
  const was = before === undefined ? `have mode 0${(mode & 0o777).toString(8)}` : `were made with access ${before}`
  const keep = before === undefined ? "" : `say access ${before} again, or `
  return yield* new SinkError({
    sink: directory,
    message: `The files in ${directory} ${was}, and new ones would have access ${access}. To have one for all of them, ${keep}change those that are there: chmod -R ${changes[access]} ${quoted(directory)}`
  })
})

/** What they are for `chmod`. */
const changes: Record<Access, string> = { owner: "go=", group: "g=rX,o=", everyone: "go=rX" }

export interface Place {
  readonly directory: string
  /** On the same disk, for what is not whole yet. */
  readonly work: string
  readonly access: Access
}

/** The text to be saved. It is an error if `load` would refuse it: then what is there stays as it is, and in order. */
export const textOf = Effect.fnUntraced(function* (
  directory: string,
  { layouts, partitions }: Noted
): Effect.fn.Return<string, SinkError> {
  const refused = (what: string, cause?: Schema.SchemaError) =>
    new SinkError({
      sink: directory,
      message: `What is to be noted in ${directory}/${name} ${what}, so it was not written, and what is there stays as it was. Look at what Genesys, or a proxy before it, answers; then export again.`,
      lasting: true,
      ...(cause === undefined ? {} : { cause })
    })
  const text = yield* Effect.mapError(
    encode({ version: 1, partitions, ...(Object.keys(layouts).length === 0 ? {} : { layouts }) }),
    (error) => refused("could not be read again", error)
  )
  return Buffer.byteLength(text) > PlainFile.maxBytes ? yield* refused("is too large to be read again") : text
})

export const save = (
  fs: FileSystem.FileSystem,
  { access, directory, work }: Place,
  text: string
): Effect.Effect<void, PlainFile.Failure> =>
  Effect.gen(function* () {
    const current = `${directory}/${name}`
    const beside = `${work}/${name}`
    yield* fs.remove(beside, { force: true })
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
        : Effect.flatMap(PlainFile.readText(fs, current, PlainFile.maxBytes), (text) =>
            PlainFile.writeText(fs, beside, text, modes[access].file)
          )
    )
    yield* fs.rename(beside, previous)
  }).pipe(Effect.ignore)
