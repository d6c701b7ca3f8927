/** Takes days away from the tables: first out of the checkpoint, and then their rows, a day in each transaction. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { SinkError } from "../../ExportError.ts"
import { type Layout, tablesOf } from "../../Layout.ts"
import type { Old } from "../../Sink.ts"

const Days = Schema.Array(Schema.Struct({ day: Schema.String }))
const decode = Schema.decodeUnknownEffect(Days)

const daysOf = (rows: Effect.Effect<unknown, SqlError>) =>
  Effect.flatMap(rows, (found) => Effect.map(Effect.orDie(decode(found)), (all) => all.map(({ day }) => day)))

/** Its name in the checkpoint, after that of the kind. */
const isOld =
  "pg_catalog.starts_with(partition, $1::text) AND pg_catalog.substr(partition, pg_catalog.length($1::text) + 1) < $2::text"

/** A row without a moment stands under this day, whichever it is of: its day has been read before what it tells of was removed. */
const dateless = "1970-01-01"
const old = `t.day < $1::date AND (t.day <> '${dateless}' OR t.as_of < $1::date::timestamp AT TIME ZONE 'UTC')`

/** @param fenced puts what it is given into a transaction, if the sink is still ours */
export const remove = Effect.fnUntraced(function* <E>(
  sql: SqlClient.SqlClient,
  sink: string,
  { before, kind }: Old,
  schema: string,
  fenced: <A>(effect: Effect.Effect<A, SqlError>) => Effect.Effect<A, E>
) {
  const [main] = tablesOf(kind)
  if (main.columns["day"]?.type !== "day")
    return yield* new SinkError({
      sink,
      lasting: true,
      message: `The table ${main.name} has no column day, so nobody can say which of its rows are old. Leave keep out, or give the layout a column day.`
    })
  const noted = yield* fenced(
    Effect.gen(function* () {
      for (const table of ["export_readings", "export_staging"])
        yield* sql.unsafe(`DELETE FROM ${schema}.${table} WHERE ${isOld}`, [`${kind.name}/`, before])
      return yield* daysOf(
        sql.unsafe(
          `DELETE FROM ${schema}.export_checkpoint WHERE ${isOld} RETURNING pg_catalog.substr(partition, pg_catalog.length($1::text) + 1) AS day`,
          [`${kind.name}/`, before]
        )
      )
    })
  )
  const days = new Set(noted)
  const first = daysOf(
    sql.unsafe(`SELECT t.day::text AS day FROM ${schema}.${main.name} t WHERE ${old} ORDER BY t.day LIMIT 1`, [before])
  )
  for (let [day] = yield* fenced(first); day !== undefined; [day] = yield* fenced(first)) {
    yield* fenced(
      Effect.forEach(statements(schema, kind), (statement) => sql.unsafe(statement, [before, day]), { discard: true })
    )
    if (day !== dateless) days.add(day)
  }
  return [...days].toSorted()
})

/** The main table goes last: by its rows those of the others are found. */
const statements = (schema: string, layout: Layout): ReadonlyArray<string> => {
  const [main, ...children] = tablesOf(layout)
  const rows = `FROM ${schema}.${main.name} t WHERE t.day = $2::date AND ${old}`
  return [
    ...children.map(({ key, name }) => `DELETE FROM ${schema}.${name} WHERE ${key} IN (SELECT t.${main.key} ${rows})`),
    `DELETE ${rows}`
  ]
}
