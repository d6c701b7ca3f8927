/**
 * Whether the schema is ours to fill: another user of the database who owns it, or a table in it, could read the rows, and run
 * what they like with our rights (triggers, defaults). So could whoever may create something there.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"

const Found = Schema.Array(
  Schema.Struct({ name: Schema.String, owner: Schema.String, trusted: Schema.Boolean, open: Schema.Boolean })
)

/** Of the owner `o`, as `me`: who may do anything in the database anyway, or is a role of which one is a member. */
export const isTrusted = `o.rolsuper OR o.rolname IN (CURRENT_USER, 'pg_database_owner')
      OR o.oid = (SELECT datdba FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
      OR (NOT me.rolsuper AND pg_catalog.pg_has_role(o.oid, 'MEMBER'))`

/** The schema, and tables of it. Those who may do anything in the database anyway are trusted, and roles of which one is a member. */
export const queryOf = (tables: ReadonlyArray<string> | undefined) => `
  WITH things AS (
    SELECT 'schema' AS kind, n.nspname::text AS name, n.nspowner AS owner,
      EXISTS (SELECT 1 FROM pg_catalog.aclexplode(n.nspacl) a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE') AS open
    FROM pg_catalog.pg_namespace n WHERE n.nspname = $1::name
    UNION ALL
    SELECT 'table', c.relname::text, c.relowner, false
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1::name${tables === undefined ? "" : ` AND c.relname IN (${tables.map((name) => `'${name}'`).join(", ")})`}
  )
  SELECT kind || ' ' || name AS name, o.rolname::text AS owner, open,
    ${isTrusted} AS trusted
  FROM things JOIN pg_catalog.pg_roles o ON o.oid = things.owner JOIN pg_catalog.pg_roles me ON me.rolname = CURRENT_USER`

/** What was found of a schema. */
export interface Answer {
  /** Whether any of it is there. */
  readonly isThere: boolean
  /** Why nothing may be written there, and what to do. */
  readonly distrust: string | undefined
}

/**
 * Asks the database whose a schema and its tables are.
 *
 * @param place of the database, in words
 * @param tables all that are there, if none are named
 * @param views names that are to be those of our views, beside these tables
 */
export const ask = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  schema: string,
  place: string,
  tables?: ReadonlyArray<string>,
  views: ReadonlyArray<string> = []
): Effect.fn.Return<Answer, SqlError> {
  const asked = queryOf(tables === undefined ? undefined : [...tables, ...views])
  const found = yield* Effect.orDie(Schema.decodeUnknownEffect(Found)(yield* sql.unsafe(asked, [schema])))
  const foreign = found.find(({ trusted }) => !trusted)
  const isThere = found.length > 0
  const view = views.find((name) => foreign?.name === `table ${name}`)
  if (foreign !== undefined && view !== undefined)
    // To make it ours would be to answer for what it says.
    return {
      isThere,
      distrust: `${view} in the schema ${schema} of ${place} belongs to the role ${foreign.owner}, and whoever reads it takes it for a view of this program. Use a schema of your own, or give it another name: ALTER TABLE ${schema}.${view} RENAME TO other_${view}`
    }
  if (foreign !== undefined) {
    const what = foreign.name.startsWith("schema ")
      ? `SCHEMA ${schema}`
      : `TABLE ${schema}.${foreign.name.slice("table ".length)}`
    return {
      isThere,
      distrust: `The ${foreign.name} in ${place} belongs to the role ${foreign.owner}, who could read and change what is written there. Use a schema of your own, or make it yours: ALTER ${what} OWNER TO CURRENT_USER`
    }
  }
  const isOpen = found.some(({ open }) => open)
  return {
    isThere,
    distrust: isOpen
      ? `Everybody may create tables and functions in the schema ${schema} of ${place}, also in place of those of this program. Use a schema of your own, or say: REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC`
      : undefined
  }
})
