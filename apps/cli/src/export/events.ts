/** Events of topics, as a worker's job of events keeps them: until it is told to stop, or for some time. What came by then is written. */
import { Notifications } from "@effect-genesys/client/Notifications"
import * as EventExport from "@effect-genesys/export/EventExport"
import * as Kinds from "@effect-genesys/export/Kinds"
import * as SmallHeap from "@effect-genesys/export/SmallHeap"
import * as Identity from "@effect-genesys/program/Identity"
import { Sinks } from "@effect-genesys/program/Sinks"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Clock from "effect/Clock"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as CallFlags from "../calls/CallFlags.ts"
import * as Genesys from "../calls/Genesys.ts"
import * as ExportFlags from "./ExportFlags.ts"
import type { Export } from "./flags.ts"

const wrong = (message: string) => new UsageError({ message })

const topicsOf = Effect.fnUntraced(function* (topics: ReadonlyArray<string>) {
  const [first, ...others] = new Set(topics)
  if (first === undefined)
    return yield* wrong("Say which events they are, with --topic, such as --topic 'v2.users.{id}.presence'.")
  const odd = [first, ...others].find((topic) => !isTopic(topic))
  if (odd !== undefined) return yield* wrong(`--topic ${JSON.stringify(odd)} must be ${Kinds.events.expected}.`)
  return [first, ...others]
})
const isTopic = Schema.is(Kinds.events.topic)

const sinkOf = Effect.fnUntraced(function* (flags: Export) {
  const target = yield* ExportFlags.target(flags)
  if (target._tag === "File")
    return yield* wrong(
      "Events come for ever, and are kept by days: write --out with a / at the end, or use --postgres."
    )
  if ("format" in target.sink && target.sink.format === "parquet")
    return yield* wrong(
      "Events come a little at a time, and are kept as lines or in a database: leave out --format parquet."
    )
  return target.sink
})

/** It lives long enough to renew its token ahead of time, and shares it all the same. */
const layer = Notifications.layer.pipe(Layer.provideMerge(Genesys.layer), Layer.provide(Identity.layerStore))

/** A run that is interrupted is told to stop, and ends once what came is written. */
const untilStopped = Effect.fnUntraced(function* (
  topics: ReadonlyArray<string>,
  time: Option.Option<Duration.Duration>
) {
  const begun = yield* Clock.currentTimeMillis
  const end = Option.match(time, { onNone: () => Infinity, onSome: (span) => begun + Duration.toMillis(span) })
  let isTold = false
  const isStopping = Effect.map(Clock.currentTimeMillis, (now) => isTold || now >= end)
  const fiber = yield* Effect.forkScoped(EventExport.run({ topics, isStopping }), { startImmediately: true })
  return yield* Effect.onInterrupt(Fiber.join(fiber), () => {
    isTold = true
    return Effect.andThen(
      Effect.flatMap(Fiber.await(fiber), (exit) => (exit._tag === "Success" ? told(exit.value) : Effect.void)),
      Effect.void
    )
  })
})

const counted = (count: number, one: string) => `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`

const told = ({ gaps, rows }: EventExport.Summary) =>
  process.stderr.isTTY || gaps > 0
    ? Console.error(
        `${counted(rows, "row")} of events${gaps === 0 ? "" : `; events may be missing in ${counted(gaps, "gap")}: see event_gaps`}.`
      )
    : Effect.void

export const run = Effect.fnUntraced(
  function* (flags: Export) {
    const topics = yield* topicsOf(flags.topics)
    const sink = yield* sinkOf(flags)
    yield* Effect.sync(SmallHeap.keep)
    const context = yield* Sinks.use((sinks) => sinks.get(sink))
    const summary = yield* untilStopped(topics, flags.time).pipe(
      CallFlags.patiently,
      Effect.provide(layer),
      Effect.provideContext(context)
    )
    yield* told(summary)
  },
  Effect.scoped,
  Effect.provide(Sinks.layer)
)
