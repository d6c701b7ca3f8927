/** DuckDB, loaded when it is first needed: it is no dependency, and large. */
import type * as Duck from "@duckdb/node-api"
import * as Effect from "effect/Effect"
import { QueryError } from "../../QueryError.ts"

/** The one that is tried with this version. */
export const version = "1.5.6-r.1"

const absences = new Set(["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"])

const isAbsence = (error: unknown): boolean =>
  error instanceof Error && "code" in error && absences.has(String(error.code)) && error.message.includes("@duckdb/")

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const load: Effect.Effect<typeof Duck, QueryError> = Effect.tryPromise({
  try: () => import("@duckdb/node-api"),
  catch: (cause) =>
    new QueryError({
      reason: "NotInstalled",
      message: isAbsence(cause)
        ? `DuckDB, which reads a copy in files, is not installed. Install it beside this program: npm install @duckdb/node-api@${version}, with -g if this program was installed with -g.`
        : `DuckDB cannot be loaded: ${messageOf(cause)}. Install it anew: npm install @duckdb/node-api@${version}.`,
      cause
    })
})
