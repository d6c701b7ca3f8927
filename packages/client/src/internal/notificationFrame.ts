/**
 * What one frame of a channel's WebSocket says. Frames that say nothing known are `Other`, and so are those that nest too
 * deep to be written as JSON again.
 */
import * as JsonText from "@effect-genesys/core/JsonText"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ExactNumber from "../ExactNumber.ts"

const Message = Schema.Struct({
  topicName: Schema.optionalKey(Schema.String),
  version: Schema.optionalKey(Schema.NullOr(Schema.String)),
  eventBody: Schema.optionalKey(Schema.Unknown),
  metadata: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown))),
  /** An HTTP status as text: Genesys' answer to a WebSocket whose channel does not exist is 404. */
  result: Schema.optionalKey(Schema.Unknown)
})
const parse = Option.liftThrowable(ExactNumber.parse)
const decode = Schema.decodeUnknownOption(Message)
const isPong = Schema.is(Schema.Struct({ message: Schema.Literal("pong") }))
const isId = Schema.is(Schema.String)

export interface Received {
  readonly topic: string
  readonly version?: string
  readonly eventBody: unknown
  readonly metadata: Readonly<Record<string, unknown>>
  readonly correlationId?: string
}

export type Frame =
  | { readonly _tag: "Event"; readonly event: Received }
  /** `channel.metadata`: a heartbeat, or the answer to a ping. */
  | { readonly _tag: "Beat"; readonly pong: boolean }
  /** `v2.system.socket_closing`: Genesys closes the WebSocket within a minute. */
  | { readonly _tag: "Closing" }
  | { readonly _tag: "Gone" }
  | { readonly _tag: "Other" }

export const ping = `{"message":"ping"}`

export const read = (text: string): Frame => {
  const message = JsonText.isTooDeep(text) ? undefined : Option.getOrUndefined(Option.flatMap(parse(text), decode))
  if (message === undefined) return { _tag: "Other" }
  const { eventBody, metadata, result, topicName, version } = message
  if (topicName === undefined) return { _tag: result === "404" || result === 404 ? "Gone" : "Other" }
  if (topicName === "channel.metadata") return { _tag: "Beat", pong: isPong(eventBody) }
  if (topicName === "v2.system.socket_closing") return { _tag: "Closing" }
  const correlationId = metadata?.["CorrelationId"]
  return {
    _tag: "Event",
    event: {
      topic: topicName,
      ...(version ? { version } : {}),
      eventBody,
      metadata: metadata ?? {},
      ...(isId(correlationId) ? { correlationId } : {})
    }
  }
}
