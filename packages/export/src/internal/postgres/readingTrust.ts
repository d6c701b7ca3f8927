/**
 * Whether what a query finds in the schema is what the export has put there. Whoever has made a table, view, function or operator that
 * a query names has it run with the rights of whoever asks.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Kinds from "../../Kinds.ts"
import { tablesOf } from "../../Layout.ts"
import { isTrusted } from "../../PostgresTrust.ts"
import * as Views from "../../Views.ts"
import { prefix } from "../kinds/list.ts"

const tables = Kinds.layouts.flatMap(tablesOf).map(({ name }) => name)

/** Rights with which a function could do harm, although it may change no table. */
const strong = ["pg_execute_server_program", "pg_read_server_files", "pg_write_server_files"]

/** Things that a query may come upon by their name: not those that only somebody names who means them. */
export const query = `
  WITH things AS (
    SELECT 'SCHEMA' AS kind, n.nspname::text AS name, n.nspowner AS owner, 0 AS rank,
      EXISTS (SELECT 1 FROM pg_catalog.aclexplode(n.nspacl) a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE') AS open
    FROM pg_catalog.pg_namespace n WHERE n.nspname = $1::name
    UNION ALL
    SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, c.relname::text, c.relowner, 1, false
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1::name AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND (c.relname IN (SELECT pg_catalog.jsonb_array_elements_text($2::text::jsonb)) OR pg_catalog.starts_with(c.relname::text, '${prefix}'))
    UNION ALL
    SELECT 'FUNCTION', p.proname::text, p.proowner, 2, false
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = $1::name
    UNION ALL
    SELECT 'OPERATOR', o.oprname::text, o.oprowner, 3, false
    FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace WHERE n.nspname = $1::name
  ), keepers AS (
    -- The sink writes into tables of one owner alone.
    SELECT owner FROM things WHERE kind = 'SCHEMA' OR (kind = 'TABLE' AND name = 'export_checkpoint')
  )
  SELECT kind, things.name, o.rolname::text AS owner, CURRENT_USER::text AS me, open, ${isTrusted} AS trusted, things.owner IN (SELECT owner FROM keepers) AS "isKeepers",
    -- A function can take on any role that whoever asks is a member of.
    EXISTS (SELECT 1 FROM pg_catalog.pg_roles s
            WHERE (s.rolsuper OR s.rolname IN (${strong.map((name) => `'${name}'`).join(", ")})
                     OR s.oid = (SELECT datdba FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
              AND pg_catalog.pg_has_role(s.oid, 'MEMBER')) AS "isStrong"
  FROM things JOIN pg_catalog.pg_roles o ON o.oid = things.owner JOIN pg_catalog.pg_roles me ON me.rolname = CURRENT_USER
  ORDER BY rank, things.name`

/** Of that statement: the names that count. */
export const names = JSON.stringify(["export_checkpoint", ...tables, ...Views.names])

const Found = Schema.Array(
  Schema.Struct({
    kind: Schema.Literals(["SCHEMA", "TABLE", "VIEW", "FUNCTION", "OPERATOR"]),
    name: Schema.String,
    owner: Schema.String,
    me: Schema.String,
    open: Schema.Boolean,
    trusted: Schema.Boolean,
    isKeepers: Schema.Boolean,
    isStrong: Schema.Boolean
  })
)
const decode = Schema.decodeUnknownEffect(Found)

/** Why nothing is asked there, and what to do. @param place of the database, in words @param rows of the statement */
export const distrustOf = Effect.fnUntraced(function* (schema: string, place: string, rows: unknown) {
  const found = yield* Effect.orDie(decode(rows))
  if (found.some(({ open }) => open))
    return `Everybody may create tables and functions in the schema ${schema} of ${place}, and a query would come upon them. Say first: REVOKE CREATE ON SCHEMA ${schema} FROM PUBLIC`
  // Whoever reads what a role keeps there trusts that role, and gives it no more than the rights of a reader.
  const foreign = found.find(({ isKeepers, isStrong, trusted }) => !trusted && (isStrong || !isKeepers))
  if (foreign === undefined) return undefined
  const { isKeepers, kind, me, name, owner } = foreign
  const what = kind === "SCHEMA" ? `The schema ${name}` : `The ${kind.toLowerCase()} ${name} in the schema ${schema}`
  const why = isKeepers
    ? `who could use the rights of ${me} in what a query finds there. Ask as a role that may only read (the README of @effect-genesys/export names the grants of a reader), or let it have another owner: ALTER ${kind} ${kind === "SCHEMA" ? name : `${schema}.${name}`} OWNER TO CURRENT_USER`
    : "and was not put there by whoever keeps the copy: a query would run it with your rights. Have its owner move it to another schema"
  return `${what} of ${place} belongs to the role ${owner}, ${why}`
})
