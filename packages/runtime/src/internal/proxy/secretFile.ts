/**
 * The secret of a local proxy in a file of this user, as a header that `curl -H @FILE` sends: so that it stands in no URL and in no
 * argument list. The file is there for as long as the proxy.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { constants, lstat, open, unlink } from "node:fs/promises"
import { UsageError } from "../../UsageError.ts"
import * as OwnFolder from "./ownFolder.ts"

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants

/** What a caller sends. */
export const headerOf = (secret: Redacted.Redacted) => `Authorization: Bearer ${Redacted.value(secret)}`

const create = async (path: string, text: string) => {
  // Whatever is there stays, be it a link that leads elsewhere.
  const file = await open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  try {
    await file.writeFile(text)
    return await file.stat()
  } catch (cause) {
    await unlink(path)
    throw cause
  } finally {
    await file.close()
  }
}

/** Only if it is still the one that was made. */
const remove = async (path: string, made: { readonly dev: number; readonly ino: number }) => {
  const found = await lstat(path)
  if (found.dev === made.dev && found.ino === made.ino) await unlink(path)
}

const isThere = (cause: unknown) => cause instanceof Error && "code" in cause && cause.code === "EEXIST"

/** Makes it for the scope. */
export const make = Effect.fnUntraced(function* (path: string, secret: Redacted.Redacted) {
  yield* OwnFolder.check(`The file ${path}`, path)
  yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () => create(path, `${headerOf(secret)}\n`),
      catch: (cause) =>
        new UsageError({
          message: isThere(cause)
            ? `The file ${path} is there already, perhaps from a proxy that was killed. Remove it, or choose another path with --secret-file.`
            : `The file ${path} cannot be made: its folder must exist and be writable.`
        })
    }),
    (made) => Effect.ignore(Effect.tryPromise(() => remove(path, made)))
  )
})
