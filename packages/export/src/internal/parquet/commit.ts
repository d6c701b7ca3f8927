/**
 * Several files and the checkpoint, put in their places as one: they lie in a folder as they will lie in the directory, and are
 * committed by the name of that folder. Whoever is cut off after that is caught up with by the next one, before anything else.
 */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PlainFile from "@effect-genesys/core/PlainFile"
import * as Effect from "effect/Effect"
import { modes } from "../../Access.ts"
import type { Failure, Opened } from "../ndjson/directory.ts"

const name = ".commit"
const checkpointName = "checkpoint.json"

const isFolder = /^[a-z][a-z0-9_]*$/
const isFile = /^[a-z0-9][a-z0-9_-]*\.parquet$/

/** Moves what a commit has into its place. What was moved before is not there any more. */
export const finish = ({ directory, ensure, fs, path, save }: Opened): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const committed = path.join(directory, name)
    const type = yield* PlainFile.typeOf(fs, committed)
    if (type === undefined) return
    if (type !== "Directory") yield* PlainFile.remove(fs, committed)
    const folders = type === "Directory" ? yield* fs.readDirectory(committed) : []
    for (const folder of folders.filter((one) => isFolder.test(one))) {
      yield* ensure(path.join(committed, folder))
      yield* ensure(path.join(directory, folder))
      const files = yield* fs.readDirectory(path.join(committed, folder))
      for (const file of files.filter((one) => isFile.test(one)))
        yield* fs.rename(path.join(committed, folder, file), path.join(directory, folder, file))
      yield* OwnDirectory.sync(fs, path.join(directory, folder))
    }
    const checkpoint = path.join(committed, checkpointName)
    // It goes last: once it is gone, nothing is left to do.
    if (yield* PlainFile.exists(fs, checkpoint)) {
      yield* save(yield* PlainFile.readText(fs, checkpoint, PlainFile.maxBytes))
      yield* PlainFile.remove(fs, checkpoint)
    }
    yield* fs.remove(committed, { recursive: true, force: true })
    yield* OwnDirectory.sync(fs, directory)
  })

/** @param ready the folder in which all is, on the same disk */
export const make = (opened: Opened, ready: string) =>
  Effect.fnUntraced(function* (checkpoint: string) {
    const { access, check, directory, fs, path } = opened
    for (const folder of yield* fs.readDirectory(ready)) yield* OwnDirectory.sync(fs, path.join(ready, folder))
    yield* PlainFile.writeText(fs, path.join(ready, checkpointName), checkpoint, modes[access].file)
    yield* OwnDirectory.sync(fs, ready)
    yield* check
    yield* fs.rename(ready, path.join(directory, name))
    yield* OwnDirectory.sync(fs, directory)
    yield* finish(opened)
  })
