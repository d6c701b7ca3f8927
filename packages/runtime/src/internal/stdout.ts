/** Standard output with back-pressure: each piece is written when the one before it has gone. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** Waits until whoever reads has taken it. A closed pipe never resumes: `Program.run` ends the program then. */
export const write = (part: string | Uint8Array): Effect.Effect<void> =>
  part.length === 0
    ? Effect.void
    : Effect.callback<void>((resume) => {
        process.stdout.write(part, (error) => {
          if (error === null || error === undefined) resume(Effect.void)
        })
      })

/** What is there at once is written at once. */
export const writeAll = <E, R>(parts: Stream.Stream<string | Uint8Array, E, R>): Effect.Effect<void, E, R> =>
  Stream.runForEachArray(parts, (chunk) =>
    chunk.every((part) => typeof part === "string")
      ? write(chunk.join(""))
      : Effect.forEach(chunk, write, { discard: true })
  )
