/** The tables of a copy in files as views of DuckDB, made of the layout of a kind: over Parquet as they are, over lines by reading their JSON. */
import { type Child, type Flat, type Layout, tablesOf } from "../../Layout.ts"
import * as Duck from "./duckTypes.ts"

/** The schema of the views, as that of the tables in PostgreSQL. */
export const schema = "genesys"

const list = (files: ReadonlyArray<string>) => `[${files.map(Duck.text).join(", ")}]`

/** All columns of a table with their types, in the order in which files of Parquet have them. */
export const columnsOf = ({ columns, deletions, key, places }: Flat): ReadonlyArray<readonly [string, string]> => [
  [key, "VARCHAR"],
  ...places.map((place) => [place, "INTEGER"] as const),
  ...Object.entries(columns).map(([name, { type }]) => [name, Duck.types[type]] as const),
  ...(places.length === 0
    ? ([
        ["as_of", "TIMESTAMPTZ"],
        ["raw", "VARCHAR"]
      ] as const)
    : []),
  ...(deletions ? ([["deleted_at", "TIMESTAMPTZ"]] as const) : [])
]

export const view = (name: string, query: string): string => `CREATE OR REPLACE VIEW ${schema}.${name} AS ${query}`

const nothing = (flat: Flat): string =>
  `SELECT ${columnsOf(flat)
    .map(([name, type]) => `CAST(NULL AS ${type}) AS ${name}`)
    .join(", ")} WHERE false`

/** The names of folders above say nothing of the rows. A file of an earlier version may lack columns that others have. */
const inParquet = (files: ReadonlyArray<string>): string =>
  `read_parquet(${list(files)}, hive_partitioning = false, union_by_name = true)`

/** Which columns some files have, all of them together. */
export const describeParquet = (files: ReadonlyArray<string>): string => `DESCRIBE SELECT * FROM ${inParquet(files)}`

/** A table whose columns are those of its layout: what no file has is NULL, what one has besides stands behind it. @param found with their types */
export const ofParquet = (flat: Flat, files: ReadonlyArray<string>, found: ReadonlyMap<string, string>): string => {
  if (files.length === 0) return view(flat.name, nothing(flat))
  const known = columnsOf(flat)
  const cells = known.map(([name, type]) => {
    const there = found.get(name)
    if (there === undefined) return `CAST(NULL AS ${type}) AS ${name}`
    return name in flat.columns && there !== type && Duck.aliases[there] !== type
      ? `TRY_CAST(${name} AS ${type}) AS ${name}`
      : name
  })
  const names = new Set(known.map(([name]) => name))
  const others = [...found.keys()].filter((name) => !names.has(name)).map(Duck.quoted)
  return view(flat.name, `SELECT ${[...cells, ...others].join(", ")} FROM ${inParquet(files)}`)
}

/** A table that no layout is known of. */
export const unknown = (name: string, files: ReadonlyArray<string>): string =>
  view(name, `SELECT * FROM ${inParquet(files)}`)

/** Each thread has buffers of that size. */
const share = 32
const least = 16 * 1024 * 1024

/** The longest line that is read with so much memory, both in bytes. */
export const longestLine = (memory: number): number => Math.max(least, Math.floor(memory / share))

/**
 * Half a surrogate pair stands in a line as an escape, with which DuckDB takes it for damaged: it becomes U+FFFD. A backslash before it that
 * is one by itself is no escape.
 */
const lone = String.raw`([^\\](?:\\\\)*)(?:\\u[dD][89a-fA-F][0-9a-fA-F]{2})+`
const sound = `CASE WHEN contains(line, '\\ud') THEN regexp_replace(line, '${lone}', '\\1\\\\ufffd', 'g') ELSE line END`

/** No control character stands in JSON, so that a line is one field. */
const lines = (files: ReadonlyArray<string>, longest: number): string =>
  `(SELECT ${sound} AS line FROM read_csv(${list(files)}, columns = {'line': 'VARCHAR'}, delim = '\u0001', quote = '', escape = '',
    header = false, auto_detect = false, max_line_size = ${longest}, buffer_size = ${longest}))`

