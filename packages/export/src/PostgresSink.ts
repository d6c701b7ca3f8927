/**
 * Tables in PostgreSQL: the flat ones of `Tables`, with the raw JSON and `as_of`, the moment of which a row tells, in
 * the main table of a kind. Rows and checkpoint are committed in one transaction. The tables are made, and brought up to date, when
 * the layer is built; those of a kind that is not in `Kinds`, when it is first written.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Migrator from "effect/sql/Migrator"
import type * as SqlClient from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { Checkpoint, Entry } from "./Checkpoint.ts"
import { CheckpointError, LockedError, SinkError, type SinkFailure } from "./ExportError.ts"
import * as Growth from "./internal/postgres/growth.ts"
import * as Lock from "./internal/postgres/lock.ts"
import * as Migrations from "./internal/postgres/migrations.ts"
import * as Place from "./PostgresPlace.ts"
import * as Staging from "./internal/postgres/staging.ts"
import * as Trust from "./PostgresTrust.ts"
import { prospect } from "./internal/prospect.ts"
import * as Readiness from "./internal/readiness.ts"
import * as Kinds from "./Kinds.ts"
import * as Partition from "./Partition.ts"
import * as PostgresUrl from "./PostgresUrl.ts"
import { Sink, type Write } from "./Sink.ts"

export interface PostgresOptions {
  /** The schema of the tables: small letters, digits and `_`. It is made if it is not there. @default genesys */
  readonly schema?: string | undefined
}

const Name = Schema.String.check(Schema.isPattern(/^[a-z_][a-z0-9_]{0,62}$/))
const Stored = Schema.toCodecJson(Entry)
const encodeEntry = Schema.encodeEffect(Schema.fromJsonString(Stored))
const decodeCheckpoint = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ partition: Schema.String, entry: Stored }))
)

const ours = Schema.is(Schema.Union([CheckpointError, LockedError, SinkError]))

