/**
 * The two streams of a program, and its only way to them. Standard output is data: a pipe or a file gets it byte by byte, a
 * terminal gets it cleaned. Standard error is for people, and is cleaned wherever it goes.
 */
import type * as EffectConsole from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Console } from "node:console"
import { Writable } from "node:stream"
import * as TerminalText from "./TerminalText.ts"

/** Results: text, bytes, and what a terminal is to do with them. */
export type Part = TerminalText.Part | Uint8Array

const isShown = () => process.stdout.isTTY

/** Waits until whoever reads has taken it. A closed pipe never resumes: `Program.run` ends the program then. */
const put = (data: string | Uint8Array): Effect.Effect<void> =>
  data.length === 0
    ? Effect.void
    : Effect.callback<void>((resume) => {
        process.stdout.write(data, (error) => {
          if (error === null || error === undefined) resume(Effect.void)
        })
      })

const data = (part: Part) => (part instanceof TerminalText.Sequence ? part.code : part)

const putExactly = (parts: ReadonlyArray<Part>): Effect.Effect<void> => {
  const all = parts.map(data)
  return all.every((part) => typeof part === "string") ? put(all.join("")) : Effect.forEach(all, put, { discard: true })
}

/** Results as they come, each piece when the one before it has gone. What is there at once is written at once. */
export const writeAll = <E, R>(parts: Stream.Stream<Part, E, R>): Effect.Effect<void, E, R> =>
  Effect.suspend(() => {
    if (!isShown()) return Stream.runForEachArray(parts, putExactly)
    const cleaner = TerminalText.cleaner()
    return Effect.andThen(
      Stream.runForEachArray(parts, (chunk) => put(chunk.map(cleaner.push).join(""))),
      Effect.suspend(() => put(cleaner.end()))
    )
  })

/** Writes to standard output, and waits until it is taken. */
export const write = (...parts: ReadonlyArray<Part>): Effect.Effect<void> => writeAll(Stream.fromIterable(parts))

/** Something for people, on standard error, at once. */
export const tell = (...parts: ReadonlyArray<TerminalText.Part>): void => {
  process.stderr.write(TerminalText.render(parts, true))
}

const through = (print: (text: string) => void) =>
  new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      print(text)
      done()
    }
  })

/** What `Console` and the log print goes the same way. It has no sequences: whoever colours uses `write` or `tell`. */
export const console: EffectConsole.Console = new Console({
  stdout: through((text) => process.stdout.write(TerminalText.render([text], isShown()))),
  stderr: through(tell)
})
