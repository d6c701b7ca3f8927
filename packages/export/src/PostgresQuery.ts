/**
 * A copy in PostgreSQL, asked in SQL: in a transaction that only reads, with the tables of the schema under their own names. What its
 * role may do there is what that of a reader may. Nothing is asked where others than whoever keeps the copy could have put something in the way.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import type { CopyQuery, QueryOptions, QueryRow } from "./CopyQuery.ts"
import type { SinkFailure } from "./ExportError.ts"
import * as Client from "./internal/postgres/client.ts"
import * as Definition from "./internal/postgres/definition.ts"
import * as ReadingTrust from "./internal/postgres/readingTrust.ts"
import { zoneSetting } from "./internal/postgres/views.ts"
import { limited } from "./internal/query/limited.ts"
import * as Place from "./PostgresPlace.ts"
import { defaultSchema, type UrlOptions } from "./PostgresSink.ts"
import { QueryError } from "./QueryError.ts"
import * as TimeZone from "./TimeZone.ts"

/** Which database and schema are asked, and how long a query may take. */
export interface PostgresQueryOptions extends UrlOptions, QueryOptions {}

const isName = Schema.is(Schema.String.check(Schema.isPattern(/^[a-z_][a-z0-9_]{0,62}$/)))

const Fields = Schema.Record(Schema.String, Schema.Unknown)
const decodeJson = Schema.decodeUnknownOption(Schema.Struct({ row: Schema.String }))
const decodeFields = Schema.decodeUnknownSync(Fields)

/** What has no place within another query, and answers with text. */
const isBare = /^\s*(?:explain|show)\b/i

const isEnd = /[\s;]/

/** A search for the end of a text by an expression would begin anew at each blank. */
const withoutEnd = (sql: string): string => {
  let length = sql.length
  while (length > 0 && isEnd.test(sql.charAt(length - 1))) length--
  return sql.slice(0, length)
}

/** A comment at the end would hide what follows it. */
const within = (sql: string) => `(\n${withoutEnd(sql)}\n) q`

const decodeNames = Schema.decodeUnknownSync(
  Schema.Struct({ fields: Schema.Array(Schema.Struct({ name: Schema.String })) })
)

/** Those of a query, each once, as DuckDB does it: in JSON, two of one name would be one. */
const namesOf = (result: unknown): ReadonlyArray<string> => {
  const used = new Set<string>()
  return decodeNames(result).fields.map(({ name }) => {
    let own = name
    for (let number = 1; used.has(own); number++) own = `${name}:${number}`
    used.add(own)
    return own
  })
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** As JSON, which PostgreSQL makes of every type that it has, digit by digit. */
const asJson = (sql: string, names: ReadonlyArray<string>) =>
  `SELECT pg_catalog.row_to_json(q)::text AS row FROM ${within(sql)}(${names.map(quoted).join(", ")})`

const rowOf = (found: unknown): QueryRow =>
  Option.match(decodeJson(found), {
    onNone: () => decodeFields(found),
    onSome: ({ row }) => decodeFields(ExactNumber.parse(row))
  })

const codeOf = Schema.decodeUnknownOption(Schema.Struct({ code: Schema.String }))

/** SQLSTATE of what a timeout has ended. */
const cancelled = "57014"

const failed = (error: SqlError): QueryError => {
  const cause = error.cause instanceof Error ? error.cause : error
  const isLate = Option.exists(codeOf(cause), ({ code }) => code === cancelled)
  return new QueryError({ reason: isLate ? "Limit" : "Sql", message: Place.reasonOf(error), cause: error })
}

const make = Effect.fnUntraced(function* (schema: string, { timeLimit, timeZone }: QueryOptions) {
  const client = yield* PgClient.PgClient
  const sql = client.withoutTransforms()
  const place = Place.placeOf(client.config)
  const limit = timeLimit === undefined ? 0 : Math.ceil(Duration.toMillis(Duration.fromInputUnsafe(timeLimit)))
  /** Each query has a transaction of its own, on a connection that nobody else has meanwhile. */
  const rows = (text: string): Stream.Stream<QueryRow, QueryError> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const connection = yield* sql.reserve
        const say = (statement: string) => connection.executeUnprepared(statement, [], undefined)
        yield* Effect.acquireRelease(say("BEGIN READ ONLY"), () => Effect.ignore(say("ROLLBACK")))
        // Functions and operators are PostgreSQL's own, whatever the schema has.
        yield* say(`SET LOCAL search_path TO pg_catalog, "${schema}"`)
        const things = yield* connection.execute(ReadingTrust.query, [schema, ReadingTrust.names], undefined)
        const distrust = yield* ReadingTrust.distrustOf(schema, place, things)
        if (distrust !== undefined) return yield* new QueryError({ reason: "NoCopy", message: distrust })
        yield* say(`SET LOCAL statement_timeout = ${limit}`)
        yield* say("SET LOCAL timezone = 'UTC'")
        if (timeZone !== undefined) yield* say(`SET LOCAL ${zoneSetting} = ${Definition.text(timeZone)}`)
        if (isBare.test(text)) return connection.executeStream(text, [], undefined)
        const names = namesOf(yield* connection.executeRaw(`SELECT * FROM ${within(text)} LIMIT 0`, []))
        return connection.executeStream(asJson(text, names), [], undefined)
      })
    ).pipe(
      Stream.map(rowOf),
      Stream.mapError((error) => (error._tag === "QueryError" ? error : failed(error)))
    )
  return { rows } satisfies CopyQuery
})

const unusable = (message: string) => Effect.fail(new QueryError({ reason: "NoCopy", message }))

/** Over a client of yours. */
export const over = (
  options: Pick<PostgresQueryOptions, "schema" | "timeLimit" | "timeZone"> = {}
): Effect.Effect<CopyQuery, QueryError, PgClient.PgClient> => {
  const { schema = defaultSchema, ...query } = options
  if (!isName(schema)) return unusable(`${String(schema)} is no schema: use small letters, digits and _.`)
  if (query.timeZone !== undefined && !TimeZone.isTimeZone(query.timeZone))
    return unusable(TimeZone.refusal(query.timeZone))
  return make(schema, query)
}

/** With a connection of its own, to a database that `PostgresUrl` finds safe, for as long as the scope is. */
export const open = Effect.fn("PostgresQuery.open")(function* ({
  schema,
  timeLimit,
  timeZone,
  ...url
}: PostgresQueryOptions): Effect.fn.Return<CopyQuery, QueryError | SinkFailure | ConfigurationError, Scope.Scope> {
  const context = yield* Layer.build(Client.layer(url, 1))
  const query = yield* Effect.provideContext(over({ schema, timeLimit, timeZone }), context)
  return { rows: (sql) => limited(query.rows(sql), timeLimit) }
})
