/**
 * What a job of the worker does in one run, for the command line: the same layout, lock and checkpoint, so that both can keep the
 * same copy, one after the other. What is there and cannot change any more is not read again.
 */
import { ConversationDetails } from "@effect-genesys/client/ConversationDetails"
import * as ConversationSource from "@effect-genesys/export/ConversationSource"
import * as Day from "@effect-genesys/export/Day"
import * as Exporter from "@effect-genesys/export/Exporter"
import type { Source, Unit } from "@effect-genesys/export/Source"
import * as UserSource from "@effect-genesys/export/UserSource"
import { Users } from "@effect-genesys/client/Users"
import * as Console from "effect/Console"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Progress from "../output/Progress.ts"
import { Sinks } from "@effect-genesys/program/Sinks"
import * as SinkSettings from "@effect-genesys/program/SinkSettings"

interface Options<R, R2> {
  readonly source: Effect.Effect<Source, never, R>
  readonly sink: SinkSettings.Sink
  /** @default what the source calls them */
  readonly what?: string | undefined
  /** What is so until the first of them comes. */
  readonly before?: string | undefined
  readonly options?: Pick<Exporter.RunOptions, "openEvery"> | undefined
  /** How many rows there will be in what is due. */
  readonly total?: ((due: ReadonlyArray<Unit>) => Effect.Effect<number, unknown, R2>) | undefined
}

/** A source whose rows are counted, and that tells what is due as soon as it knows. */
const counted = (
  source: Source,
  due: Deferred.Deferred<ReadonlyArray<Unit>>,
  counter: Progress.Counter | undefined
): Source => ({
  ...source,
  plan: (checkpoint) =>
    source.plan(checkpoint).pipe(
      Effect.tap(({ units }) => Deferred.succeed(due, units)),
      Effect.map((plan) => ({
        ...plan,
        units: plan.units.map((unit) => ({
          ...unit,
          read: Effect.map(unit.read, (reading) => ({ ...reading, rows: Progress.count(counter)(reading.rows) }))
        }))
      }))
    )
})

const told = (summary: Exporter.Summary, sink: SinkSettings.Sink): string => {
  if (summary.done.length === 0) return "Nothing was due."
  const days =
    summary.kind.by === "whole" ? "" : ` of ${summary.done.length} ${summary.done.length === 1 ? "day" : "days"}`
  return `${summary.rows.toLocaleString("en-US")} ${summary.kind.name}${days}, in ${SinkSettings.of(sink).words}.`
}

const run = Effect.fnUntraced(function* <R, R2>({ before, options, sink, source, total, what }: Options<R, R2>) {
  const context = yield* Sinks.use((sinks) => sinks.get(sink))
  const found = yield* source
  const due = yield* Deferred.make<ReadonlyArray<Unit>>()
  const counter = yield* Progress.counter({
    what: what ?? found.kind.name,
    before,
    total: total === undefined ? undefined : Effect.flatMap(Deferred.await(due), total),
    file: true
  })
  const summary = yield* Exporter.runOnce(counted(found, due, counter), options).pipe(Effect.provideContext(context))
  const [failed] = summary.failed
  if (failed !== undefined) return yield* failed.error
  return summary
})

/** It tells what it has done where a person sees it, once the line of the progress is gone. */
const once = <R, R2>(options: Options<R, R2>) =>
  Effect.flatMap(Effect.scoped(run(options)), (summary) =>
    process.stderr.isTTY ? Console.error(told(summary, options.sink)) : Effect.void
  ).pipe(Effect.provide(Sinks.layer))

const longest = 31

const interval = (from: number, to: number) => `${new Date(from).toISOString()}/${new Date(to).toISOString()}`

/** Days that follow each other, as intervals that a query takes; of a day that is gone on with, the rest of it. */
const intervals = (units: ReadonlyArray<Unit>): ReadonlyArray<string> => {
  const rests = units.flatMap(({ partition: { day }, since }) =>
    day === undefined || since === undefined ? [] : [interval(since, Day.end(day))]
  )
  const days = units.flatMap(({ partition: { day }, since }) => (day === undefined || since !== undefined ? [] : [day]))
  const spans: Array<{ first: string; last: string; length: number }> = []
  for (const day of days.toSorted()) {
    const span = spans.at(-1)
    if (span !== undefined && Day.end(span.last) === Day.start(day) && span.length < longest) {
      span.last = day
      span.length++
    } else spans.push({ first: day, last: day, length: 1 })
  }
  return [...spans.map(({ first, last }) => interval(Day.start(first), Day.end(last))), ...rests]
}

/** The whole UTC days that the interval touches. */
export const conversations = (
  asked: string,
  sink: SinkSettings.Sink,
  {
    jobWait,
    openEvery
  }: Pick<ConversationSource.ConversationOptions & Exporter.RunOptions, "jobWait" | "openEvery"> = {}
) => {
  const [from = 0, to = 0] = asked.split("/").map((moment) => Date.parse(moment))
  return once({
    source: ConversationSource.make({ since: Day.of(from), until: Day.of(Day.end(Day.of(to - 1))), jobWait }),
    options: { openEvery },
    sink,
    what: "conversations",
    before: "Genesys prepares",
    total: (due) =>
      Effect.map(
        Effect.forEach(intervals(due), (span) =>
          ConversationDetails.use((details) => details.query({ interval: span, pageSize: 1 }))
        ),
        (pages) => pages.reduce((sum, { totalHits = 0 }) => sum + totalHits, 0)
      )
  })
}

export const users = (options: Pick<UserSource.UserOptions, "state" | "expand">, sink: SinkSettings.Sink) =>
  once({
    source: UserSource.make(options),
    sink,
    what: "users",
    total: () =>
      Users.use((service) =>
        Effect.map(service.list({ state: options.state ?? "any", pageSize: 1 }), (page) => page.total ?? 0)
      )
  })

export const list = <R>(source: Effect.Effect<Source, never, R>, sink: SinkSettings.Sink) =>
  once<R, never>({ source, sink })
