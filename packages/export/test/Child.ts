/**
 * A process that exports from a simulator over HTTP, again and again, until it is killed; or, with `once`, until nothing is due
 * any more. It writes a line of JSON for each run.
 */
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Exporter from "../src/Exporter.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import * as OverHttp from "./OverHttp.ts"

export const Task = Schema.Struct({
  url: Schema.String,
  clientId: Schema.String,
  clientSecret: Schema.RedactedFromValue(Schema.String),
  sink: Schema.Union([
    Schema.Struct({ directory: Schema.String }),
    Schema.Struct({ database: Schema.RedactedFromValue(Schema.String) })
  ]),
  since: Schema.String,
  until: Schema.String,
  once: Schema.Boolean
})
type Task = typeof Task.Type

const sinkOf = ({ sink }: Task) =>
  "directory" in sink
    ? Layer.provide(NdjsonSink.layer(sink), NodeServices.layer)
    : PostgresSink.layerUrl({ url: sink.database })

const print = (line: unknown) => Effect.sync(() => process.stdout.write(`${JSON.stringify(line)}\n`))

const loop = Effect.fnUntraced(function* ({ once, since, until }: Task) {
  yield* print("started")
  while (true) {
    const [people, { done, failed, lag, pending, rows }] = yield* Effect.all(
      [Exporter.users(), Exporter.conversations({ since, until })],
      { concurrency: 2 }
    )
    yield* print({
      rows,
      done: done.length,
      pending,
      lag: Duration.toMillis(lag),
      failed: [...failed, ...people.failed].map(({ error }) => `${error._tag}: ${error.message}`)
    })
    if (once && done.length === 0 && failed.length === 0) return
  }
})

const main = Effect.gen(function* () {
  const task = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Task))(process.argv[2])
  yield* Effect.provide(loop(task), Layer.merge(sinkOf(task), OverHttp.layer(task))).pipe(
    Effect.provideService(RetryPolicy, new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 }))
  )
})

NodeRuntime.runMain(main)
