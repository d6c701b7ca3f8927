/**
 * A copy in files, lines or Parquet, asked in SQL by DuckDB, which has to be installed beside this program. It reads the files of the
 * copy and no other one, writes nothing, loads no extension and reaches no network, whatever the query says.
 */
import type * as DuckApi from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { CopyQuery, QueryOptions, QueryRow } from "./CopyQuery.ts"
import * as CopyFiles from "./internal/query/copyFiles.ts"
import * as Cells from "./internal/query/duckCells.ts"
import * as DuckDb from "./internal/query/duckDb.ts"
import * as DuckTables from "./internal/query/duckTables.ts"
import * as Duck from "./internal/query/duckTypes.ts"
import { limited } from "./internal/query/limited.ts"
import { viewsIn } from "./internal/views/all.ts"
import { queryOf } from "./internal/views/view.ts"
import { type Flat, tablesOf } from "./Layout.ts"
import { QueryError } from "./QueryError.ts"
import * as TimeZone from "./TimeZone.ts"

/** Where the files are, and what a query over them may take. */
export interface FilesQueryOptions extends QueryOptions {
  /** The one that a sink has made. */
  readonly directory: string
  /** How much memory DuckDB may take, such as `2GB`; what does not fit is put into a folder for the time being. @default 1GB */
  readonly memory?: string | undefined
}

const wrong = (message: string) => new QueryError({ reason: "Sql", message })

const noCopy = (message: string) => new QueryError({ reason: "NoCopy", message })

/** What DuckDB would take for a pattern. */
const isPattern = /[*?[\]{}]/

const run = (connection: DuckApi.DuckDBConnection, statement: string) =>
  Effect.tryPromise({
    try: () => connection.run(statement),
    catch: (cause) => new QueryError({ reason: "Sql", message: DuckDb.messageOf(cause), cause })
  })

const settings = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  allow_community_extensions: "false",
  allow_unsigned_extensions: "false",
  allow_persistent_secrets: "false"
}

/** What is done before anything of the copy is looked at, and what shuts the door behind it. */
const shut = (files: ReadonlyArray<string>, folder: string): ReadonlyArray<string> => [
  "SET TimeZone = 'UTC'",
  `SET schema = '${DuckTables.schema}'`,
  `SET temp_directory = ${Duck.text(folder)}`,
  `SET allowed_paths = [${files.map(Duck.text).join(", ")}]`,
  `SET allowed_directories = [${Duck.text(folder)}]`,
  "SET enable_external_access = false",
  "SET lock_configuration = true"
]

/** Rows of a statement of our own. */
const found = <A>(rows: Schema.Codec<A>, connection: DuckApi.DuckDBConnection, statement: string) =>
  Effect.flatMap(
    Effect.tryPromise({
      try: async () => (await connection.runAndReadAll(statement)).getRowObjectsJson(),
      catch: (cause) => new QueryError({ reason: "Sql", message: DuckDb.messageOf(cause), cause })
    }),
    (all) => Effect.orDie(Schema.decodeUnknownEffect(rows)(all))
  )

const Columns = Schema.Array(Schema.Struct({ column_name: Schema.String, column_type: Schema.String }))
const Limits = Schema.Tuple([Schema.Struct({ memory: Schema.String })])

/** In bytes: DuckDB says `953.6 MiB` of `1GB`. */
const bytesOf = (amount: string): number => {
  const [, number = "0", unit = ""] = /^([\d.]+) (K|M|G|T)iB$/.exec(amount) ?? []
  return unit === "" ? 0 : Number(number) * 1024 ** " KMGT".indexOf(unit)
}

/** A view for each table of the copy, and for what is made of them. */
const viewsOf = Effect.fnUntraced(function* (
  connection: DuckApi.DuckDBConnection,
  { files, form, layouts }: CopyFiles.CopyFiles,
  { longest, timeZone }: { readonly longest: number; readonly timeZone: string }
) {
  const of = (name: string) => files.get(name) ?? []
  const ofTable = Effect.fnUntraced(function* (flat: Flat) {
    const own = of(flat.name)
    const there = own.length === 0 ? [] : yield* found(Columns, connection, DuckTables.describeParquet(own))
    return DuckTables.ofParquet(flat, own, new Map(there.map((one) => [one.column_name, one.column_type])))
  })
  const tables =
    form === "ndjson"
      ? layouts.flatMap((layout) => DuckTables.ofLines(layout, of(layout.name), longest))
      : yield* Effect.forEach(layouts.flatMap(tablesOf), ofTable)
  return [
    `CREATE SCHEMA ${DuckTables.schema}`,
    ...tables,
    ...(form === "ndjson"
      ? []
      : CopyFiles.strangers(layouts, files.keys()).map((name) => DuckTables.unknown(name, of(name)))),
    ...viewsIn(Duck.text(timeZone)).map((one) =>
      DuckTables.view(
        one.name,
        queryOf(one, (name) => `${DuckTables.schema}.${name}`)
      )
    )
  ]
})

