/** What a command prints, as lines of the log: with what that says of the job, and without the token that the command was given. */
import * as Effect from "effect/Effect"
import type { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"

/** A longer line is told in parts. */
const longest = 8_192
const shown = "<token>"

/** @param secret is not told, and shorter than a line may be */
const lines =
  (secret: string) =>
  <E>(output: Stream.Stream<Uint8Array, E>): Stream.Stream<string, E> => {
    const safe = (text: string) => text.replaceAll(secret, shown)
    return Stream.decodeText(output).pipe(
      Stream.mapAccum(
        () => "",
        (before, text) => {
          const all = (before + text).split(/\r?\n/).flatMap((line, place, whole) => {
            const parts: Array<string> = []
            let rest = safe(line)
            // What begins at the end of a line that is not whole may be the beginning of the secret: it is kept back.
            while (rest.length > longest + (place === whole.length - 1 ? secret.length : 0)) {
              parts.push(rest.slice(0, longest))
              rest = rest.slice(longest)
            }
            parts.push(rest)
            return parts
          })
          return [all.at(-1) ?? "", all.slice(0, -1)] as const
        },
        { onHalt: (rest) => [rest] }
      ),
      Stream.filter((line) => line !== ""),
      Stream.map(safe)
    )
  }

/** Tells of both until they end. A failure to read them is none of the command. */
export const log = (
  output: {
    readonly stdout: Stream.Stream<Uint8Array, PlatformError>
    readonly stderr: Stream.Stream<Uint8Array, PlatformError>
  },
  secret: string
): Effect.Effect<void> =>
  Effect.forEach(
    ["stdout", "stderr"] as const,
    (stream) =>
      Stream.runForEach(lines(secret)(output[stream]), (line) =>
        Effect.annotateLogs(Effect.logInfo(line), { event: "command.output", stream })
      ).pipe(Effect.ignore),
    { concurrency: 2, discard: true }
  )
