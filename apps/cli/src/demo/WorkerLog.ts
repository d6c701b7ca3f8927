/** The worker's log as the demo reads it: the lines of `LOG_FORMAT=json`, decoded. */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Seconds = Schema.Finite

export const WorkerEvent = Schema.Union([
  Schema.Struct({ event: Schema.Literal("worker.started"), intervalSeconds: Seconds }),
  Schema.Struct({
    event: Schema.Literals(["token.issued", "token.renewed"]),
    fingerprint: Schema.String,
    expiresInSeconds: Seconds,
    previousSecondsLeft: Schema.optionalKey(Seconds)
  }),
  Schema.Struct({
    event: Schema.Literal("token.failed"),
    error: Schema.String,
    reason: Schema.String,
    nextAttemptInSeconds: Seconds
  }),
  Schema.Struct({ event: Schema.Literal("token.rejected"), fingerprint: Schema.String }),
  Schema.Struct({
    event: Schema.Literal("token.status"),
    state: Schema.String,
    fingerprint: Schema.optionalKey(Schema.String),
    secondsLeft: Seconds
  }),
  Schema.Struct({
    event: Schema.Literal("call.done"),
    operation: Schema.String,
    result: Schema.String,
    tookMillis: Schema.Finite
  }),
  Schema.Struct({
    event: Schema.Literal("call.failed"),
    operation: Schema.String,
    error: Schema.String,
    reason: Schema.String,
    tookMillis: Schema.Finite
  }),
  Schema.Struct({ event: Schema.Literal("watch.stopped"), calls: Schema.Int, failedCalls: Schema.Int })
])
export type WorkerEvent = typeof WorkerEvent.Type

const Line = Schema.fromJsonString(Schema.Struct({ annotations: WorkerEvent }))
const decode = Schema.decodeOption(Line)

/** None for a line that is no event. */
export const parse = (line: string): Option.Option<WorkerEvent> =>
  Option.map(decode(line), ({ annotations }) => annotations)

const Said = Schema.fromJsonString(Schema.Struct({ message: Schema.String }))
const decodeSaid = Schema.decodeOption(Said)

/** What a line says to people: one that is no event may be a log line all the same. */
export const textOf = (line: string): string =>
  Option.match(decodeSaid(line), { onNone: () => line, onSome: ({ message }) => message })
