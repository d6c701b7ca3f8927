/**
 * Prints the results of a command on standard output, in the form that its flags ask for, and nothing else. Rows are printed as
 * they come, no faster than they are read. For a terminal they are cleaned, see `Streams`.
 */
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as Streams from "@effect-genesys/program/Streams"
import * as TerminalText from "@effect-genesys/program/TerminalText"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Jq from "./Jq.ts"
import { type Format, given } from "./OutputFlags.ts"
import * as Renderer from "./renderer.ts"
import * as Row from "./row.ts"
import * as Table from "./Table.ts"
import * as Yaml from "./yaml.ts"

export interface Options {
  /** Paths of the fields that people look at, such as `division.name`. @default what the first rows have */
  readonly columns?: ReadonlyArray<string> | undefined
  /** The rows have no end, and need not be alike: there is no whole document of them, and no table. @default false */
  readonly endless?: boolean | undefined
  /** What is printed when no flag says so. @default `table` in a terminal, `ndjson` elsewhere */
  readonly format?: Format | undefined
}

/** What the flags ask for, checked: before a call is made, please. */
export interface Printer {
  /** Whether a flag asks for a form, or an expression is to be applied. */
  readonly asked: boolean
  /** Whether it is a table or CSV, which people look at. */
  readonly isLooked: boolean
  readonly isTable: boolean
  /** A list. With `--output json`, an expression is applied to the whole of it, otherwise to each row. */
  readonly rows: <E, R>(rows: Stream.Stream<unknown, E, R>) => Effect.Effect<void, E | Jq.JqError, R>
  /** One thing. */
  readonly value: (value: unknown) => Effect.Effect<void, Jq.JqError>
  /** One thing that is about a list: where the form is one for lists, that is printed. */
  readonly report: (value: unknown, rows: ReadonlyArray<unknown>) => Effect.Effect<void, Jq.JqError>
  /** What a call was answered with: of a page of a list, its rows where the form is one for lists. */
  readonly answer: (value: unknown) => Effect.Effect<void, Jq.JqError>
}

const listed = (json: unknown): ReadonlyArray<unknown> | undefined => {
  const page = Row.fieldsOf(json) ?? {}
  return ["entities", "results", "conversations"].map((field) => page[field]).find((rows) => Array.isArray(rows))
}

const isText = (json: string) => json.startsWith('"')

/** The form of what never ends: a line for each row is as near to one document as it can get. */
const endlessly = Effect.fnUntraced(function* (format: Option.Option<Format>) {
  const wanted = Option.getOrUndefined(format)
  if (wanted === "csv" || wanted === "table") {
    return yield* new UsageError({
      message: `What goes on without an end is no ${wanted}: write --output ndjson, json or yaml.`
    })
  }
  return wanted === "json" ? "ndjson" : wanted
})

/** The results of an expression, and then its failure. */
const applied = (run: Jq.Jq) => (inputs: ReadonlyArray<unknown>) => {
  const { error, results } = run(inputs)
  return Stream.concat(Stream.fromIterable(results), error === undefined ? Stream.empty : Stream.fail(error))
}

export const make = Effect.fnUntraced(function* (options: Options = {}): Effect.fn.Return<Printer, UsageError> {
  const flags = yield* given
  const jq = Option.isSome(flags.jq) ? yield* Jq.make(flags.jq.value) : undefined
  const terminal = process.stdout.isTTY
  const { canColor } = yield* TerminalCapabilities.TerminalCapabilities
  const format = options.endless === true ? yield* endlessly(flags.format) : Option.getOrUndefined(flags.format)
  const shown = format ?? options.format ?? (terminal ? "table" : "ndjson")
  const isTabular = shown === "table" || shown === "csv"
  if (flags.columns !== undefined && (!isTabular || (format === undefined && jq !== undefined))) {
    return yield* new UsageError({
      message: "--columns is for a table or CSV: write --output table or --csv, or take fields with --jq '{id, name}'."
    })
  }
  const columns = flags.columns ?? (jq === undefined ? options.columns : undefined)
  const look = {
    columns,
    terminal,
    // A terminal would show it, or take it for a mark of its own.
    bom: flags.bom && !terminal,
    width: terminal ? process.stdout.columns : undefined,
    // What is piped stays as it is, whatever a variable forces.
    colour: terminal && canColor
  }

  const print = Effect.fnUntraced(function* <E, R>(form: Format, rows: Stream.Stream<unknown, E, R>) {
    const renderer = yield* Renderer.make(form, look)
    yield* Streams.writeAll(Stream.mapArray(rows, renderer.rows))
    yield* Streams.write(renderer.end())
    const warning = renderer.warning()
    if (warning !== undefined && (terminal || form === "csv")) yield* Console.error(TerminalText.line(warning))
  })

  const results = <E, R>(found: Stream.Stream<string, E, R>) => {
    if (format === "csv" || format === "table" || format === "yaml") {
      return print(format, Stream.map(found, ExactNumber.parse))
    }
    const raw = Option.getOrUndefined(flags.format) !== "ndjson"
    return Streams.writeAll(Stream.map(found, (json) => `${raw && isText(json) ? String(JSON.parse(json)) : json}\n`))
  }

  const printRows = <E, R>(rows: Stream.Stream<unknown, E, R>): Effect.Effect<void, E | Jq.JqError, R> => {
    if (jq === undefined) return print(shown, rows)
    if (format === "json") {
      return Effect.flatMap(Stream.runCollect(rows), (all) => results(applied(jq)([all])))
    }
    return results(Stream.flatMap(Stream.chunks(rows), applied(jq)))
  }

  const printValue = Effect.fnUntraced(function* (value: unknown) {
    if (jq !== undefined) return yield* results(applied(jq)([value]))
    if (format === "yaml") {
      const stringify = yield* Yaml.load(terminal)
      return yield* Streams.write(stringify(Row.plain(value)))
    }
    if (format === "csv" || format === "table") return yield* print(format, Stream.make(value))
    if (format === undefined && terminal && columns !== undefined) {
      const plain = Row.plain(value)
      const entries = columns.map((name) => [name, Row.at(plain, name)] as const)
      return yield* Streams.write(
        Table.fields(
          entries.filter(([, field]) => field !== undefined),
          look.width
        )
      )
    }
    yield* Streams.write(
      `${JSON.stringify(value ?? null, undefined, terminal && format !== "ndjson" ? 2 : undefined)}\n`
    )
  })

  const report = (value: unknown, rows: ReadonlyArray<unknown>) =>
    jq === undefined && (format === "csv" || format === "table")
      ? print(format, Stream.fromIterable(rows))
      : printValue(value)

  return {
    asked: format !== undefined || jq !== undefined,
    isLooked: isTabular && jq === undefined,
    isTable: shown === "table",
    rows: printRows,
    value: printValue,
    report,
    answer: (value) => report(value, listed(value) ?? [value])
  }
})

/** Bytes as they are, but for a terminal. */
export const raw: <E, R>(parts: Stream.Stream<Streams.Part, E, R>) => Effect.Effect<void, E, R> = Streams.writeAll
