/** What is in the files of a Parquet sink, as DuckDB reads them: no code of ours and none of the library that writes them. */
import { DuckDBInstance } from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { existsSync, readdirSync } from "node:fs"
import type { Layout } from "../src/Layout.ts"

const instance = DuckDBInstance.create(":memory:", { threads: "1" })

/** Rows of a query, as JSON has them. */
export const query = (sql: string): Effect.Effect<ReadonlyArray<Record<string, any>>> =>
  Effect.promise(async () => {
    const connection = await (await instance).connect()
    try {
      return (await connection.runAndReadAll(sql)).getRowObjectsJson()
    } finally {
      connection.closeSync()
    }
  })

/** All files of a table. */
export const files = (directory: string, table: string) => `read_parquet('${directory}/${table}/*.parquet')`

const hasNone = (folder: string) => !existsSync(folder) || readdirSync(folder).length === 0

/** Every row of a kind; whatever is doubled, not sorted or in another day fails here. */
export const rows = Effect.fnUntraced(function* (directory: string, kind: Layout) {
  const found = new Map<string, Record<string, unknown>>()
  if (hasNone(`${directory}/${kind.name}`)) return found
  const all = yield* query(
    `SELECT parse_filename(filename) AS name, ${kind.table.key} AS key, epoch_ms(as_of) AS as_of, raw
     FROM read_parquet('${directory}/${kind.name}/*.parquet', filename = true) ORDER BY filename, file_row_number`
  )
  /** The field that says on which day it is. */
  const moment = String(kind.table.columns["day"]?.from)
  let [file, previous] = ["", ""]
  for (const { as_of, key, name, raw } of all) {
    const { _asOf, _deletedAt, ...fields } = JSON.parse(raw)
    const row = kind.deletions === true || _deletedAt === undefined ? fields : { ...fields, _deletedAt }
    if (found.has(key)) throw new Error(`${key} is there twice`)
    if (file === name && key <= previous) throw new Error(`${name} is not sorted`)
    if (key !== row[kind.key]) throw new Error(`${key} is not ${row[kind.key]}`)
    if (kind.by === "day" && !name.startsWith(String(row[moment]).slice(0, 10))) throw new Error(`${key} in ${name}`)
    if (Date.parse(_asOf) !== Number(as_of)) throw new Error(`${key} is of ${as_of}, not ${_asOf}`)
    ;[file, previous] = [name, key]
    found.set(key, row)
  }
  return found
})

/** When those rows were marked that are, by their key. */
export const deleted = Effect.fnUntraced(function* (directory: string, kind: Layout) {
  if (kind.deletions !== true || hasNone(`${directory}/${kind.name}`)) return new Map<string, number>()
  const marked = yield* query(
    `SELECT ${kind.table.key} AS key, epoch_ms(deleted_at) AS at FROM ${files(directory, kind.name)} WHERE deleted_at IS NOT NULL`
  )
  return new Map(marked.map(({ at, key }) => [key, Number(at)]))
})
