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
/** A column that has less room than this is left out, but for the last one that may be. */
const narrowest = 11
const tiniest = 3

/** What is copied into the next command; half of it is of no use. */
const isWhole = (name: string, sample: ReadonlyArray<unknown>) =>
  /(?:^i|I|\.i)d$|^operation$/.test(name) ||
  sample.some((value) => typeof value === "string" && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value))

interface Column {
  readonly natural: number
  readonly whole: boolean
}

/** The widest columns give way until all fit; where that is not enough, the last ones go. Those that must be whole stay as they are. */
const fit = (columns: ReadonlyArray<Column>, total: number): ReadonlyArray<number | undefined> => {
  const widths: Array<number | undefined> = columns.map(({ natural }) => natural)
  const least = ({ natural, whole }: Column) => (whole ? natural : Math.min(natural, narrowest))
  const used = (sizes: ReadonlyArray<number>) => sizes.reduce((a, b) => a + b + gap, -gap)
  const kept = () => columns.filter((_, at) => widths[at] !== undefined)
  while (used(kept().map(least)) > total && kept().length > 1) {
    const last = columns.findLastIndex(({ whole }, at) => at > 0 && !whole && widths[at] !== undefined)
    if (last === -1) break
    widths[last] = undefined
  }
  const floor = used(kept().map(least)) > total ? tiniest : narrowest
  for (let sum = used(widths.filter((width) => width !== undefined)); sum > total; sum--) {
    const room = widths.map((width, at) => (width === undefined || columns[at]!.whole || width <= floor ? 0 : width))
    const widest = room.indexOf(Math.max(...room))
    if (room[widest] === 0) break
    widths[widest] = room[widest]! - 1
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

/** The line of names, how a row is printed, and what there is no room for. */
export const make = ({ colour, names, sample, width }: Options) => {
  const titles = names.map((name) => plain(name.toUpperCase()))
  const columns = titles.map((title, index) => ({
    natural: Math.max(widthOf(title), ...sample.map((row) => widthOf(plain(row[index])))),
    whole: isWhole(
      names[index]!,
      sample.map((row) => row[index])
    )
  }))
  const widths = width === undefined ? columns.map(({ natural }) => natural) : fit(columns, width)
  const shown = [...names.keys()].filter((index) => widths[index] !== undefined)
  const line = (cells: ReadonlyArray<unknown>) =>
    shown
      .map((index, place) => {
        const text = cut(plain(cells[index]), width === undefined || columns[index]!.whole ? Infinity : widths[index]!)
        return place === shown.length - 1 ? text : padded(text, widths[index]! + gap)
      })
      .join("")
      .trimEnd()
  const header: TerminalText.Parts = colour
    ? [TerminalText.bold, line(titles), TerminalText.unstyled, "\n"]
    : [`${line(titles)}\n`]
  return {
    header,
    row: (cells: ReadonlyArray<unknown>) => `${line(cells)}\n`,
    dropped: names.filter((_, index) => widths[index] === undefined)
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
