/**
 * Whether the schema is ours to fill: another user of the database who owns it, or a table in it, could read the rows, and run
 * what they like with the rights of the exporter (triggers, defaults). So could whoever may create something there.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { SinkError } from "../../ExportError.ts"
import type { Series } from "./migrations.ts"

const Found = Schema.Array(
  Schema.Struct({ name: Schema.String, owner: Schema.String, trusted: Schema.Boolean, open: Schema.Boolean })
)

/** The schema, and the tables of a series in it. Those who may do anything in the database anyway are trusted, and roles of which one is a member. */
export const queryOf = ({ journal, tables }: Series) => `
  WITH things AS (
    SELECT 'schema' AS kind, n.nspname::text AS name, n.nspowner AS owner,
      EXISTS (SELECT 1 FROM pg_catalog.aclexplode(n.nspacl) a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE') AS open
    FROM pg_catalog.pg_namespace n WHERE n.nspname = $1::name
    UNION ALL
    SELECT 'table', c.relname::text, c.relowner, false
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1::name AND c.relname IN (${[...tables, journal].map((name) => `'${name}'`).join(", ")})
  )
  SELECT kind || ' ' || name AS name, o.rolname::text AS owner, open,
    o.rolsuper OR o.rolname IN (CURRENT_USER, 'pg_database_owner')
      OR o.oid = (SELECT datdba FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
      OR (NOT me.rolsuper AND pg_catalog.pg_has_role(o.oid, 'MEMBER')) AS trusted
  FROM things JOIN pg_catalog.pg_roles o ON o.oid = things.owner JOIN pg_catalog.pg_roles me ON me.rolname = CURRENT_USER`

/** Answers whether it is there. */
export const check = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  schema: string,
  sink: string,
  series: Series
): Effect.fn.Return<boolean, SinkError | SqlError> {
  const found = yield* Effect.orDie(Schema.decodeUnknownEffect(Found)(yield* sql.unsafe(queryOf(series), [schema])))
  const foreign = found.find(({ trusted }) => !trusted)
  if (foreign !== undefined) {
    return yield* new SinkError({
      sink,
      message: `The ${foreign.name} in ${sink} belongs to the role ${foreign.owner}, who could read and change what is written there. Use a schema of your own, or make it yours: ALTER ${foreign.name.toUpperCase().startsWith("SCHEMA") ? `SCHEMA ${schema}` : `TABLE ${schema}.${foreign.name.slice("table ".length)}`} OWNER TO CURRENT_USER`
    })
  }
  if (found.some(({ open }) => open)) {
    return yield* new SinkError({
      sink,
      message: `Everybody may create tables and functions in the schema ${schema} of ${sink}, also in place of those of the export. Use a schema of your own, or say: REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC`
    })
  }
  return found.length > 0
})