const make = Effect.fnUntraced(function* ({ schema: name = "genesys" }: PostgresOptions) {
  const sql = (yield* PgClient.PgClient).withoutTransforms()
  const sink = Place.placeOf((yield* PgClient.PgClient).config)
  yield* Effect.mapError(
    Schema.decodeEffect(Name)(name),
    () => new SinkError({ sink, message: `${name} is no schema: use small letters, digits and _.` })
  )
  // It may be a word of SQL.
  const schema = `"${name}"`
  const inSink = (error: SqlError | Migrator.MigrationError | SinkFailure): SinkFailure =>
    ours(error)
      ? error
      : new SinkError({
          sink,
          message: `${sink} cannot be read or written: ${Place.reasonOf(error)}. ${prospect(Place.isLasting(error))}`,
          cause: error,
          ...(Place.isLasting(error) ? { lasting: true } : {})
        })

  yield* Effect.gen(function* () {
    if (!(yield* distrusted(sql, name, sink, Migrations.base)))
      yield* sql.unsafe(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
  }).pipe(Effect.mapError(inSink))
  const lock = yield* Effect.mapError(Lock.acquire(sql, name, sink), inSink)
  // Under the lock once more: somebody may have been faster.
  yield* Effect.mapError(distrusted(sql, name, sink, Migrations.base), inSink)
  yield* Effect.mapError(Migrations.bringUpToDate(sql, name, Migrations.base), inSink)
  const ready = yield* Readiness.make(
    sink,
    Effect.fnUntraced(function* (layout) {
      const series = Migrations.ofKind(layout)
      yield* distrusted(sql, name, sink, series)
      if (!Migrations.isInBase(layout)) yield* Migrations.bringUpToDate(sql, name, series)
      yield* Growth.bringUpToDate(sql, name, layout, sink)
    }, Effect.mapError(inSink))
  )
  for (const { layout } of Object.values(Kinds.all)) yield* ready(layout)
  // What a process that was killed has left.
  yield* Effect.mapError(sql.unsafe(`DELETE FROM ${schema}.export_staging`), inSink)

  const damaged = () =>
    new CheckpointError({
      sink,
      message:
        `${name}.export_checkpoint in ${sink} is damaged, and nothing was exported, so that nothing is lost. Delete the rows ` +
        `of it that are wrong, or all: their partitions are read again, with newer rows in place of older ones.`
    })

  const unreadable = (cause: Schema.SchemaError) =>
    new SinkError({
      sink,
      message: `What is to be noted in ${name}.export_checkpoint in ${sink} could not be read again, so nothing was written. Look at what Genesys, or a proxy before it, answers; then export again.`,
      lasting: true,
      cause
    })

  const checkpoint: Effect.Effect<Checkpoint, SinkFailure> = sql
    .unsafe(`SELECT partition, entry FROM ${schema}.export_checkpoint`)
    .pipe(
      Effect.mapError(inSink),
      Effect.flatMap((rows) => Effect.mapError(decodeCheckpoint(rows), damaged)),
      Effect.map((rows) => Object.fromEntries(rows.map(({ entry, partition }) => [partition, entry])))
    )

  const write = Effect.fn("PostgresSink.write")(function* <E, R>({ entry, partition, rows }: Write<E, R>) {
    const unit = Partition.nameOf(partition)
    yield* ready(partition.kind)
    yield* Staging.fill(sql, schema, partition, rows).pipe(
      Effect.mapError((error) => (isSqlError(error) ? inSink(error) : error))
    )
    const take = Effect.gen(function* () {
      yield* lock.fence
      yield* sql.unsafe(Migrations.ownNames)
      for (const statement of Staging.takeOver(schema, partition.kind)) {
        yield* sql.unsafe(statement, statement.includes("$1") ? [unit] : [])
      }
      yield* sql.unsafe(
        `INSERT INTO ${schema}.export_checkpoint (partition, entry) VALUES ($1::text, $2::text::jsonb)
         ON CONFLICT (partition) DO UPDATE SET entry = excluded.entry`,
        [unit, yield* Effect.mapError(encodeEntry(yield* entry), unreadable)]
      )
    })
    yield* Effect.mapError(sql.withTransaction(take), inSink)
  })

  return Sink.of({ checkpoint, write })
})

/** Answers whether it is there. */
const distrusted = Effect.fnUntraced(function* (
  sql: SqlClient.SqlClient,
  name: string,
  sink: string,
  { journal, tables }: Migrations.Series
) {
  const { distrust, isThere } = yield* Trust.ask(sql, name, sink, [...tables, journal])
  if (distrust !== undefined) return yield* new SinkError({ sink, message: distrust })
  return isThere
})

/**
 * Over a client of yours, and as safe as that: see `PostgresUrl` for one that is. Holds the schema for as long as the layer is
 * there. A `LockedError`, after five seconds, if somebody else does.
 */
export const layer = (options: PostgresOptions = {}): Layer.Layer<Sink, SinkFailure, PgClient.PgClient> =>
  Layer.effect(Sink, make(options))

export interface UrlOptions extends PostgresOptions, PostgresUrl.PostgresUrlOptions {}

const client = (options: PostgresUrl.PostgresUrlOptions) =>
  Layer.unwrap(
    Effect.map(PostgresUrl.parse(options), (config) =>
      PgClient.layer({ ...config, applicationName: config.applicationName ?? "effect-genesys export" }).pipe(
        Layer.catch((error) =>
          Layer.effectContext(
            Effect.fail(
              new SinkError({
                sink: "PostgreSQL",
                message: `PostgreSQL cannot be reached: ${Place.reasonOf(error)}. Check the URL, and whether it is up.`,
                cause: error
              })
            )
          )
        )
      )
    )
  )

/** With a pool of its own, of at most 10 connections, to a database that `PostgresUrl` finds safe. */
export const layerUrl = ({ schema, ...options }: UrlOptions): Layer.Layer<Sink, SinkFailure | ConfigurationError> =>
  layer({ schema }).pipe(Layer.provide(client(options)), Layer.provide([NodeFileSystem.layer, NodePath.layer]))
