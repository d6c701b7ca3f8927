/**
 * Runs what is due, once: Partition → Source → Sink → Checkpoint. Each unit is all or nothing, so a run may be interrupted or
 * killed at any moment, and the next one goes on from there. It does not repeat itself: that is for a schedule.
 */
import type { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { Users } from "@effect-genesys/client/Users"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type * as ConversationSource from "./ConversationSource.ts"
import type { Entry } from "./Checkpoint.ts"
import type { Elsewhere } from "./Elsewhere.ts"
import { type ExportError, isOfUnit } from "./ExportError.ts"
import * as Future from "./internal/future.ts"
import * as Org from "./internal/org.ts"
import { isOfSink, retried } from "./internal/sinkRetries.ts"
import * as Split from "./internal/split.ts"
import type { Kind } from "./Kind.ts"
import * as Kinds from "./Kinds.ts"
import * as Lag from "./Lag.ts"
import type { Layout } from "./Layout.ts"
import * as Metrics from "./Metrics.ts"
import type { Partition } from "./Partition.ts"
import * as PartitionName from "./Partition.ts"
import * as Progress from "./Progress.ts"
import * as Redaction from "./Redaction.ts"
import * as Retention from "./Retention.ts"
import { Sink } from "./Sink.ts"
import type { Source, Unit } from "./Source.ts"
import * as Turns from "./Turns.ts"
import type * as UserSource from "./UserSource.ts"

/** How many units are read at the same time, and by whom. */
export interface RunOptions {
  /** Units at the same time: while one waits for its job, another is read. @default 4 */
  readonly concurrency?: number | undefined
  /**
   * Other processes that read units into the same sink: then so many at the same time in each. What the sink does not take over
   * is read here. @default nobody
   */
  readonly elsewhere?: Elsewhere | undefined
  /**
   * How often what needs no job, such as the day that is not over, is read again while jobs are waited for.
   * @default 15 minutes
   */
  readonly openEvery?: Duration.Input | undefined
  /** Asked before each unit: once true, no new one starts, and the run ends when those under way have. @default never */
  readonly isStopping?: Effect.Effect<boolean> | undefined
  /** How long a day is kept, a day at least: what is older is taken away at the beginning of a run. Refused of what has no days. @default for ever */
  readonly keep?: Duration.Input | undefined
  /** Labels of the metrics, which tell the exports of a program apart. @default none */
  readonly labels?: Metrics.Labels | undefined
  /** Tells how far the export is behind, between runs too. @default one for this run; its metric stays */
  readonly lag?: Lag.Lag | undefined
  /** Tells what a run does at this moment. @default nobody is told */
  readonly progress?: Progress.Progress | undefined
  /** Fields that are kept empty, however deep they are (`Redaction`). @default those that are so in the copy */
  readonly redact?: ReadonlyArray<string> | undefined
  /** Remembers from run to run what has failed, and lets the others go first. @default this run begins with what waits longest */
  readonly turns?: Turns.Turns | undefined
}

/** A unit that was read and committed. */
export interface Done {
  readonly partition: Partition
  /** What is there now. */
  readonly entry: Entry
  /** Rows that the last reading of it in this run has brought: none where it was enough to ask whether something has changed. */
  readonly rows: number
}

/** A unit of which nothing was committed, and why. */
export interface Failed {
  readonly partition: Partition
  readonly error: ExportError
}

/** What a run has done, and what it has left. */
export interface Summary {
  readonly kind: Layout
  /** Units that were read and committed. */
  readonly done: ReadonlyArray<Done>
  /** Units of which nothing was committed. The next run takes them up again. */
  readonly failed: ReadonlyArray<Failed>
  /** Units that were due and did not start, because the run was to stop or had no way on. */
  readonly pending: number
  /** Rows that were read and committed; the open day may be read several times in a run. What is there of a unit, its entry says. */
  readonly rows: number
  /** Days that were taken away, because they are older than is kept; none if everything is kept. */
  readonly removed?: Retention.Removed | undefined
  /**
   * How far the sink is behind Genesys after the run: for conversations behind the `dataAvailabilityDate` that the run began
   * with, for users behind the moment it began.
   */
  readonly lag: Duration.Duration
}

const isApart = ({ apart = false }: Unit) => apart

/** One that is not tried again is in the summary: whoever asked for the run tells of it. */
const told = <A, E extends ExportError, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.tapError(effect, (error) =>
    Effect.logWithLevel(isOfSink(error) ? "Warn" : "Info")("a unit of the export has failed").pipe(
      Effect.annotateLogs({ error: error._tag, reason: error.message })
    )
  )

const runUnit = Effect.fn("Exporter.unit")(function* (
  unit: Unit,
  noted: (entry: Effect.Effect<Entry>) => Effect.Effect<Entry>,
  progress: Progress.Progress,
  split: Split.Split
) {
  const sink = yield* Sink
  const { partition } = unit
  const attempt = Effect.gen(function* () {
    const { entry: found, rows } = yield* unit.read
    const entry = noted(found)
    let count = 0
    const counted = Stream.mapArray(progress.counted(partition, rows), (chunk) => {
      count += chunk.length
      return chunk
    })
    yield* sink.write({ partition, rows: counted, entry })
    return { partition, entry: yield* entry, rows: count }
  })
  return yield* Effect.gen(function* () {
    const taken = yield* told(split.elsewhere(unit))
    // Others read what is portable, and that as a whole.
    return Option.isSome(taken)
      ? { partition, entry: taken.value, rows: taken.value.rows }
      : yield* split.here(unit, retried(told(attempt)))
  }).pipe(
    Effect.tap(({ entry, rows }) =>
      Effect.logInfo("exported").pipe(
        Effect.annotateLogs({ event: "export.unit", rows, running: entry.running, source: entry.source })
      )
    ),
    Effect.annotateLogs({ partition: PartitionName.nameOf(partition) })
  )
})

/** Runs what is due of a source. It fails only if it cannot be told what is; what fails later is in the summary. */
export const runOnce = Effect.fn("Exporter.runOnce")(function* (
  given: Source,
  options: RunOptions = {}
): Effect.fn.Return<Summary, ExportError, Sink> {
  const source = Redaction.redacted(given, options.redact)
  const sink = yield* Sink
  const {
    concurrency = 4,
    isStopping = Effect.succeed(false),
    labels = {},
    progress = Progress.make(),
    turns = Turns.make()
  } = options
  const openEvery = Duration.fromInputUnsafe(options.openEvery ?? Duration.minutes(15))
  const lag = options.lag ?? (yield* Lag.make(labels))
  yield* Metrics.began(source.kind.name, labels)
  yield* Retention.check(source.kind, options.keep)
  const before = yield* sink.checkpoint
  yield* lag.held(source, before)
  const org = yield* source.org
  yield* Org.check(before, org)
  const noted = (entry: Effect.Effect<Entry>) => Org.noted(entry, org, Org.heldIn(before))
  const found = yield* source.plan(before)
  yield* lag.told(found.available)
  const keep = yield* Org.keepOf(options.keep, org, Org.heldIn(before))
  const { kept, removed } = yield* Retention.enforce(source.kind, keep, found.available)
  const plan = { ...found, units: kept(found.units) }
  yield* Future.told(source, before, plan.available)
  progress.began(plan.units)
  const split = Split.make({ concurrency, elsewhere: options.elsewhere, org, progress, sink, units: plan.units })
  const ends = new Map<string, Result.Result<Done, Failed>>()
  let [isStuck, rows] = [false, 0]
  const step = (unit: Unit) =>
    Effect.gen(function* () {
      if (isStuck || (yield* isStopping)) return
      const { partition } = unit
      const result = yield* Effect.result(progress.unit(partition, runUnit(unit, noted, progress, split)))
      const end = Result.mapError(result, (error): Failed => ({ partition, error }))
      ends.set(PartitionName.nameOf(partition), end)
      turns.ended(partition, Result.isFailure(result))
      if (Result.isFailure(result) && !isOfUnit(result.failure)) isStuck = true
      if (Result.isSuccess(result)) {
        rows += result.success.rows
        yield* lag.committed(PartitionName.nameOf(partition), result.success.entry)
      }
      yield* Metrics.unit(
        source.kind.name,
        Result.map(result, (done) => done.rows),
        labels
      )
    })
  const areDone = yield* Deferred.make<void>()
  const others = split
    .each(
      turns.inOrder(plan.units).filter((unit) => !isApart(unit)),
      step
    )
    .pipe(Effect.ensuring(Deferred.succeed(areDone, undefined)))
  const apart = (units: ReadonlyArray<Unit>) => Effect.forEach(turns.inOrder(units).filter(isApart), step)
  const isTime = Effect.raceFirst(Effect.as(Deferred.await(areDone), false), Effect.as(Effect.sleep(openEvery), true))
  const beside = Effect.gen(function* () {
    yield* apart(plan.units)
    while (yield* isTime) {
      const next = yield* Effect.result(Effect.flatMap(sink.checkpoint, source.plan))
      // If that fails, so does what is under way, and tells of it.
      if (Result.isFailure(next)) continue
      yield* lag.told(next.success.available)
      yield* apart(kept(next.success.units))
    }
  })
  yield* Effect.ensuring(Effect.all([others, beside], { concurrency: 2 }), Effect.sync(progress.finished))

  const done = [...ends.values()].filter(Result.isSuccess).map(({ success }) => success)
  const failed = [...ends.values()].filter(Result.isFailure).map(({ failure }) => failure)
  const after = yield* sink.checkpoint
  yield* lag.held(source, after)
  return {
    kind: source.kind,
    done,
    failed,
    pending: plan.units.filter(({ partition }) => !ends.has(PartitionName.nameOf(partition))).length,
    rows,
    removed,
    lag: yield* lag.behind(source, after, plan.available)
  }
})

/** One run of a kind. */
export const run = <Options, R>(
  kind: Kind<Options, R>,
  options: Options & RunOptions
): Effect.Effect<Summary, ExportError, Sink | R> =>
  Effect.flatMap(kind.source(options), (source) => runOnce(source, options))

/** One run of conversations. */
export const conversations = (
  options: ConversationSource.ConversationOptions & RunOptions
): Effect.Effect<Summary, ExportError, Sink | ConversationDetails | GenesysClient> => run(Kinds.conversations, options)

/** One run of users. */
export const users = (
  options: UserSource.UserOptions & RunOptions = {}
): Effect.Effect<Summary, ExportError, Sink | Users | GenesysClient> => run(Kinds.users, options)
