/** What a process of the kill proof is told to do, and one run of it. */
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as References from "effect/References"
import * as Schema from "effect/Schema"
import * as Kinds from "../src/Kinds.ts"
import * as Exporter from "../src/Exporter.ts"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as ParquetSink from "../src/ParquetSink.ts"
import * as PostgresSink from "../src/PostgresSink.ts"
import * as OverHttp from "./OverHttp.ts"

export const ExportTask = Schema.Struct({
  url: Schema.String,
  clientId: Schema.String,
  clientSecret: Schema.RedactedFromValue(Schema.String),
  sink: Schema.Union([
    Schema.Struct({ directory: Schema.String, format: Schema.Literals(["ndjson", "parquet"]) }),
    Schema.Struct({ database: Schema.RedactedFromValue(Schema.String) })
  ]),
  since: Schema.String,
  until: Schema.String
})
export type ExportTask = typeof ExportTask.Type

const sinkOf = ({ sink }: ExportTask) =>
  "directory" in sink
    ? Layer.provide((sink.format === "parquet" ? ParquetSink : NdjsonSink).layer(sink), NodeServices.layer)
    : PostgresSink.layerUrl({ url: sink.database })

/** Facts are settled when this has passed. */
const again = Duration.days(30)

/** All kinds that go by days, and users, once. */
export const run = ({ since, until }: ExportTask) =>
  Effect.map(
    Effect.all(
      [
        Exporter.users(),
        Exporter.conversations({ since, until }),
        ...Object.values(Kinds.facts).map((kind) => Exporter.run(kind, { since, until, again }))
      ],
      { concurrency: "unbounded" }
    ),
    ([people, ...byDay]) => ({
      rows: byDay.reduce((sum, { rows }) => sum + rows, 0),
      done: byDay.reduce((sum, { done }) => sum + done.length, 0),
      pending: byDay.reduce((sum, { pending }) => sum + pending, 0),
      lag: Math.max(...byDay.map(({ lag }) => Duration.toMillis(lag))),
      failed: [people, ...byDay].flatMap(({ failed }) => failed.map(({ error }) => `${error._tag}: ${error.message}`))
    })
  )

/** Provides what a run needs: the sink is opened once, and closed at the end. */
export const provide =
  (task: ExportTask) =>
  <A, E>(effect: Effect.Effect<A, E, Layer.Success<ReturnType<typeof layer>>>) =>
    Effect.provide(effect, layer(task)).pipe(
      Effect.provideService(References.MinimumLogLevel, "Warn"),
      Effect.provideService(RetryPolicy, new Policy({ deadline: Duration.minutes(15), maxRetries: 1000 }))
    )

const layer = (task: ExportTask) => Layer.merge(sinkOf(task), OverHttp.layer(task))
