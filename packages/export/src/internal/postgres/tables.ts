/** The tables of a sink as whoever reads or writes them has them: whether they are ours, what an error there means, what the checkpoint says. */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Migrator from "effect/sql/Migrator"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import type { Checkpoint } from "../../Checkpoint.ts"
import { CheckpointError, LockedError, SinkError, type SinkFailure } from "../../ExportError.ts"
import * as Place from "../../PostgresPlace.ts"
import * as Trust from "../../PostgresTrust.ts"
import type { Write } from "../../Sink.ts"
import * as Views from "../../Views.ts"
import { prospect } from "../prospect.ts"
import type { Series } from "./migrations.ts"
import * as Staging from "./staging.ts"
import { Stored } from "./stored.ts"

const Name = Schema.String.check(Schema.isPattern(/^[a-z_][a-z0-9_]{0,62}$/))
const encodeEntry = Schema.encodeEffect(Schema.fromJsonString(Stored))
const decodeCheckpoint = Schema.decodeUnknownEffect(
  Schema.Array(Schema.Struct({ partition: Schema.String, entry: Stored }))
)

const ours = Schema.is(Schema.Union([CheckpointError, LockedError, SinkError]))

export const make = Effect.fnUntraced(function* (name: string) {
  const client = yield* PgClient.PgClient
  const sql = client.withoutTransforms()
  const sink = Place.placeOf(client.config)
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

  /** Answers whether they are there. */
  const distrusted = Effect.fnUntraced(function* ({ journal, tables }: Series) {
    const { distrust, isThere } = yield* Trust.ask(sql, name, sink, [...tables, journal], Views.names)
    if (distrust !== undefined) return yield* new SinkError({ sink, message: distrust })
    return isThere
  }, Effect.mapError(inSink))

  const damaged = () =>
    new CheckpointError({
      sink,
      message:
        `${name}.export_checkpoint in ${sink} is damaged, and nothing was exported, so that nothing is lost. Delete the rows ` +
        `of it that are wrong, or all: their partitions are read again, with newer rows in place of older ones.`
    })

  const checkpoint: Effect.Effect<Checkpoint, SinkFailure> = sql
    .unsafe(`SELECT partition, entry FROM ${schema}.export_checkpoint`)
    .pipe(
      Effect.mapError(inSink),
      Effect.flatMap((rows) => Effect.mapError(decodeCheckpoint(rows), damaged)),
      Effect.map((rows) => Object.fromEntries(rows.map(({ entry, partition }) => [partition, entry])))
    )

  const unreadable = (cause: Schema.SchemaError) =>
    new SinkError({
      sink,
      message: `What is to be noted in ${name}.export_checkpoint in ${sink} could not be read again, so nothing was written. Look at what Genesys, or a proxy before it, answers; then export again.`,
      lasting: true,
      cause
    })
  /** Puts the rows of one reading beside the tables, and answers which it is. */
  const fill = <E, R>({ entry, partition, rows }: Write<E, R>): Effect.Effect<string, E | SinkFailure, R> => {
    const text = Effect.mapError(Effect.flatMap(entry, encodeEntry), unreadable)
    return Effect.mapError(Staging.fill(sql, schema, { partition, rows, entry: text }), (error) =>
      isSqlError(error) ? inSink(error) : error
    )
  }

  return { fill, checkpoint, distrusted, inSink, name, schema, sink, sql }
})
