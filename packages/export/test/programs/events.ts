/** A process that follows events of a simulator over HTTP until it is killed, or told to end by SIGUSR2. It writes a line once it listens. */
import { Notifications } from "@effect-genesys/client/Notifications"
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import { flushCompileCache } from "node:module"
import * as EventExport from "../../src/EventExport.ts"
import * as EventTask from "../EventTask.ts"
import * as OverHttp from "../OverHttp.ts"

const print = (line: unknown) => Effect.sync(() => process.stdout.write(`${JSON.stringify(line)}\n`))

const main = Effect.gen(function* () {
  const task = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(EventTask.EventTask))(process.argv[2])
  const state = EventExport.state()
  let isStopping = false
  process.once("SIGUSR2", () => {
    isStopping = true
  })
  flushCompileCache()
  const listens = Effect.gen(function* () {
    while ((yield* state.current)?.since === undefined) yield* Effect.sleep("20 millis")
    yield* print("listening")
    return yield* Effect.never
  })
  const run = EventExport.run({
    topics: task.topics,
    commitEvery: Duration.millis(task.commitEvery),
    listEvery: Duration.seconds(5),
    state,
    isStopping: Effect.sync(() => isStopping)
  })
  yield* Effect.raceFirst(run, listens).pipe(
    Effect.provide(Layer.merge(EventTask.sinkOf(task), Layer.provideMerge(Notifications.layer, OverHttp.layer(task)))),
    Effect.provideService(References.MinimumLogLevel, "Error"),
    Effect.provideService(RetryPolicy, new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 }))
  )
})

NodeRuntime.runMain(main)
