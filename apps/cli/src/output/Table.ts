/** Rows as a table for people. Widths are those of the first rows, so that a long list is printed while it is read. */
import * as TerminalText from "@effect-genesys/program/TerminalText"
import { displayWidth } from "effect/cli/CliOutput"

/** People look at a table wherever it goes, and a row is a line. */
const plain = (value: unknown): string => {
  if (value === undefined || value === null) return ""
  return TerminalText.line(typeof value === "string" ? value : JSON.stringify(value))
}

/** Made when a text has to be cut: it takes Node several milliseconds. */
let segmenter: Intl.Segmenter | undefined

/** As many columns as a terminal gives it. Most texts are told without a look at each letter, which takes a hundred times as long. */
const widthOf = (text: string): number => (/^[\x20-\x7E]*$/.test(text) ? text.length : displayWidth(text))

const padded = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - widthOf(text)))

const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let kept = ""
  let used = 0
  segmenter ??= new Intl.Segmenter()
  for (const { segment } of segmenter.segment(text)) {
    used += widthOf(segment)
    if (used > width - 1) break
    kept += segment
  }
  return `${kept}…`
}

const gap = 2
const narrowest = 6

/** The widest columns give way until all fit. */
const fit = (natural: ReadonlyArray<number>, total: number): ReadonlyArray<number> => {
  const widths = [...natural]
  const room = total - gap * (widths.length - 1)
  for (let sum = widths.reduce((a, b) => a + b, 0); sum > room; sum--) {
    const widest = widths.indexOf(Math.max(...widths))
    if (widths[widest]! <= narrowest) break
    widths[widest]!--
  }
  return widths
}

export interface Options {
  readonly names: ReadonlyArray<string>
  /** The first rows. */
  readonly sample: ReadonlyArray<ReadonlyArray<unknown>>
  /** Columns of the terminal; none where nobody looks. */
  readonly width: number | undefined
  readonly colour: boolean
}

/** The line of names, and how a row is printed. */
export const make = ({ colour, names, sample, width }: Options) => {
  const titles = names.map((name) => plain(name.toUpperCase()))
  const natural = titles.map((title, index) =>
    Math.max(widthOf(title), ...sample.map((row) => widthOf(plain(row[index]))))
  )
  const widths = width === undefined ? natural : fit(natural, width)
  const line = (cells: ReadonlyArray<unknown>) =>
    cells
      .map((value, index) => {
        const text = cut(plain(value), width === undefined ? Infinity : widths[index]!)
        return index === cells.length - 1 ? text : padded(text, widths[index]! + gap)
      })
      .join("")
      .trimEnd()
  const header: TerminalText.Parts = colour
    ? [TerminalText.bold, line(titles), TerminalText.unstyled, "\n"]
    : [`${line(titles)}\n`]
  return {
    header,
    row: (cells: ReadonlyArray<unknown>) => `${line(cells)}\n`
  }
}

/** One thing: a line for each of its fields. */
export const fields = (entries: ReadonlyArray<readonly [name: string, value: unknown]>, width: number | undefined) => {
  const longest = Math.max(0, ...entries.map(([name]) => widthOf(name)))
  return entries
    .map(([name, value]) => `${padded(name, longest + gap)}${plain(value)}`)
    .map((text) => `${width === undefined ? text : cut(text, width)}\n`)
    .join("")
}
