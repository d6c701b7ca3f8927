/** Text in a terminal that is drawn again in its own place. */
import * as Effect from "effect/Effect"

const up = (lines: number) => (lines === 0 ? "" : `\u001B[${lines}A`)
const clearDown = "\r\u001B[0J"

/** How many rows of the terminal it takes: long lines are broken. */
const rowsOf = (text: string, columns: number) =>
  text.split("\n").reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / columns)), 0)

export const make = () => {
  let rows = 0
  return {
    draw: (text: string) =>
      Effect.sync(() => {
        process.stdout.write(`${up(rows)}${clearDown}${text}\n`)
        rows = rowsOf(text, process.stdout.columns || 80)
      })
  }
}
