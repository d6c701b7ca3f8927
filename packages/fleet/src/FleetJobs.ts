/**
 * Jobs that are to be in one place of a fleet at a time: whichever worker the cluster says. What was begun is noted in the database, so that another
 * worker goes on where one has stopped.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import { Sharding } from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as RcMap from "effect/RcMap"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Cluster from "./Cluster.ts"
import { schema } from "./internal/fleetSchema.ts"
import * as Places from "./internal/places.ts"
import * as Session from "./internal/session.ts"

/** The run that was begun last, by whichever worker. Moments are milliseconds since 1970. */
export interface Begun {
  /** When it was due. */
  readonly dueAt: number
  /** Whether it was done: not if it failed, or was cut off. */
  readonly isDone: boolean
  /** Runs in a row that have failed, that one included. */
  readonly failures: number
  /** No other run is begun before this moment, because that one has failed. */
  readonly restsUntil?: number
  /** What was named with that: the settings with which it has failed. */
  readonly restsFor?: string
}

/** A life that is led in one place. */
export interface Life {
  /** Lives with the same place are led in the same process, such as jobs that write to one sink. @default the name */
  readonly place?: string | undefined
  /** Runs for as long as the job is this worker's; it is interrupted when it is not any more, and begun anew when it is again. */
  readonly here: Effect.Effect<void>
  /** Whenever it is not, or not any more. */
  readonly elsewhere: Effect.Effect<void>
  /** Done when the job is to end. What runs then is not interrupted: it ends by itself. */
  readonly ending: Effect.Effect<void>
}

/** Runs each job in one worker of the fleet at a time, and notes when it began last. */
export class FleetJobs extends Context.Service<
  FleetJobs,
  {
    /** Returns when the life has ended by itself, or is led elsewhere while it is to end. */
    readonly run: (name: string, life: Life) => Effect.Effect<void>
    readonly last: (name: string) => Effect.Effect<Option.Option<Begun>>
    readonly begins: (name: string, dueAt: number) => Effect.Effect<void>
    readonly ends: (name: string, isDone: boolean) => Effect.Effect<void>
    /** After so many failures in a row, the next run with these settings is not before that moment, wherever it is. */
    readonly rests: (name: string, failures: number, until: number, settings: string) => Effect.Effect<void>
    /** There is no such job any more. What another worker has noted of it stays. */
    readonly forgets: (name: string) => Effect.Effect<void>
  }
>()("@effect-genesys/fleet/FleetJobs") {
  static readonly layer: Layer.Layer<FleetJobs, never, PgClient.PgClient | Sharding | ShardingConfig.ShardingConfig> =
    Layer.effect(
      FleetJobs,
      Effect.suspend(() => make)
    )
}

/** Before what was broken is begun anew. */
const pause = "10 seconds"

