/**
 * A page on the disk that leads on to an address, for a browser to open in its place. Whoever lists processes can read what a
 * browser is started with, and who has the `state` of a login could end it, or put a login of their own in its place. The file is
 * for this user alone, as Jupyter's is. (A page of our own listener would not do: it answers whichever user asks first.)
 */
import * as OwnDirectory from "@effect-genesys/core/OwnDirectory"
import * as PrivateFile from "@effect-genesys/core/PrivateFile"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { randomBytes } from "node:crypto"
import { rmSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { join } from "node:path"

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character]!)

const page = (address: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta http-equiv="refresh" content="0; url=${escaped(address)}">
<title>Log in to Genesys Cloud</title>
<p><a href="${escaped(address)}">Log in to Genesys Cloud</a></p>
</html>
`

const writeIn = Effect.fnUntraced(function* (parent: string, address: string) {
  const directory = join(parent, `genesys-login-${randomBytes(16).toString("hex")}`)
  const remove = () => rmSync(directory, { recursive: true, force: true })
  // A second signal ends the program at once, and no finalizer runs.
  yield* Effect.acquireRelease(
    Effect.sync(() => process.once("exit", remove)),
    () => Effect.sync(() => (process.removeListener("exit", remove), remove()))
  )
  // A home that is not there is not to be made.
  yield* FileSystem.FileSystem.use((fs) => fs.access(parent, { writable: true }))
  yield* OwnDirectory.ensure(directory)
  const file = join(directory, "login.html")
  yield* PrivateFile.write(file, page(address))
  return file
})

/**
 * It is there as long as the scope. In the home folder, and under a name that can be seen: a browser from a snap may read neither
 * hidden files nor those in /tmp.
 */
export const write = (address: string) =>
  // A user whom the system does not know has no home.
  Effect.flatMap(Effect.try(homedir), (home) => writeIn(home, address)).pipe(
    Effect.catch(() => writeIn(tmpdir(), address))
  )
