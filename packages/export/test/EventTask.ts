/** What a process that follows events is told to do. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as NdjsonSink from "../src/NdjsonSink.ts"
import * as PostgresSink from "../src/PostgresSink.ts"

export const EventTask = Schema.Struct({
  url: Schema.String,
  clientId: Schema.String,
  clientSecret: Schema.RedactedFromValue(Schema.String),
  sink: Schema.Union([
    Schema.Struct({ directory: Schema.String }),
    Schema.Struct({ database: Schema.RedactedFromValue(Schema.String) })
  ]),
  topics: Schema.Array(Schema.String),
  /** Milliseconds. */
  commitEvery: Schema.Number
})
export type EventTask = typeof EventTask.Type

export const sinkOf = ({ sink }: EventTask) =>
  "directory" in sink
    ? Layer.provide(NdjsonSink.layer(sink), NodeServices.layer)
    : PostgresSink.layerUrl({ url: sink.database })