/** One query, and no more: it reads. */
const statementOf = Effect.fnUntraced(function* (
  duck: typeof DuckApi,
  connection: DuckApi.DuckDBConnection,
  sql: string
) {
  const prepared = yield* Effect.tryPromise({
    try: async () => {
      const statements = await connection.extractStatements(sql)
      return statements.count === 1 ? await statements.prepare(0) : statements.count
    },
    catch: (cause) => new QueryError({ reason: "Sql", message: DuckDb.messageOf(cause), cause })
  })
  if (typeof prepared === "number") return yield* wrong(`Write one query: these are ${prepared}.`)
  const { EXPLAIN, SELECT } = duck.StatementType
  if (prepared.statementType !== SELECT && prepared.statementType !== EXPLAIN)
    return yield* wrong("A copy is only read: write a query, such as SELECT … FROM conversations.")
  return prepared
})

interface Limited {
  /** In words. */
  readonly memory: string
  /** In bytes. */
  readonly longest: number
}

/** What DuckDB says of a line that is longer than its buffers, of one file or of several. */
const isTooLong = /Maximum line size|does not support a full read on this file/

const failure = ({ longest, memory }: Limited, cause: unknown): QueryError => {
  const message = DuckDb.messageOf(cause)
  const limit = (what: string) => new QueryError({ reason: "Limit", message: what, cause })
  if (isTooLong.test(message))
    return limit(
      `A line of the copy is longer than the ${Math.floor(longest / 1024 ** 2)} MB that are read of one with ${memory} of memory. Give the query more: 32 times as much as that line has.`
    )
  return /^Out of Memory/i.test(message)
    ? limit(`The query takes more memory than the ${memory} that it may.`)
    : new QueryError({ reason: "Sql", message, cause })
}

const rowsOf = (duck: typeof DuckApi, connection: DuckApi.DuckDBConnection, limits: Limited) => (sql: string) => {
  const failed = (cause: unknown) => failure(limits, cause)
  return Stream.unwrap(
    Effect.gen(function* () {
      // What is left running takes the processor from whoever goes on.
      yield* Effect.addFinalizer(() => Effect.sync(() => connection.interrupt()))
      const prepared = yield* statementOf(duck, connection, sql)
      const result = yield* Effect.tryPromise({ try: () => prepared.stream(), catch: failed })
      const types = result.columnTypes()
      const columns = result.deduplicatedColumnNames().map((name, place) => ({
        name,
        read: types[place]?.alias === "JSON" ? Cells.ofJson : (cell: unknown) => cell
      }))
      return Stream.fromAsyncIterable(result.yieldConvertedRows(Cells.converter(duck)), failed).pipe(
        Stream.flatMap(Stream.fromIterable),
        Stream.map((cells): QueryRow =>
          Object.fromEntries(columns.map(({ name, read }, place) => [name, read(cells[place] ?? null)]))
        )
      )
    })
  )
}

/** Opens it for as long as the scope is. */
export const open = Effect.fn("FilesQuery.open")(function* ({
  directory: given,
  memory = "1GB",
  timeLimit,
  timeZone = "UTC"
}: FilesQueryOptions): Effect.fn.Return<CopyQuery, QueryError, FileSystem.FileSystem | Path.Path | Scope.Scope> {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = path.resolve(given)
  if (!TimeZone.isTimeZone(timeZone)) return yield* wrong(TimeZone.refusal(timeZone))
  if (isPattern.test(directory))
    return yield* noCopy(
      `${directory} has one of the characters * ? [ ] { } in its path, which DuckDB reads as a pattern.`
    )
  const copy = yield* Effect.mapError(CopyFiles.find(directory), (error) =>
    noCopy(`${directory} cannot be read as a copy: ${error.message}`)
  )
  if (copy.isMixed)
    return yield* noCopy(`${directory} has files of two formats. Move those away that are not of the copy.`)
  if (copy.files.size === 0)
    return yield* noCopy(
      `There is no copy in ${directory}: name a directory that an export has written, such as --from copy/.`
    )
  if (copy.isCutOff)
    yield* Effect.logWarning("an export was cut off here: tables may not fit together until it goes on").pipe(
      Effect.annotateLogs({ directory })
    )
  const duck = yield* DuckDb.load
  const temporary = yield* Effect.mapError(fs.makeTempDirectoryScoped({ prefix: "genesys-query-" }), (error) =>
    noCopy(`There is no place for what does not fit into memory: ${error.message}`)
  )
  const connection = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        const instance = await duck.DuckDBInstance.create(":memory:", settings)
        return { instance, connection: await instance.connect() }
      },
      catch: (cause) => noCopy(`DuckDB cannot be opened: ${DuckDb.messageOf(cause)}`)
    }),
    ({ connection: opened, instance }) =>
      Effect.sync(() => {
        opened.closeSync()
        instance.closeSync()
      })
  )
  const files = [...copy.files.values()].flat()
  const longest = yield* Effect.gen(function* () {
    yield* run(connection.connection, `SET memory_limit = ${Duck.text(memory)}`)
    const [limit] = yield* found(Limits, connection.connection, "SELECT current_setting('memory_limit') AS memory")
    const size = DuckTables.longestLine(bytesOf(limit.memory))
    const statements = [
      ...(yield* viewsOf(connection.connection, copy, { longest: size, timeZone })),
      ...shut(files, temporary)
    ]
    yield* Effect.forEach(statements, (statement) => run(connection.connection, statement), { discard: true })
    return size
  }).pipe(Effect.mapError(({ message }) => noCopy(`${directory} cannot be read as a copy: ${message}`)))
  const rows = rowsOf(duck, connection.connection, { memory, longest })
  return { rows: (sql) => limited(rows(sql), timeLimit) }
})
