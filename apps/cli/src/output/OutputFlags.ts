/** The flags that say in which form a command prints its results, for every command that has some. */
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/**
 * - `json`: one document. - `ndjson`: a line of JSON for each row, as soon as it is there. - `yaml`: a list of the rows.
 * - `csv`: RFC 4180, with a line of names; an apostrophe stands before what a spreadsheet would take for a formula. - `table`: for
 * people; cells that do not fit are cut.
 */
export const formats = ["json", "ndjson", "yaml", "csv", "table"] as const
export type Format = (typeof formats)[number]

export const OutputFlag = GlobalFlag.Setting("output")({
  flag: Flag.Literals("output", formats).pipe(
    Flag.withDescription("How results are printed; left out, a table in a terminal and lines of JSON elsewhere"),
    Flag.withMetavar("<json|ndjson|yaml|csv|table>"),
    Flag.optional
  )
})

export const JsonFlag = GlobalFlag.Setting("json")({
  flag: Flag.Boolean("json").pipe(
    Flag.withDescription("Print one JSON document, as --output json does"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  )
})

export const JqFlag = GlobalFlag.Setting("jq")({
  flag: Flag.String("jq").pipe(
    Flag.withDescription("Print what this jq expression makes of the results; texts without quotes"),
    Flag.withMetavar("expression"),
    Flag.optional
  )
})

export const BomFlag = GlobalFlag.Setting("bom")({
  flag: Flag.Boolean("bom").pipe(
    Flag.withDescription("Begin CSV with a byte order mark, without which Excel takes é for Ã©"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  )
})

export const CsvFlag = GlobalFlag.Setting("csv")({
  flag: Flag.Boolean("csv").pipe(
    Flag.withDescription("Print CSV, as --output csv does"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  )
})

export const ColumnsFlag = GlobalFlag.Setting("columns")({
  flag: Flag.String("columns").pipe(
    Flag.withDescription("Fields that a table or CSV has, such as id,name,division.name"),
    Flag.withMetavar("a,b.c"),
    Flag.optional
  )
})

/** `Program.run` acts on it, so that it counts for the help, too. */
export const NoColorFlag = GlobalFlag.Setting("no-color")({
  flag: Flag.Boolean("no-color").pipe(
    Flag.withDescription("Print no colours, as the variable NO_COLOR does"),
    Flag.withoutNegation,
    Flag.withDefault(false)
  )
})

export const outputFlags = [OutputFlag, JsonFlag, CsvFlag, JqFlag, BomFlag, ColumnsFlag] as const

export interface Given {
  readonly format: Option.Option<Format>
  readonly jq: Option.Option<string>
  /** Of CSV. */
  readonly bom: boolean
  /** Of CSV and tables. */
  readonly columns: ReadonlyArray<string> | undefined
}

const columnsOf = (flag: Option.Option<string>) => {
  if (Option.isNone(flag)) return Effect.succeed(undefined)
  const columns = flag.value.split(",").map((name) => name.trim())
  return columns.includes("") || new Set(columns).size < columns.length
    ? Effect.fail(
        new UsageError({
          message: "--columns takes names of fields, each once, with commas: --columns id,name,division.name"
        })
      )
    : Effect.succeed(columns)
}

/** What was given; nothing in a command that does not have the flags. */
export const given = Effect.gen(function* (): Effect.fn.Return<Given, UsageError> {
  const output = Option.flatten(yield* Effect.serviceOption(OutputFlag))
  const json = Option.getOrElse(yield* Effect.serviceOption(JsonFlag), () => false)
  const csv = Option.getOrElse(yield* Effect.serviceOption(CsvFlag), () => false)
  const jq = Option.flatten(yield* Effect.serviceOption(JqFlag))
  const wanted = new Set<Format>([
    ...Option.toArray(output),
    ...(json ? (["json"] as const) : []),
    ...(csv ? (["csv"] as const) : [])
  ])
  if (wanted.size > 1) {
    return yield* new UsageError({
      message: `Results are printed in one form, not as ${[...wanted].join(" and ")}. Leave out --output, --json or --csv.`
    })
  }
  const [format] = wanted
  const bom = Option.getOrElse(yield* Effect.serviceOption(BomFlag), () => false)
  if (bom && format !== "csv") {
    return yield* new UsageError({ message: "--bom is for CSV: write --output csv, or leave it out." })
  }
  const columns = yield* columnsOf(Option.flatten(yield* Effect.serviceOption(ColumnsFlag)))
  return { format: Option.fromUndefinedOr(format), jq, bom, columns }
})
