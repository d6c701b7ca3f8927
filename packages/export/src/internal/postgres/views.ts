/**
 * Views in the schema of the tables. They read with the rights of whoever asks, so that what is closed to a reader stays so. They are made
 * anew when a list that they name comes, or a later version has others; a change of a column's type has to take them away first. An
 * export never fails because of them.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import { createHash } from "node:crypto"
import { type Layout, tablesOf } from "../../Layout.ts"
import * as Place from "../../PostgresPlace.ts"
import { isTimeZone } from "../../TimeZone.ts"
import * as Views from "../../Views.ts"
import { viewsIn } from "../views/all.ts"
import { nothing, queryOf } from "../views/view.ts"
import * as Definition from "./definition.ts"
import { ownNames } from "./migrations.ts"

const Found = Schema.Array(
  Schema.Struct({ name: Schema.String, kind: Schema.String, comment: Schema.NullOr(Schema.String) })
)

/** Views and lists that are there. */
const there = `
  SELECT c.relname::text AS name, c.relkind::text AS kind, pg_catalog.obj_description(c.oid, 'pg_class') AS comment
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1::name AND c.relname IN (SELECT pg_catalog.jsonb_array_elements_text($2::text::jsonb))`

const kinds = new Map(Views.all.flatMap((view) => view.lists.map((layout) => [layout.name, layout])))

/** Whether a view names it. */
export const isNamed = ({ name }: Layout): boolean => kinds.has(name)

/** What stands for each of their tables that is not there. */
const absent = new Map([...kinds.values()].flatMap(tablesOf).map((flat) => [flat.name, nothing(flat)]))

/** By this a view is known for ours, and by what follows it for that of this version. */
const mark = "Made by effect-genesys: "

/** Whoever asks may say which days they mean: `SET genesys.time_zone = 'Asia/Kolkata'`. */
export const zoneSetting = "genesys.time_zone"

const zoneOf = (timeZone: string) =>
  `coalesce(nullif(current_setting('${zoneSetting}', true), ''), ${Definition.text(timeZone)})`

/** The time zone of days of views that are there, as their comments say. */
const zoneOfComment = new RegExp(`, in the time zone ([^ ]+)\\. ${mark}`)

/** A reader who asks for hours would hold up all others, who wait behind whoever waits to replace a view. */
const patience = "5s"

const statementsOf = (schema: string, view: Views.View, query: string, comment: string): ReadonlyArray<string> => [
  `CREATE OR REPLACE VIEW ${schema}.${view.name} WITH (security_invoker = true) AS\n${query}`,
  ...Object.entries(view.columns).flatMap(([column, { doc }]) =>
    doc === undefined ? [] : [`COMMENT ON COLUMN ${schema}.${view.name}.${column} IS ${Definition.text(doc)}`]
  ),
  `COMMENT ON VIEW ${schema}.${view.name} IS ${Definition.text(comment)}`
]

/** Makes those that are not there, or not as they should be. To find out takes no more than the right to read. */
const bringUpToDate = Effect.fnUntraced(function* (sql: SqlClient.SqlClient, name: string, given?: string) {
  // What it does not know, no view could be asked with.
  if (given !== undefined) yield* sql.unsafe(`SELECT pg_catalog.now() AT TIME ZONE ${Definition.text(given)}`)
  const asked = JSON.stringify([...Views.names, ...absent.keys()])
  const found = yield* Effect.orDie(Schema.decodeUnknownEffect(Found)(yield* sql.unsafe(there, [name, asked])))
  const schema = `"${name}"`
  const at = (table: string) =>
    found.some((one) => one.name === table) ? `${schema}.${table}` : (absent.get(table) ?? `${schema}.${table}`)
  const before = found.map(({ comment }) => zoneOfComment.exec(comment ?? "")?.[1]).find(isTimeZone)
  const timeZone = given ?? before ?? "UTC"
  const zone = zoneOf(timeZone)
  const foreign: Array<string> = []
  const statements = viewsIn(zone).flatMap((view) => {
    const query = queryOf(view, at)
    const version = createHash("sha256")
      .update(JSON.stringify([query, view.columns]))
      .digest("hex")
      .slice(0, 16)
    const comment = `${view.doc}${query.includes(zone) ? `, in the time zone ${timeZone}` : ""}. ${mark}${version}`
    const present = found.find((one) => one.name === view.name)
    if (present?.comment === comment) return []
    if (present === undefined || (present.kind === "v" && present.comment?.includes(mark) === true))
      return statementsOf(schema, view, query, comment)
    foreign.push(view.name)
    return []
  })
  if (statements.length > 0)
    yield* Effect.forEach(
      [ownNames, `SET LOCAL lock_timeout = '${patience}'`, ...statements],
      (statement) => sql.unsafe(statement),
      { discard: true }
    ).pipe(sql.withTransaction)
  return foreign
})

/**
 * Answers an effect that makes them as they should be. What hinders that is said once.
 *
 * @param timeZone of their days; those of before if nothing is said, or UTC
 */
export const make = (sql: SqlClient.SqlClient, name: string, timeZone?: string): Effect.Effect<void> => {
  let isTold = false
  const tell = (reason: string) =>
    Effect.suspend(() => {
      if (isTold) return Effect.void
      isTold = true
      return Effect.logWarning("views with names cannot be made; the export goes on without").pipe(
        Effect.annotateLogs({ event: "export.views", schema: name, reason })
      )
    })
  return Effect.matchEffect(bringUpToDate(sql, name, timeZone), {
    onFailure: (error) => tell(Place.reasonOf(error)),
    onSuccess: (foreign) =>
      foreign.length === 0
        ? Effect.void
        : tell(`${foreign.join(", ")} was there before, and is not of this program: rename it, and it is made`)
  })
}
