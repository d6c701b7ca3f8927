/**
 * The limits of tokens and calls: as options, and as a change while a simulator runs, which raises them for a benchmark or
 * lowers them to see a program slow down. Windows that are open stay open.
 */
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { option, orOff, Positive } from "./internal/shared/option.ts"

/** Fixed windows, which open with the first call or token. */
export const RateLimit = Schema.Struct({
  limit: option(Positive, 300, "Calls in a window"),
  window: option(Positive, 60, "Seconds of a window")
})
/** How many tokens a client gets in a time. */
export const MintLimit = Schema.Struct({
  limit: option(Positive, 50, "Tokens in a window"),
  window: option(Positive, 60, "Seconds of a window"),
  burst: option(Positive, 10, "Tokens within one second")
})

/** All limits, with their defaults and what they mean. */
export const fields = {
  mintLimit: option(orOff(MintLimit), {}, "How many tokens a client gets: both windows hold at once"),
  rateLimit: option(
    orOff(RateLimit),
    {},
    'How many API calls a token may make; `"off"` leaves out the `inin-ratelimit-*` headers too'
  ),
  dailyLimit: option(
    orOff(Positive),
    "off",
    "API calls of a client in a UTC day; one more is refused with a `Retry-After` until midnight"
  )
}

/** The limits in force. */
export const Limits = Schema.Struct(fields)
export type Limits = typeof Limits.Type

/** A field that is left out stays as it is. The calls that a client has made today count for its `dailyLimit`. */
export const LimitsChange = Schema.Struct({
  mintLimit: Schema.optionalKey(orOff(MintLimit.mapFields(Struct.map(Schema.optionalKey)))),
  rateLimit: Schema.optionalKey(orOff(RateLimit.mapFields(Struct.map(Schema.optionalKey)))),
  dailyLimit: Schema.optionalKey(orOff(Positive))
})
export type LimitsChange = typeof LimitsChange.Type
