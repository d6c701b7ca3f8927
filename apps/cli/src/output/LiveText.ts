/** Text in a terminal that is drawn again in its own place. */
import * as Streams from "@effect-genesys/program/Streams"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import * as Effect from "effect/Effect"

/** How many rows of the terminal it takes: long lines are broken. */
const rowsOf = (text: string, columns: number) =>
  text.split("\n").reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0)

export const make = () => {
  let rows = 0
  return {
    draw: (text: string) =>
      Effect.suspend(() => {
        const before = rows
        rows = rowsOf(TerminalText.clean(text), process.stdout.columns || 80)
        return Streams.write(TerminalText.up(before), TerminalText.toLineStart, TerminalText.clearDown, `${text}\n`)
      })
  }
}
