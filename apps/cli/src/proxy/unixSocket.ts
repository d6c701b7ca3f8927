/** The path of a Unix socket: free, or left behind by a program that has ended. Whatever else is there stays. */
import * as Effect from "effect/Effect"
import { lstat, unlink } from "node:fs/promises"
import { connect } from "node:net"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as OwnFolder from "./ownFolder.ts"

const unusable = (path: string, why: string) => new UsageError({ message: `The socket ${path} ${why}.` })

/** How long whoever listens there has to take a connection. */
const patience = 1_000

type Listener = "somebody" | "nobody" | "unknown"

const listener = (path: string): Effect.Effect<Listener> =>
  Effect.callback<Listener>((resume) => {
    const socket = connect(path)
    const end = (found: Listener) => {
      socket.destroy()
      resume(Effect.succeed(found))
    }
    socket.setTimeout(patience, () => end("unknown"))
    socket.once("connect", () => end("somebody"))
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code === "ECONNREFUSED" ? "nobody" : "unknown"))
    return Effect.sync(() => socket.destroy())
  })

/** Makes way for a new socket, or says why that cannot be. */
export const makeWay = Effect.fnUntraced(function* (path: string) {
  yield* OwnFolder.check(`The socket ${path}`, path)
  const found = yield* Effect.tryPromise({
    try: () => lstat(path),
    catch: (cause) => cause
  }).pipe(
    Effect.catch((cause) =>
      isMissing(cause)
        ? Effect.succeed(undefined)
        : Effect.fail(unusable(path, "is in a folder that this user may not read, or that is none"))
    )
  )
  if (found === undefined) return
  if (!found.isSocket()) return yield* unusable(path, "is a file of another kind. Choose another path with --socket")
  const present = yield* listener(path)
  if (present === "somebody") {
    return yield* unusable(path, "is in use by another program. End it, or choose another path with --socket")
  }
  if (present === "unknown") return yield* unusable(path, "is not this user's. Choose another path with --socket")
  yield* Effect.tryPromise({
    try: () => unlink(path),
    catch: () => unusable(path, "is left from before and cannot be removed. Choose another path with --socket")
  })
})

const isMissing = (cause: unknown) => cause instanceof Error && "code" in cause && cause.code === "ENOENT"
