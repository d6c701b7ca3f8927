/**
 * Units of exports that the workers of a fleet read for each other: each is an entity of the cluster, and whichever worker the cluster says
 * reads it. What is asked lives as long as whoever asks, and is stored nowhere: it goes to another worker when the one that reads is
 * gone, and is broken off when nobody waits for it. To be read twice does no harm, since a sink takes over one reading of a unit.
 */
import { UnitError } from "@effect-genesys/export/ExportError"
import { Staged } from "@effect-genesys/export/Staged"
import * as ClusterSchema from "effect/cluster/ClusterSchema"
import * as Entity from "effect/cluster/Entity"
import * as RunnerStorage from "effect/cluster/RunnerStorage"
import type { Sharding } from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Rpc from "effect/rpc/Rpc"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Cluster from "./Cluster.ts"

/** What a worker asks the others. */
export const Request = Schema.Struct({
  job: Schema.String,
  /** The name of the unit in the checkpoint, such as `conversations/2026-11-01`. */
  partition: Schema.String,
  /** Names the settings of the job: who has others, or another version, reads nothing for this one. */
  settings: Schema.String,
  /** The id of the organization whose rows are meant. */
  org: Schema.optionalKey(Schema.String)
})
export type Request = typeof Request.Type

/** Reads a unit for another worker; none if it cannot. `came` is told how many rows have come so far. */
export type Reader = (request: Request, came: (rows: number) => void) => Effect.Effect<Option.Option<Staged>, UnitError>

/** Has units of an export read by whichever worker of the fleet the cluster says. */
export class FleetUnits extends Context.Service<
  FleetUnits,
  {
    /** How many workers of the group there are, as far as is known; at least one. */
    readonly readers: Effect.Effect<number>
    /** Has a unit read, by this worker or another one; none if nobody could. */
    readonly read: Reader
    /** Until the scope is closed, this worker reads so what falls to it. */
    readonly serve: (reader: Reader) => Effect.Effect<void, never, Scope.Scope>
  }
>()("@effect-genesys/fleet/FleetUnits") {
  static readonly layer: Layer.Layer<
    FleetUnits,
    never,
    Sharding | ShardingConfig.ShardingConfig | RunnerStorage.RunnerStorage
  > = Layer.unwrap(Effect.suspend(() => make))
}

/** While a unit is read, it is told so often how far it is: a connection on which nothing is said may be cut. */
const beat = "2 seconds"
/** A worker of which nothing is heard for so long is stopped, or cut off: longer than it takes to give its units to another one. */
const silence = Duration.seconds(30)
/** Units move between workers that come and go. */
const attempts = 3
const pause = "1 second"

const Said = Schema.Union([
  Schema.TaggedStruct("Came", { rows: Schema.Int }),
  Schema.TaggedStruct("Read", { staged: Staged }),
  Schema.TaggedStruct("NotHere", {})
])
type Said = typeof Said.Type

/** In the shards of the group, which all of its workers serve. */
const entityOf = (shardGroup: string) =>
  Entity.make("@effect-genesys/fleet/Unit", [
    Rpc.make("Read", { payload: Request, success: Said, error: UnitError, stream: true })
  ])
    .annotate(ClusterSchema.ShardGroup, () => shardGroup)
    .annotate(ClusterSchema.ClientTracingEnabled, false)

/** What the reader answers. A defect of it would be tried again for ever. */
const answerOf = (reader: Reader, request: Request, came: (rows: number) => void): Effect.Effect<Said, UnitError> =>
  reader(request, came).pipe(
    Effect.map(
      Option.match({
        onNone: (): Said => ({ _tag: "NotHere" }),
        onSome: (staged): Said => ({ _tag: "Read", staged })
      })
    ),
    Effect.catchDefect((defect) =>
      Effect.logError("a unit could not be read for another worker", defect).pipe(
        Effect.annotateLogs({ event: "unit.broken", job: request.job, partition: request.partition }),
        Effect.as<Said>({ _tag: "NotHere" })
      )
    )
  )

