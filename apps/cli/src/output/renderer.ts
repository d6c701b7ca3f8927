/** How rows become text, for each form of output. A renderer is told of rows as they come, and keeps none. */
import * as Effect from "effect/Effect"
import type { Format } from "./OutputFlags.ts"
import type { Parts } from "@effect-genesys/program/TerminalText"
import * as Csv from "./csv.ts"
import * as Row from "./row.ts"
import * as Table from "./Table.ts"
import * as Yaml from "./yaml.ts"

export interface Renderer {
  readonly rows: (rows: ReadonlyArray<unknown>) => Parts
  /** What ends the output. */
  readonly end: () => string
  /** What the reader must know of what was printed. */
  readonly warning: () => string | undefined
}

export interface Options {
  /** Paths of the fields that people look at, such as `division.name`. @default what the first rows have */
  readonly columns?: ReadonlyArray<string> | undefined
  /** Whether a terminal shows it. */
  readonly terminal: boolean
  /** Columns of the terminal; none where nobody looks. */
  readonly width: number | undefined
  readonly colour: boolean
  /** CSV begins with a byte order mark. */
  readonly bom: boolean
}

const nothing = () => ""
const silent = () => undefined

const ndjson = (): Renderer => ({
  rows: (rows) => [rows.map((row) => `${JSON.stringify(row)}\n`).join("")],
  end: nothing,
  warning: silent
})

/** One array; whoever reads the first rows before the last one was there can. */
const json = (): Renderer => {
  let first = true
  return {
    rows: (rows) => {
      const texts = rows.map((row) => {
        const text = `${first ? "[\n" : ",\n"}${JSON.stringify(row)}`
        first = false
        return text
      })
      return [texts.join("")]
    },
    end: () => (first ? "[]\n" : "\n]\n"),
    warning: silent
  }
}

const yaml = ({ terminal }: Options) =>
  Effect.map(Yaml.load(terminal), (stringify): Renderer => {
    let first = true
    return {
      rows: (rows) => {
        first = false
        return [rows.map((row) => stringify([Row.plain(row)])).join("")]
      },
      end: () => (first ? "[]\n" : ""),
      warning: silent
    }
  })

const csv = ({ bom, columns }: Options): Renderer => {
  let names = columns
  let begun = false
  const missed = new Set<string>()
  const header = () => {
    begun = true
    return (bom ? "\uFEFF" : "") + Csv.line(names ?? [])
  }
  return {
    rows: (rows) => {
      const plain = rows.map(Row.plain)
      names ??= Row.namesOf(plain)
      if (columns === undefined) for (const name of Row.namesOf(plain)) if (!names.includes(name)) missed.add(name)
      const lines = plain.map((row) => Csv.line(names!.map((name) => Row.at(row, name))))
      return [(begun ? "" : header()) + lines.join("")]
    },
    end: () => (begun || names === undefined ? "" : header()),
    warning: () =>
      missed.size === 0
        ? undefined
        : `Fields that the first rows did not have are not in the CSV: ${[...missed].join(", ")}. Use --output ndjson to get them.`
  }
}

const table = ({ colour, columns, width }: Options): Renderer => {
  let made: ReturnType<typeof Table.make> | undefined
  let names = columns ?? []
  return {
    rows: (rows) => {
      const plain = rows.map(Row.plain)
      if (made === undefined && columns === undefined) names = Row.namesOf(plain)
      const cells = plain.map((row) => names.map((name) => Row.at(row, name)))
      const begun = made !== undefined
      made ??= Table.make({ names, sample: cells, width, colour })
      const lines = cells.map(made.row).join("")
      return begun ? [lines] : [...made.header, lines]
    },
    end: nothing,
    warning: () =>
      made === undefined
        ? "No results."
        : made.dropped.length === 0
          ? undefined
          : `There is no room for ${made.dropped.join(", ")}: widen the terminal, or ask for fewer with --columns.`
  }
}

export const make = (format: Format, options: Options): Effect.Effect<Renderer> => {
  switch (format) {
    case "json":
      return Effect.sync(json)
    case "ndjson":
      return Effect.sync(ndjson)
    case "yaml":
      return yaml(options)
    case "csv":
      return Effect.sync(() => csv(options))
    case "table":
      return Effect.sync(() => table(options))
  }
}
