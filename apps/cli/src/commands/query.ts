/** `genesys query`: a copy that an export has made, asked in SQL. */
import * as Command from "effect/cli/Command"
import { rowFlags } from "../output/ListFlags.ts"
import { queryFlags } from "../query/flags.ts"
import { handler } from "./handler.ts"
import { withSharedFlags } from "./SharedFlags.ts"

export const query = Command.make(
  "query",
  queryFlags,
  handler(() => import("../query/run.ts"))
).pipe(
  Command.withDescription(
    "Ask a copy that an export has made, in SQL: a directory of lines or Parquet (by DuckDB, which has to be installed: npm install @duckdb/node-api), or tables in PostgreSQL. The tables and columns have the same names in all of them. Nothing is called, nothing is written, and a query over files reads no other file."
  ),
  Command.withShortDescription("Ask a copy that an export has made, in SQL"),
  Command.withExamples([
    {
      command: "genesys query 'SELECT day, count(*) FROM conversations GROUP BY day ORDER BY day' --from tables/",
      description: "How many conversations each day has"
    },
    {
      command: "genesys query 'SELECT name FROM queues WHERE deleted_at IS NOT NULL' --postgres DATABASE_URL --csv",
      description: "Queues that are gone, out of PostgreSQL, as CSV"
    },
    {
      command:
        "genesys query 'SELECT local_day, queue_id, offered FROM queue_days' --from tables/ --time-zone Asia/Kolkata",
      description: "What came into each queue on each day in India"
    }
  ]),
  withSharedFlags(rowFlags)
)
