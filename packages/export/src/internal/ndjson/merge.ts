/**
 * Merges sorted streams of lines into one, each key once: the version of the latest moment, and of two of the same moment the
 * one of the later stream. It holds a chunk of each stream, never more.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { replaces } from "../../Row.ts"
import { compare, type Line } from "./line.ts"
import type { Failure } from "./lineFile.ts"

interface Cursor {
  /** Of what was there before. */
  readonly isOld: boolean
  lines: ReadonlyArray<Line>
  index: number
  readonly next: Effect.Effect<ReadonlyArray<Line>, Failure>
}

const chunk = 256

type Lines = ReadonlyArray<Stream.Stream<Line, Failure>>

/** @param missed what becomes of a line that was there and did not come; else it stays */
export const merge = (
  before: Lines,
  came: Lines,
  missed: (line: Line) => Line = (line) => line
): Stream.Stream<Line, Failure> =>
  Stream.scoped(
    Stream.fromPull(
      Effect.gen(function* () {
        let cursors: Array<Cursor> = []
        for (const [place, stream] of [...before, ...came].entries()) {
          const pull = yield* Stream.toPull(stream)
          const next: Effect.Effect<ReadonlyArray<Line>, Failure> = Pull.catchDone(pull, () => Effect.succeed([]))
          cursors.push({ isOld: place < before.length, lines: [], index: 0, next })
        }

        const fill = Effect.fnUntraced(function* (cursor: Cursor) {
          cursor.lines = yield* cursor.next
          cursor.index = 0
        })

        /** The smallest of the heads; of equal keys the oldest version, then that of the earliest stream. */
        const smallest = (): Cursor | undefined => {
          let found: Cursor | undefined
          for (const cursor of cursors) {
            if (found === undefined || compare(cursor.lines[cursor.index]!, found.lines[found.index]!) < 0)
              found = cursor
          }
          return found
        }

        let started = false
        let last: Line | undefined
        let isMissed = true
        const ended = (line: Line) => (isMissed ? missed(line) : line)
        return Effect.gen(function* () {
          if (!started) {
            yield* Effect.forEach(cursors, fill)
            cursors = cursors.filter(({ lines }) => lines.length > 0)
            started = true
          }
          const out: Array<Line> = []
          while (out.length < chunk) {
            const cursor = smallest()
            if (cursor === undefined) {
              if (last !== undefined) out.push(ended(last))
              last = undefined
              break
            }
            const line = cursor.lines[cursor.index++]!
            if (last === undefined || last.key !== line.key) {
              if (last !== undefined) out.push(ended(last))
              last = line
              isMissed = true
            } else if (replaces(line, last)) last = line
            if (!cursor.isOld) isMissed = false
            if (cursor.index === cursor.lines.length) {
              yield* fill(cursor)
              if (cursor.lines.length === 0) cursors = cursors.filter((other) => other !== cursor)
            }
          }
          return Arr.isReadonlyArrayNonEmpty(out) ? out : yield* Cause.done()
        })
      })
    )
  )
