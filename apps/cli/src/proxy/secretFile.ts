/**
 * The secret of a local proxy in a file of this user, as a header that `curl -H @FILE` sends: so that it stands in no URL and in no
 * argument list. The file is there for as long as the proxy.
 */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as OwnFile from "@effect-genesys/core/OwnFile"
import * as PrivateFile from "@effect-genesys/core/PrivateFile"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Redacted from "effect/Redacted"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as OwnFolder from "./ownFolder.ts"

/** What a caller sends. */
export const headerOf = (secret: Redacted.Redacted) => `Authorization: Bearer ${Redacted.value(secret)}`

/** Whatever is there stays, be it a link that leads elsewhere. */
const create = Effect.fnUntraced(function* (path: string, text: string) {
  const made = yield* Effect.mapError(
    PrivateFile.create(path, text),
    () => new UsageError({ message: `The file ${path} cannot be made: its folder must exist and be writable.` })
  )
  if (made) return
  return yield* new UsageError({
    message: `The file ${path} is there already, perhaps from a proxy that was killed. Remove it, or choose another path with --secret-file.`
  })
})

/** Only if it is still the one that was made: no other has this secret. */
const remove = Effect.fnUntraced(function* (path: string, text: string) {
  if ((yield* OwnFile.readText(path)) === text) yield* FileSystem.FileSystem.use((fs) => fs.remove(path))
})

/** Makes it for the scope. */
export const make = Effect.fnUntraced(function* (given: string, secret: Redacted.Redacted) {
  const path = yield* OwnDirectory.named(given)
  yield* OwnFolder.check(`The file ${path}`, path)
  const text = `${headerOf(secret)}\n`
  yield* Effect.acquireRelease(create(path, text), () => Effect.ignore(remove(path, text)))
})
