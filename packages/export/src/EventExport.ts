/**
 * Follows events for ever: what Genesys tells of topics goes into the sink, with how far it goes, every few seconds. Where events may be
 * missing, a row says so, and presence and routing status are read from the API. A kill loses nothing silently: the next start writes a gap
 * from what was written last.
 */
import { Notifications } from "@effect-genesys/client/Notifications"
import type { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { Routing } from "@effect-genesys/client/Routing"
import type { Users } from "@effect-genesys/client/Users"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ExportError } from "./ExportError.ts"
import * as Book from "./internal/eventBook.ts"
import type { LeftOut } from "./internal/eventLeftOut.ts"
import * as EventClock from "./internal/eventClock.ts"
import * as Feeds from "./internal/eventFeeds.ts"
import * as Writer from "./internal/eventWriter.ts"
import { events as layout, usual } from "./internal/kinds/events.ts"
import * as Org from "./internal/org.ts"
import * as GenesysTime from "./GenesysTime.ts"
import * as Lag from "./Lag.ts"
import * as Metrics from "./Metrics.ts"
import * as Retention from "./Retention.ts"
import { Sink } from "./Sink.ts"
import type { Measure } from "./Source.ts"

/** Which events are followed, and how often they are written. */
export interface EventOptions {
  /** Topics; `{id}` stands for all users after `v2.users.`, for all queues after `v2.routing.queues.` */
  readonly topics: ReadonlyArray<string>
  /** How often what came is written. @default 10 seconds */
  readonly commitEvery?: Duration.Duration | undefined
  /** It is written earlier, once there are so many rows. @default 1,000 */
  readonly commitRows?: number | undefined
  /** How often users and queues are listed again. @default 15 minutes */
  readonly listEvery?: Duration.Duration | undefined
  /** Whether presence and routing status are read at the beginning, and after a gap. @default true */
  readonly fill?: boolean | undefined
}

/** Topics of a pattern that are not listened to, and why. */
export type { LeftOut } from "./internal/eventLeftOut.ts"

/** What it does at this moment. */
export interface Status {
  /** Since when it listens, in milliseconds since 1970, as all moments here. */
  readonly since: number | undefined
  readonly topics: number
  readonly leftOut: ReadonlyArray<LeftOut>
  /** Written in this run. */
  readonly rows: number
  readonly lastEventAt: number | undefined
  readonly writtenAt: number | undefined
  /** Of this run: those that are over, and those that are not. */
  readonly gaps: number
  readonly openGaps: number
}

/** Tells of a run from outside. */
export interface State {
  /** None while nothing runs. */
  readonly current: Effect.Effect<Status | undefined>
  readonly began: (status: () => Status) => void
  readonly ended: () => void
}

/** A new one, to be given to `run`, and asked by whoever watches. */
export const state = (): State => {
  let status: (() => Status) | undefined
  return {
    current: Effect.sync(() => status?.()),
    began: (now) => {
      status = now
    },
    ended: () => {
      status = undefined
    }
  }
}

/** What is followed, and how a run ends and tells of itself. */
export interface RunEventsOptions extends EventOptions {
  /** Asked twice a second: once true, what came is written, and the run ends. @default never */
  readonly isStopping?: Effect.Effect<boolean> | undefined
  /** How long a day is kept, a day at least: once an hour, what is older is taken away. @default for ever */
  readonly keep?: Duration.Input | undefined
  /** Labels of the metrics, which tell the exports of a program apart. @default none */
  readonly labels?: Metrics.Labels | undefined
  /** Tells how far the export is behind, between runs too. @default one for this run; its metric stays */
  readonly lag?: Lag.Lag | undefined
  /** Fields that are kept empty, however deep they are (`Redaction`). @default those that are so in the copy */
  readonly redact?: ReadonlyArray<string> | undefined
  /** @default nobody is told */
  readonly state?: State | undefined
}

/** What a run has done, told when it ends. */
export interface Summary {
  /** Written in this run. */
  readonly rows: number
  readonly gaps: number
}

