/**
 * A change of the limits while a simulator runs: raise them for a benchmark, lower them to see a program slow down. Windows
 * that are open stay open.
 */
import * as Schema from "effect/Schema"

const PositiveInt = Schema.Int.check(Schema.isGreaterThan(0))
const Off = Schema.Literal("off")

/** A field that is left out stays as it is. The units are those of `SimulatorOptions`. */
export const LimitsChange = Schema.Struct({
  /** API calls of a token: `limit` of them in `window` seconds. */
  rateLimit: Schema.optionalKey(
    Schema.Union([
      Schema.Struct({ limit: Schema.optionalKey(PositiveInt), window: Schema.optionalKey(PositiveInt) }),
      Off
    ])
  ),
  /** Tokens of a client: `limit` of them in `window` seconds, and `burst` within one second. */
  mintLimit: Schema.optionalKey(
    Schema.Union([
      Schema.Struct({
        limit: Schema.optionalKey(PositiveInt),
        window: Schema.optionalKey(PositiveInt),
        burst: Schema.optionalKey(PositiveInt)
      }),
      Off
    ])
  ),
  /** API calls of a client in a UTC day. Those that it has made today count. */
  dailyLimit: Schema.optionalKey(Schema.Union([PositiveInt, Off]))
})
export type LimitsChange = typeof LimitsChange.Type

/** The limits in force. */
export const Limits = Schema.Struct({
  rateLimit: Schema.Union([Schema.Struct({ limit: PositiveInt, window: PositiveInt }), Off]),
  mintLimit: Schema.Union([Schema.Struct({ limit: PositiveInt, window: PositiveInt, burst: PositiveInt }), Off]),
  dailyLimit: Schema.Union([PositiveInt, Off])
})
export type Limits = typeof Limits.Type
