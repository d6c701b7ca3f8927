/**
 * What a replica and the keeper of a budget say to each other. All of it is numbers, the kinds of resources, and a name that the replica
 * made up: no token. Times are how long ago or how soon something is, never moments: clocks differ. What is out of bounds is not read at all.
 */
import * as Schema from "effect/Schema"

/** Permits are leased for so many milliseconds ahead, */
export const horizon = 1_000
/** and each is void so long after its turn. */
export const life = 1_000
/** So long after a keeper began all permits that another one leased before it are void, and whoever is there has asked. */
export const settling = horizon + life + 500
/** Whoever knows of calls, or has permits that it does not need, says so after so many milliseconds. */
export const reportPause = 1_000

/** As many permits in one answer, and callers in one request, as anybody can use within the horizon. */
const mostCalls = 10_000
const mostKinds = 64
/** Windows last a minute. */
const longestReset = 60
/** The refusal of a window is no longer; one of a day is none of a budget. */
const longestRefusal = 180_000
const hour = 3_600_000

const upTo = (maximum: number) => Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum }))
const wholeUpTo = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))
const Epoch = wholeUpTo(Number.MAX_SAFE_INTEGER)
const Calls = wholeUpTo(mostCalls)
/** How long ago something was. */
const Age = upTo(hour)
const Refusal = upTo(longestRefusal)

/** `*` or the first word of paths. */
const Kind = Schema.String.check(Schema.isPattern(/^[\w*-]{1,64}$/))
export const isKind = Schema.is(Kind)

/** What an answer of Genesys said, and of which call. */
const News = Schema.Struct({
  allowed: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: mostCalls })),
  count: wholeUpTo(1_000_000),
  reset: wholeUpTo(longestReset),
  /** Since the call was sent, and since its answer came. */
  sent: Age,
  received: Age,
  /** What the call went by: the window of the keeper, and which call of it. Absent if it went by no permit of this budget. */
  permit: Schema.optionalKey(Schema.Struct({ epoch: Epoch, index: wholeUpTo(1_000_000) })),
  /** It went when it was planned to. */
  isPunctual: Schema.Boolean
})
export type News = typeof News.Type

const LaneRequest = Schema.Struct({
  kind: Kind,
  /** Callers that wait and have no permit. */
  waiting: Calls,
  /** Permits for callers that are likely to come. */
  ahead: Calls,
  /** Permits of a window that were not used and are void. */
  returned: Schema.Struct({ epoch: Epoch, calls: Calls }),
  news: Schema.optionalKey(News),
  /** Genesys refused a call: for so long nothing goes; 0 if it did not. */
  refused: Refusal
})
export type LaneRequest = typeof LaneRequest.Type

export const Request = Schema.Struct({
  replica: Schema.String.check(Schema.isPattern(/^[\da-f-]{1,64}$/)),
  /** How many share the budget, as a keeper said it last; 0 if none did. */
  replicas: wholeUpTo(10_000),
  /** The last answer that came: whose, which of them, and how long ago it came. */
  seen: Schema.optionalKey(Schema.Struct({ keeper: Epoch, stamp: Epoch, since: Age })),
  lanes: Schema.Array(LaneRequest).check(Schema.isMaxLength(mostKinds))
})
export type Request = typeof Request.Type

const LaneAnswer = Schema.Struct({
  kind: Kind,
  epoch: Epoch,
  /** Which call of the window the first of them is. */
  first: wholeUpTo(1_000_000),
  /** In how many milliseconds the turn of each is. */
  permits: Schema.Array(upTo(horizon)).check(Schema.isMaxLength(mostCalls)),
  /** In how many milliseconds it is worth while to ask again for more; 0 if all that was asked for is there. */
  again: upTo(60_000),
  /** Genesys refused a call of somebody: for so long nothing goes. */
  refused: Refusal
})
export type LaneAnswer = typeof LaneAnswer.Type

export const Answer = Schema.Struct({
  keeper: Epoch,
  stamp: Epoch,
  replicas: wholeUpTo(10_000),
  /** For so long it leases nothing, and each goes on with an equal part: it does not know yet what another keeper leased. */
  alone: upTo(settling),
  /** Kinds of resources that have a budget of their own. */
  kinds: Schema.Array(Kind).check(Schema.isMaxLength(mostKinds)),
  lanes: Schema.Array(LaneAnswer).check(Schema.isMaxLength(mostKinds))
})
export type Answer = typeof Answer.Type

export { hour as longestAge, longestRefusal, longestReset, mostCalls, mostKinds }
