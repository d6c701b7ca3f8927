/** Why a copy could not be asked. Its message says what to do. */
import * as Schema from "effect/Schema"

/** A copy could not be opened, or a query of it failed: `reason` says why. */
export class QueryError extends Schema.TaggedError<QueryError>("@effect-genesys/export/QueryError")("QueryError", {
  message: Schema.String,
  /**
   * - `NotInstalled`: DuckDB is not.
   * - `NoCopy`: what is named is no copy, or not this user's.
   * - `Sql`: the database refuses the query.
   * - `Limit`: it takes longer, or more memory, than it may.
   */
  reason: Schema.Literals(["NotInstalled", "NoCopy", "Sql", "Limit"]),
  cause: Schema.optionalKey(Schema.Defect())
}) {}
