/** Files of a person's settings: only this user can change them, and a word of warning is said where others can read them. */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as OwnFile from "@effect-genesys/core/OwnFile"
import * as PrivateFile from "@effect-genesys/core/PrivateFile"
import { quoted } from "@effect-genesys/core/ShellText"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"

/** Made, with mode 0700, if it is not there. */
export const directory = OwnDirectory.ensure

export const write = Effect.fnUntraced(function* (file: string, text: string) {
  yield* directory((yield* Path.Path).dirname(file))
  yield* PrivateFile.write(file, text)
})

/** As `write`, but only where there is none; false if there is one. */
export const create = Effect.fnUntraced(function* (file: string, text: string) {
  yield* directory((yield* Path.Path).dirname(file))
  return yield* PrivateFile.create(file, text)
})

/** It is said once by a program, however often it reads. */
const warned = new Set<string>()

const readable = (mode: number) => process.platform !== "win32" && (mode & 0o077) !== 0

/** None if there is none. */
export const read = Effect.fnUntraced(function* (file: string) {
  const text = yield* OwnFile.readText(file).pipe(
    Effect.asSome,
    Effect.catchIf(
      ({ reason }) => reason === "Missing",
      () => Effect.succeedNone
    )
  )
  if (Option.isNone(text)) return text
  const { mode } = yield* FileSystem.FileSystem.use((fs) => fs.stat(file))
  if (readable(mode) && !warned.has(file)) {
    warned.add(file)
    yield* Effect.logWarning(`other users can read ${file}; close it to them with: chmod 600 ${quoted(file)}`)
  }
  return text
})

export const remove = (file: string) =>
  FileSystem.FileSystem.use((fs) => Effect.asVoid(fs.remove(file, { force: true })))
