/**
 * What one frame of a channel's WebSocket says. Frames that say nothing known are `Other`; so are those that whoever writes them as
 * JSON again could not.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const Message = Schema.fromJsonString(
  Schema.Struct({
    topicName: Schema.optionalKey(Schema.String),
    version: Schema.optionalKey(Schema.NullOr(Schema.String)),
    eventBody: Schema.optionalKey(Schema.Unknown),
    metadata: Schema.optionalKey(Schema.NullOr(Schema.Record(Schema.String, Schema.Unknown))),
    /** An HTTP status as text: Genesys' answer to a WebSocket whose channel does not exist is 404. */
    result: Schema.optionalKey(Schema.Unknown)
  })
)
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

/** Genesys' events have ten levels or so; what has thousands overflows the stack of whoever walks through it. */
const mostLevels = 256

const [quote, backslash] = [0x22, 0x5c]

const isTooDeep = (text: string): boolean => {
  let levels = 0
  let inText = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === quote) inText = !inText
    else if (inText) i += code === backslash ? 1 : 0
    // `[` and `{`, then `]` and `}`.
    else if (code === 0x5b || code === 0x7b) levels++
    else if (code === 0x5d || code === 0x7d) levels--
    if (levels > mostLevels) return true
  }
  return false
}

export const read = (text: string): Frame => {
  const message = isTooDeep(text) ? undefined : Option.getOrUndefined(decode(text))
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
