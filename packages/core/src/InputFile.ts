/**
 * What somebody names as an input: a file, or a pipe, whose writer may come late or never. To wait for one can be interrupted, unlike
 * an `open` that waits, which keeps even the end of the process waiting.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import { constants, openSync } from "node:fs"
import { Socket } from "node:net"

/** All that comes until its writers are gone; nothing if there was none. */
const pipe = (path: string) =>
  Effect.callback<Uint8Array>((resume) => {
    const chunks: Array<Uint8Array> = []
    const socket = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), writable: false })
    socket.on("data", (chunk) => chunks.push(chunk))
    socket.on("error", () => resume(Effect.succeed(Buffer.concat(chunks))))
    socket.on("end", () => resume(Effect.succeed(Buffer.concat(chunks))))
    return Effect.sync(() => socket.destroy())
  })

/** One that a shell has opened for us has its writer already. */
const isOpened = (path: string) => /^\/(?:dev|proc)\//.test(path)

/** All bytes of the file, or of what is written into the pipe until its writers are gone. */
export const read = Effect.fnUntraced(function* (
  path: string
): Effect.fn.Return<Uint8Array, PlatformError.PlatformError, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const { type } = yield* fs.stat(path)
  if (type !== "FIFO") return yield* fs.readFile(path)
  // Whether it may be read.
  yield* fs.access(path, { readable: true })
  let text = yield* pipe(path)
  while (text.length === 0 && !isOpened(path)) {
    yield* Effect.sleep("100 millis")
    text = yield* pipe(path)
  }
  return text
})