/** How far events are behind in a sink: told from its checkpoint, without Genesys. */
export const measure = (): Measure => ({
  kind: layout,
  lag: (checkpoint, available, known) => Math.max(0, available - (Writer.reached(checkpoint)?.asOf ?? known))
})

const keptEvery = Duration.toMillis(Duration.hours(1))

/** So often it is asked whether the run is to end. */
const lookEvery = "500 millis"

type Services = Sink | Notifications | Users | Routing | GenesysClient | Scope.Scope

/**
 * Runs until it is to stop, and then ends when what came is written. It fails with what no later attempt can mend, such as a permission
 * that listing users needs, and with a sink that stays down; topics that are refused are told, and the others go on.
 */
export const run: (
  options: RunEventsOptions
) => Effect.Effect<Summary, ExportError, Sink | Notifications | Users | GenesysClient> = Effect.fn("EventExport.run")(
  function* (options: RunEventsOptions): Effect.fn.Return<Summary, ExportError, Services> {
    const notifications = yield* Notifications
    const {
      commitEvery = Duration.millis(usual.commitEvery),
      isStopping = Effect.succeed(false),
      labels = {}
    } = options
    const lag = options.lag ?? (yield* Lag.make(labels))
    yield* Effect.andThen(Metrics.began(layout.name, labels), Metrics.eventsBegan(labels))
    const held = yield* Sink.use(({ checkpoint }) => checkpoint)
    yield* lag.held(measure(), held)
    const org = yield* Org.id
    yield* Org.check(held, org)
    const clock = yield* EventClock.make
    const { at, now } = clock
    const book = Book.make({ patterns: options.topics, held: Writer.reached(held), fill: options.fill ?? true, at })
    const gate = Feeds.gates(book, options.commitRows ?? usual.commitRows)
    const { commit, done } = Writer.make({ book, held, org, lag, labels, redact: options.redact, now })
    options.state?.began(() => ({ ...book.status(), ...done() }))

    const context = yield* Effect.context<Users | Routing | GenesysClient>()
    const changes = Stream.provideContext(Feeds.listings(options, book, clock, lag), context)
    const ended = yield* Deferred.make<void, ExportError>()
    const stopped = Effect.gen(function* () {
      while (!(yield* isStopping)) yield* Effect.sleep(lookEvery)
    })
    const told = Stream.runForEachArray(notifications.follow(changes), (events) =>
      Effect.andThen(
        Effect.andThen(
          Effect.sync(() => book.take(events)),
          Effect.forEach(events, Feeds.logged, { discard: true })
        ),
        Effect.andThen(gate.settle, gate.room)
      )
    )
    yield* Effect.raceFirst(stopped, Effect.raceFirst(told, Feeds.filling(book, now, gate))).pipe(
      Effect.exit,
      Effect.flatMap((exit) => Deferred.done(ended, exit)),
      Effect.forkScoped({ startImmediately: true })
    )
    const end = Effect.exit(Deferred.await(ended))
    const keep = yield* Org.keepOf(options.keep, org, Org.heldIn(held))
    // By Genesys' clock of this moment: `now` goes by the machine's, which may have been set on since. Not known, it can wait an hour.
    const removing =
      keep === undefined
        ? Effect.void
        : Effect.flatMap(Effect.option(GenesysTime.ofToken), (time) =>
            Option.isNone(time) ? Effect.void : Effect.asVoid(Retention.enforce(layout, keep, time.value))
          )
    let [isLast, keptAt] = [false, Number.NEGATIVE_INFINITY]
    while (!isLast) {
      if (now() - keptAt >= keptEvery) {
        keptAt = now()
        yield* removing
      }
      yield* Effect.raceAllFirst([Effect.asVoid(end), gate.full, Effect.sleep(commitEvery)])
      isLast = yield* Deferred.isDone(ended)
      yield* Effect.andThen(commit, gate.settle)
    }
    yield* Deferred.await(ended)
    return { rows: done().rows, gaps: book.status().gaps }
  },
  (effect, { state: told }) =>
    Effect.ensuring(
      Effect.scoped(effect),
      Effect.sync(() => told?.ended())
    ),
  Effect.provide(Routing.layer)
)
