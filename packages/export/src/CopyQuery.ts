/**
 * A copy that is asked in SQL, wherever it is: `FilesQuery` opens one in files, `PostgresQuery` one in a database. Tables have the same
 * names and columns in both. Nothing is ever written.
 */
import type * as Duration from "effect/Duration"
import type * as Stream from "effect/Stream"
import type { QueryError } from "./QueryError.ts"

/** Cells by the names of their columns, as JSON has them. A number that JavaScript would change is an `ExactNumber`. */
export type QueryRow = Readonly<Record<string, unknown>>

/** A copy that has been opened, and can be asked. */
export interface CopyQuery {
  /** Of one query. */
  readonly rows: (sql: string) => Stream.Stream<QueryRow, QueryError>
}

/** What holds for each query, wherever the copy is. */
export interface QueryOptions {
  /** How long a query may take. @default for ever */
  readonly timeLimit?: Duration.Input | undefined
  /** Whose days the views with days have, such as `Europe/Berlin`. @default that of the sink in PostgreSQL, and UTC over files */
  readonly timeZone?: string | undefined
}
