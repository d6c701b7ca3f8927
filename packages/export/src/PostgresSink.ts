/**
 * Tables in PostgreSQL: the flat ones of `Tables`, with the raw JSON and `as_of`, the moment of which a row tells, in
 * the main table of a kind. Rows and checkpoint are committed in one transaction. The tables of conversations and users are
 * made, and brought up to date, when the layer is built; those of any other kind, when it is first written. Views put names beside ids.
 */
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import type * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { SqlError } from "effect/sql/SqlError"
import { SinkError, type SinkFailure } from "./ExportError.ts"
import * as Client from "./internal/postgres/client.ts"
import * as Growth from "./internal/postgres/growth.ts"
import * as Lock from "./internal/postgres/lock.ts"
import * as Migrations from "./internal/postgres/migrations.ts"
import * as Removal from "./internal/postgres/removal.ts"
import * as Staging from "./internal/postgres/staging.ts"
import * as Tables from "./internal/postgres/tables.ts"
import * as PostgresViews from "./internal/postgres/views.ts"
import { prospect } from "./internal/prospect.ts"
import * as Readiness from "./internal/readiness.ts"
import * as Kinds from "./Kinds.ts"
import * as Partition from "./Partition.ts"
import type * as PostgresUrl from "./PostgresUrl.ts"
import { type Old, Sink, type TakeOver, type Write } from "./Sink.ts"
import * as TimeZone from "./TimeZone.ts"

/** In which schema of the database the tables are. */
export interface PostgresOptions {
  /** The schema of the tables: small letters, digits and `_`. It is made if it is not there. @default genesys */
  readonly schema?: string | undefined
  /** Whose days the views with days have, such as `Europe/Berlin`. @default that of before, and UTC at first */
  readonly timeZone?: string | undefined
}

/** The schema where none is named. */
export const defaultSchema = "genesys"

const make = Effect.fnUntraced(function* ({ schema: given = defaultSchema, timeZone }: PostgresOptions) {
  const { checkpoint, distrusted, fill, inSink, name, schema, sink, sql } = yield* Tables.make(given)
  if (timeZone !== undefined && !TimeZone.isTimeZone(timeZone))
    return yield* new SinkError({ sink, message: TimeZone.refusal(timeZone), lasting: true })
  if (!(yield* distrusted(Migrations.base)))
    yield* Effect.mapError(sql.unsafe(`CREATE SCHEMA IF NOT EXISTS ${schema}`), inSink)
  const lock = yield* Effect.mapError(Lock.acquire(sql, name, sink), inSink)
  // Under the lock once more: somebody may have been faster.
  yield* distrusted(Migrations.base)
  yield* Effect.mapError(Migrations.bringUpToDate(sql, name, Migrations.base), inSink)
  const views = PostgresViews.make(sql, name, timeZone)
  let isOpen = false
  const ready = yield* Readiness.make(
    sink,
    Effect.fnUntraced(function* (layout) {
      const series = Migrations.ofKind(layout)
      yield* distrusted(series)
      if (!Migrations.isInBase(layout)) yield* Migrations.bringUpToDate(sql, name, series)
      yield* Growth.bringUpToDate(sql, name, layout, sink)
      if (isOpen && PostgresViews.isNamed(layout)) yield* views
    }, Effect.mapError(inSink)),
    Kinds.layouts
  )
  for (const { layout } of Object.values(Kinds.first)) yield* ready(layout)
  yield* views
  isOpen = true

  /** Nobody else writes, or takes away what waits, until it is done. */
  const fenced = <A, E extends SqlError | SinkFailure>(effect: Effect.Effect<A, E>) =>
    Effect.andThen(lock.fence, sql.unsafe(Migrations.ownNames)).pipe(
      Effect.andThen(effect),
      sql.withTransaction,
      Effect.mapError(inSink)
    )

  // What a process that was killed has left.
  yield* fenced(Staging.clear(sql, schema))
  // Another time, if it cannot be now.
  const shrink = Effect.ignore(
    Effect.flatMap(Staging.isLarge(sql, schema), (is) => (is ? fenced(Staging.shrink(sql, schema)) : Effect.void))
  )
  yield* shrink

  const take = (taking: Staging.Taking) => Effect.tap(fenced(Staging.take(sql, schema, taking)), shrink)

  const takeOver = Effect.fn("PostgresSink.takeOver")(function* ({ attempt, org, partition }: TakeOver) {
    yield* ready(partition.kind)
    return yield* take({ partition, attempt, isMeant: (entry) => entry.org === Option.getOrUndefined(org) })
  })

  const write = Effect.fn("PostgresSink.write")(function* <E, R>(rows: Write<E, R>) {
    const { partition } = rows
    yield* ready(partition.kind)
    const attempt = yield* fill(rows)
    if (Option.isSome(yield* take({ partition, attempt, isMeant: () => true }))) return
    return yield* new SinkError({
      sink,
      message: `What was read of ${Partition.nameOf(partition)} is not in ${sink} any more, which was restarted, or emptied by somebody. Nothing of it was written. ${prospect(false)}`
    })
  })

  const remove = Effect.fn("PostgresSink.remove")(function* (old: Old) {
    yield* ready(old.kind)
    return yield* Removal.remove(sql, sink, old, schema, fenced)
  })

  return Sink.of({ checkpoint, takeOver, write, remove })
})

/**
 * Over a client of yours, and as safe as that: see `PostgresUrl` for one that is. Holds the schema for as long as the layer is
 * there. A `LockedError`, after five seconds, if somebody else does.
 */
export const layer = (options: PostgresOptions = {}): Layer.Layer<Sink, SinkFailure, PgClient.PgClient> =>
  Layer.effect(Sink, make(options))

/** The same, and the database by its URL. */
export interface UrlOptions extends PostgresOptions, PostgresUrl.PostgresUrlOptions {}

/** With a pool of its own, of at most 10 connections, to a database that `PostgresUrl` finds safe. */
export const layerUrl = ({
  schema,
  timeZone,
  ...options
}: UrlOptions): Layer.Layer<Sink, SinkFailure | ConfigurationError> =>
  Layer.provide(layer({ schema, timeZone }), Client.layer(options))
