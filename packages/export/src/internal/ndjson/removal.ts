/**
 * Takes days away from a directory: first out of the checkpoint, and then their files, those too that no checkpoint names any more,
 * because a removal was cut off. Nothing is touched but files that a sink has named, in the folders of the kind.
 */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { Day } from "../../Day.ts"
import type { CheckpointError, SinkError } from "../../ExportError.ts"
import * as Partition from "../../Partition.ts"
import type { Old } from "../../Sink.ts"
import * as CheckpointFile from "./checkpointFile.ts"
import type { Form } from "./foreign.ts"

const names: Record<Form, RegExp> = {
  ndjson: /^(\d{4}-\d{2}-\d{2})(?:\.[1-9]\d{0,8})?\.ndjson(?:\.gz|\.zst)?$/,
  parquet: /^(\d{4}-\d{2}-\d{2})\.parquet$/
}

const isDay = Schema.is(Day)

/** Of the directory that is opened. */
interface Place<E> {
  readonly fs: FileSystem.FileSystem
  readonly path: Path.Path
  readonly directory: string
  readonly check: Effect.Effect<void, E>
  readonly save: (checkpoint: string) => Effect.Effect<void, E>
}

/** @param folders of the kind, by their names */
export const remove = Effect.fnUntraced(function* <E>(
  { check, directory, fs, path, save }: Place<E>,
  {
    folders,
    form,
    old: { before, kind }
  }: { readonly form: Form; readonly folders: ReadonlyArray<string>; readonly old: Old }
): Effect.fn.Return<ReadonlyArray<string>, E | PlainFile.Failure | CheckpointError | SinkError> {
  const isOld = (day: string | undefined): day is string => day !== undefined && isDay(day) && day < before
  const { layouts, partitions } = yield* CheckpointFile.load(fs, directory)
  const days = new Set<string>()
  const without = <A>(noted: Readonly<Record<string, A>>): Record<string, A> =>
    Object.fromEntries(
      Object.entries(noted).filter(([name]) => {
        const day = Partition.ofName(kind, name)?.day
        if (isOld(day)) days.add(day)
        return !isOld(day)
      })
    )
  const rest = { layouts: without(layouts), partitions: without(partitions) }
  yield* check
  if (days.size > 0) yield* save(yield* CheckpointFile.textOf(directory, rest))
  for (const folder of folders.map((name) => path.join(directory, name))) {
    // Whoever has put a link there would choose what is removed.
    if ((yield* PlainFile.typeOf(fs, folder)) !== "Directory") continue
    const files = (yield* fs.readDirectory(folder)).filter((name) => isOld(names[form].exec(name)?.[1]))
    for (const name of files) {
      days.add(name.slice(0, 10))
      yield* fs.remove(path.join(folder, name))
    }
    if (files.length > 0) yield* OwnDirectory.sync(fs, folder)
  }
  return [...days].toSorted()
})
