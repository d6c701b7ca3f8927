/** The columns of a flat table in Parquet. Their types are those of `Column`, and whatever is null there is null here. */
import { isExactNumber } from "@effect-genesys/client/ExactNumber"
import type { SchemaElement } from "hyparquet"
import * as Column from "../../Column.ts"
import type { Flat } from "../../Layout.ts"
import type { FlatRow } from "../../Tables.ts"

export interface ParquetColumn {
  readonly name: string
  readonly elements: ReadonlyArray<SchemaElement>
  readonly read: (cell: Column.Cell) => unknown
}

const day = 86_400_000

type Type = Column.Type | "int"

const leaves = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
  moment: {
    type: "INT64",
    converted_type: "TIMESTAMP_MILLIS",
    logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" }
  },
  day: { type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } },
  number: { type: "DOUBLE" },
  flag: { type: "BOOLEAN" },
  int: { type: "INT32" }
} as const satisfies Record<Exclude<Type, "texts">, Omit<SchemaElement, "name">>

const elementsOf = (name: string, type: Type, isRequired: boolean): ReadonlyArray<SchemaElement> => {
  const repetition_type = isRequired ? "REQUIRED" : "OPTIONAL"
  if (type !== "texts") return [{ name, repetition_type, ...leaves[type] }]
  return [
    { name, repetition_type, converted_type: "LIST", logical_type: { type: "LIST" }, num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", repetition_type: "OPTIONAL", ...leaves.text }
  ]
}

const asIs = (cell: Column.Cell): unknown => cell

/** The nearest one that a column holds; none if it is too large. */
const double = (cell: Column.Cell): unknown => {
  const value = isExactNumber(cell) ? Number(cell.rawJSON) : cell
  return Number.isFinite(value) ? value : null
}

const readers: Partial<Record<Type, ParquetColumn["read"]>> = {
  moment: (cell) => (typeof cell === "string" ? BigInt(Date.parse(cell)) : null),
  day: (cell) => (typeof cell === "string" ? Math.floor(Date.parse(cell) / day) : null),
  number: double
}

const column = (name: string, type: Type, isRequired = false): ParquetColumn => ({
  name,
  elements: elementsOf(name, type, isRequired),
  read: readers[type] ?? asIs
})

export const of = ({ columns, deletions, key, places }: Flat): ReadonlyArray<ParquetColumn> => [
  column(key, "text", true),
  ...places.map((place) => column(place, "int", true)),
  ...Object.entries(columns).map(([name, one]) => column(name, one.type, Column.isRequired(one))),
  ...(places.length === 0 ? [column("as_of", "moment", true), column("raw", "text", true)] : []),
  ...(deletions ? [column("deleted_at", "moment")] : [])
]

export const schemaOf = (columns: ReadonlyArray<ParquetColumn>): Array<SchemaElement> => [
  { name: "root", num_children: columns.length },
  ...columns.flatMap(({ elements }) => elements)
]

/** About how much memory a cell takes until it is written. */
const cellBytes = 16

export const sizeOf = (row: FlatRow): number => {
  let size = 0
  for (const name in row) {
    const cell = row[name]
    size += cellBytes + (typeof cell === "string" ? cell.length : 0)
  }
  return size
}