const said = (reader: Reader, request: Request): Stream.Stream<Said, UnitError> =>
  Stream.suspend(() => {
    let rows = 0
    const beats = Stream.map(Stream.tick(beat), (): Said => ({ _tag: "Came", rows }))
    const answer = Stream.fromEffect(answerOf(reader, request, (count) => void (rows = count)))
    return Stream.merge(beats, answer, { haltStrategy: "right" })
  })

const nobody: Reader = () => Effect.succeedNone

const make = Effect.gen(function* () {
  const { assignedShardGroups } = yield* ShardingConfig.ShardingConfig
  const { getRunners } = yield* RunnerStorage.RunnerStorage
  const group = Cluster.groupOf(assignedShardGroups)
  const entity = entityOf(Cluster.jobGroupOf(assignedShardGroups))
  const serving = yield* Ref.make(nobody)
  const clock = yield* Clock.Clock

  const readers = yield* getRunners.pipe(
    Effect.map((all) => all.filter(([{ groups }, healthy]) => healthy && Cluster.groupOf(groups) === group).length),
    Effect.orElseSucceed(() => 1),
    Effect.map((count) => Math.max(1, count)),
    Effect.withTracerEnabled(false),
    Effect.cachedWithTTL("5 seconds")
  )

  const layerEntity = entity.toLayer(
    entity.of({
      Read: ({ payload }) => Stream.unwrap(Effect.map(Ref.get(serving), (reader) => said(reader, payload)))
    }),
    { concurrency: "unbounded" }
  )

  const service = Effect.gen(function* () {
    const client = yield* entity.client

    /** None if no answer came: whoever was to give it is gone, or stopped. */
    const attempt = Effect.fnUntraced(function* (request: Request, came: (rows: number) => void) {
      let heardAt = clock.currentTimeMillisUnsafe()
      let answer: Option.Option<Said> = Option.none()
      const hear = (what: Said) =>
        Effect.sync(() => {
          heardAt = clock.currentTimeMillisUnsafe()
          if (what._tag === "Came") came(what.rows)
          else answer = Option.some(what)
        })
      // To end it may take an answer of a worker that gives none: nobody waits for that.
      const call = yield* Effect.forkDetach(
        Stream.runForEach(client(`${request.job}/${request.partition}`).Read(request), hear)
      )
      const isSilent = Effect.sync(() => clock.currentTimeMillisUnsafe() - heardAt > Duration.toMillis(silence))
      const silent = Effect.repeat(Effect.delay(isSilent, beat), { until: (so) => so })
      const exit = yield* Effect.raceFirst(
        Effect.asSome(Fiber.await(call)),
        Effect.as(silent, Option.none<Exit.Exit<void, unknown>>())
      ).pipe(Effect.ensuring(Effect.sync(() => call.interruptUnsafe())))
      const failure = Option.flatMap(exit, (ended) =>
        Exit.isFailure(ended) ? Cause.findErrorOption(ended.cause) : Option.none()
      )
      if (Option.isSome(failure) && isUnitError(failure.value)) return yield* Effect.fail(failure.value)
      return answer
    })

    return FleetUnits.of({
      readers,
      read: Effect.fnUntraced(function* (request, came) {
        for (let count = 0; count < attempts; count++) {
          if (count > 0) yield* Effect.sleep(pause)
          const answer = yield* attempt(request, came)
          if (Option.isSome(answer)) {
            return answer.value._tag === "Read" ? Option.some(answer.value.staged) : Option.none()
          }
        }
        return Option.none()
      }),
      serve: (reader) =>
        Effect.acquireRelease(Ref.set(serving, reader), () =>
          Ref.update(serving, (now) => (now === reader ? nobody : now))
        )
    })
  })

  return Layer.merge(layerEntity, Layer.effect(FleetUnits, service))
})

const isUnitError = Schema.is(UnitError)