/** The objects of an array; or an object for each field of one, in the order of their names. */
const allOf = ({ entries = false, from }: Child): string => {
  const path = Duck.pathOf(from)
  if (!entries) return `json_extract(line, ${Duck.text(`${path}[*]`)})`
  const fields = `list_sort(map_entries(TRY_CAST(json_extract(line, ${Duck.text(path)}) AS MAP(VARCHAR, JSON))))`
  const value = `CASE json_type(one.value) WHEN 'VARCHAR' THEN json_extract_string(one.value, '$') WHEN 'NULL' THEN NULL ELSE CAST(one.value AS VARCHAR) END`
  return `list_transform(${fields}, lambda one: json_object('name', one.key, 'value', ${value}))`
}

/** A row for each of them with its place, beside what is known of the row around it. */
const within = (outer: string, child: Child, known: ReadonlyArray<string>): string => {
  const { place } = child
  const all = allOf(child)
  return `(SELECT ${[...known, `unnest(${all}) AS line`, `generate_subscripts(${all}, 1) - 1 AS ${place}`].join(", ")} FROM ${outer})`
}

const cells = ({ columns }: Pick<Flat, "columns">): ReadonlyArray<string> =>
  Object.entries(columns).map(([name, column]) => `${Duck.read("line", column)} AS ${name}`)

const isPart = /\.\d+\.ndjson(?:\.gz|\.zst)?$/

/** Of a kind that grows, a row may stand in several parts until its day is over: the latest of them is meant. */
const latestOf = (rows: string, key: string, asOf: string, files: ReadonlyArray<string>): string =>
  files.some((file) => isPart.test(file))
    ? `(SELECT ${key}, line FROM (SELECT ${key}, line, ${asOf} FROM ${rows}) QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY as_of DESC) = 1)`
    : rows

/** Views of all tables of a kind over its lines. @param longest of the lines, in bytes */
export const ofLines = (layout: Layout, files: ReadonlyArray<string>, longest: number): ReadonlyArray<string> => {
  const flats = tablesOf(layout)
  if (files.length === 0) return flats.map((flat) => view(flat.name, nothing(flat)))
  const { table } = layout
  const ofMain = { as_of: "_asOf", deleted_at: "_deletedAt" } as const
  const moment = (name: keyof typeof ofMain) =>
    `${Duck.read("line", { type: "moment", from: ofMain[name] })} AS ${name}`
  const key = `json_extract_string(line, ${Duck.text(Duck.pathOf(layout.key))}) AS ${table.key}`
  const [main, ...children] = flats
  const keyed = latestOf(`(SELECT ${key}, line FROM ${lines(files, longest)})`, table.key, moment("as_of"), files)
  const views = [
    view(
      main.name,
      `SELECT ${[table.key, ...cells(main), moment("as_of"), "line AS raw", ...(main.deletions ? [moment("deleted_at")] : [])].join(", ")}
       FROM ${keyed}`
    )
  ]
  const ways = waysOf(layout)
  for (const flat of children) {
    const known = [table.key, ...flat.places]
    let source = keyed
    for (const [depth, child] of (ways.get(flat.name) ?? []).entries()) {
      source = within(source, child, known.slice(0, depth + 1))
    }
    const places = flat.places.map((place) => `CAST(${place} AS INTEGER) AS ${place}`)
    views.push(view(flat.name, `SELECT ${[table.key, ...places, ...cells(flat)].join(", ")} FROM ${source}`))
  }
  return views
}

/** What is within what on the way to each table, from the outside in. */
const waysOf = ({ table }: Layout): ReadonlyMap<string, ReadonlyArray<Child>> => {
  const found = new Map<string, ReadonlyArray<Child>>()
  const walk = (children: ReadonlyArray<Child> = [], outer: ReadonlyArray<Child> = []): void => {
    for (const child of children) {
      const way = [...outer, child]
      found.set(child.name, way)
      walk(child.children, way)
    }
  }
  walk(table.children)
  return found
}