const Rows = Schema.Array(
  Schema.Struct({
    due: Schema.NullOr(Schema.Finite),
    done: Schema.Boolean,
    failures: Schema.Int,
    rests: Schema.NullOr(Schema.Finite),
    settings: Schema.NullOr(Schema.String)
  })
)
const decode = Schema.decodeUnknownEffect(Rows)
const millis = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`
const moment = (parameter: string) => `pg_catalog.to_timestamp(${parameter}::float8 / 1000)`
const found = `SELECT ${millis("due_at")} AS due, done, failures, ${millis("rests_until")} AS rests, rests_for AS settings FROM ${schema}.job WHERE name = $1::text`

const begunOf = ({ done, due, failures, rests, settings }: (typeof Rows.Type)[number]): Option.Option<Begun> =>
  due === null
    ? Option.none()
    : Option.some({
        dueAt: Math.round(due),
        isDone: done,
        failures,
        ...(rests === null ? {} : { restsUntil: Math.round(rests) }),
        ...(settings === null ? {} : { restsFor: settings })
      })

const broken = (job: string, cause: Cause.Cause<never>) =>
  Effect.andThen(
    Effect.annotateLogs(Effect.logError("job broken", cause), { event: "job.broken", job }),
    Effect.sleep(pause)
  )

const make = Effect.gen(function* () {
  const { query } = Session.make(yield* PgClient.PgClient)
  const sharding = yield* Sharding
  const { assignedShardGroups, runnerAddress } = yield* ShardingConfig.ShardingConfig
  const shardGroup = Cluster.jobGroupOf(assignedShardGroups)
  const me = Option.match(runnerAddress, { onNone: () => "", onSome: Cluster.nameOf })

  const places = yield* Places.make(sharding, shardGroup)
  const prefix = `${Cluster.groupOf(assignedShardGroups)}/`
  const keyOf = (name: string) => prefix + name

  /** What cannot be noted is done once more by the next one, which does no harm. */
  const note = (statement: string, parameters: ReadonlyArray<unknown>) =>
    Effect.catch(Effect.asVoid(query(statement, parameters)), ({ message }) =>
      Effect.logDebug("what a job does could not be noted").pipe(Effect.annotateLogs({ reason: message }))
    )

  const takes = (name: string) =>
    note(
      `INSERT INTO ${schema}.job (name, runner, since) VALUES ($1::text, $2::text, pg_catalog.now())
       ON CONFLICT (name) DO UPDATE SET runner = excluded.runner, since = excluded.since`,
      [keyOf(name), me]
    )

  /** Whether another one knows of it, nobody can tell from here. */
  const leaves = (name: string) =>
    note(`UPDATE ${schema}.job SET runner = NULL, since = NULL WHERE name = $1::text AND runner = $2::text`, [
      keyOf(name),
      me
    ])

  return FleetJobs.of({
    run: (name, life) =>
      Effect.scoped(
        Effect.gen(function* () {
          const { atWork, away, here } = yield* RcMap.get(places, life.place ?? name)
          const isEnding = yield* Deferred.make<void>()
          yield* Effect.forkScoped(Effect.andThen(life.ending, Deferred.succeed(isEnding, undefined)))
          /** Whether it has ended by itself. */
          const lead = Effect.andThen(takes(name), life.here).pipe(
            Effect.as(true),
            // A defect must neither end it for good nor go unseen.
            Effect.catchCause((cause) =>
              Cause.hasInterruptsOnly(cause) ? Effect.failCause(cause) : Effect.as(broken(name, cause), false)
            )
          )
          let hadIt = false
          while (true) {
            yield* life.elsewhere
            const leaving = yield* Effect.forkScoped(hadIt ? leaves(name) : Effect.void)
            yield* Effect.raceFirst(here.await, Deferred.await(isEnding))
            yield* Fiber.interrupt(leaving)
            // While it is led elsewhere there is nothing to end here.
            if (!here.isOpen()) return
            const isOver = yield* atWork(Effect.raceFirst(lead, Effect.as(away.await, false)))
            if (isOver || (yield* Deferred.isDone(isEnding))) return
            hadIt = true
          }
        })
      ),
    last: (name) =>
      query(found, [keyOf(name)]).pipe(
        // Who cannot ask what was done would do it again.
        Effect.tapError(({ message }) =>
          Effect.logDebug("what was done of a job cannot be read yet").pipe(Effect.annotateLogs({ reason: message }))
        ),
        Effect.retry(Schedule.spaced("1 second")),
        Effect.orDie,
        Effect.flatMap((rows) => Effect.option(decode(rows))),
        // What nobody of us has noted tells nothing.
        Effect.map(Option.flatMap(([row]) => (row === undefined ? Option.none() : begunOf(row))))
      ),
    begins: (name, dueAt) =>
      note(
        `INSERT INTO ${schema}.job AS job (name, runner, since, due_at, began_at, done)
         VALUES ($1::text, $2::text, pg_catalog.now(), ${moment("$3")}, pg_catalog.now(), false)
         ON CONFLICT (name) DO UPDATE SET runner = excluded.runner,
           since = CASE WHEN job.runner = excluded.runner THEN job.since ELSE excluded.since END, due_at = excluded.due_at, began_at = excluded.began_at, ended_at = NULL, done = false,
           rests_until = NULL, rests_for = NULL`,
        [keyOf(name), me, dueAt]
      ),
    ends: (name, isDone) =>
      note(
        `UPDATE ${schema}.job SET ended_at = pg_catalog.now(), done = $2::boolean, failures = CASE WHEN $2::boolean THEN 0 ELSE failures END
         WHERE name = $1::text AND runner = $3::text`,
        [keyOf(name), isDone, me]
      ),
    forgets: (name) => note(`DELETE FROM ${schema}.job WHERE name = $1::text AND runner = $2::text`, [keyOf(name), me]),
    rests: (name, failures, until, settings) =>
      note(
        `UPDATE ${schema}.job SET failures = $2::int, rests_until = ${moment("$3")}, rests_for = $5::text
         WHERE name = $1::text AND runner = $4::text`,
        [keyOf(name), failures, until, me, settings]
      )
  })
})
