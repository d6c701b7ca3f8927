/**
 * What happens in one run of the model test: the steps of the program and of the clock, and the answers of the login
 * host. Plain data that `Arbitrary` makes and shrinks; `World.ts` plays it.
 */
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"

/** All times in milliseconds. `after` is how long the host takes; `abort`, how long the request takes to be aborted. */
export type Answer = { readonly after: number; readonly abort: number } & (
  | { readonly answer: "issue"; readonly life: number }
  | { readonly answer: "refuse" | "hang" | "die" }
  | { readonly answer: "rate limit" | "unavailable"; readonly retryAfter: number | undefined }
)

export type Action =
  /** Callers that read the token at once; those that reject find that the API refuses what they got. */
  | { readonly action: "read"; readonly callers: number; readonly reject: boolean }
  | { readonly action: "renew" }
  | { readonly action: "reject"; readonly which: "current" | "old" | "unknown" }
  /** A waiting caller, counted modulo their number. */
  | { readonly action: "interrupt"; readonly caller: number }
  | { readonly action: "change"; readonly same: boolean }
  | { readonly action: "back"; readonly millis: number }
  | { readonly action: "adjust"; readonly millis: number }

/** A hasty action is followed by the next one before any fiber that it woke has run. */
export type Step = Action & { readonly hasty: boolean }

export interface Script {
  /** Seeds the manager's jitter. */
  readonly seed: number
  readonly background: boolean
  readonly eager: boolean
  /** Whether the clock is ever set back. */
  readonly backwards: boolean
  /** Whether each answer brings another grant to show the next time, as refresh tokens do. */
  readonly rotating: boolean
  readonly steps: ReadonlyArray<Step>
  /** One for each request in turn … */
  readonly answers: ReadonlyArray<Answer>
  /** … and then this one for ever. Never one that costs a request each second, for hours. */
  readonly finally: Answer
}

const int = (minimum: number, maximum: number) =>
  Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum, maximum })))
const flag = Arbitrary.map(int(0, 1), (n) => n === 1)

/** The simplest first: shrinking goes there. Whatever is listed twice comes twice as often. */
const oneOf = <A>(...choices: ReadonlyArray<Arbitrary.Arbitrary<A>>): Arbitrary.Arbitrary<A> =>
  Arbitrary.flatMap(int(0, choices.length - 1), (n) => choices[n]!)

/** Evenly on a logarithmic scale, so that milliseconds are as likely as hours. */
const spread = (min: number, max: number) =>
  Arbitrary.map(int(0, 1000), (n) => Math.round(min * (max / min) ** (n / 1000)))

const seconds = (min: number, max: number) => Arbitrary.map(spread(min, max), (n) => n * 1000)

const zero = Arbitrary.Constant(0)
// Beyond the 10 s that an exchange may take, too.
const after = oneOf(zero, spread(1, 1_000), spread(1, 12_000))
const abort = oneOf(zero, zero, zero, spread(1, 2_000))
const never = Arbitrary.Constant(undefined)
const retryAfter = oneOf<number | undefined>(never, zero, seconds(1, 7_200))

const answering = <A>(answer: A, time: Arbitrary.Arbitrary<number> = after) =>
  Arbitrary.map(Arbitrary.all({ after: time, abort }), (times) => ({ answer, ...times }))

const issue = (minLife: number): Arbitrary.Arbitrary<Answer> =>
  Arbitrary.map(Arbitrary.all({ times: answering("issue" as const), life: seconds(minLife, 172_800) }), (issued) => ({
    ...issued.times,
    life: issued.life
  }))

/** Comes in the last moments of the life of its token, or just after. */
const stillborn: Arbitrary.Arbitrary<Answer> = Arbitrary.map(
  Arbitrary.all({ abort, life: seconds(1, 9), late: spread(1, 900), before: flag }),
  (made) => ({
    answer: "issue" as const,
    abort: made.abort,
    life: made.life,
    after: made.life + (made.before ? -made.late / 50 : made.late)
  })
)

const refuse: Arbitrary.Arbitrary<Answer> = answering("refuse" as const)
const hang: Arbitrary.Arbitrary<Answer> = answering("hang" as const, zero)
const die: Arbitrary.Arbitrary<Answer> = answering("die" as const)
const failing = (answer: "rate limit" | "unavailable", pause: typeof retryAfter = retryAfter) =>
  Arbitrary.map(Arbitrary.all({ times: answering(answer), retryAfter: pause }), (made): Answer => ({
    ...made.times,
    retryAfter: made.retryAfter
  }))

const answer = oneOf(
  issue(1),
  issue(1),
  issue(1),
  refuse,
  refuse,
  failing("unavailable"),
  failing("unavailable"),
  failing("rate limit"),
  die,
  stillborn,
  hang
)

const action = oneOf<Action>(
  Arbitrary.map(Arbitrary.all({ callers: int(1, 3), reject: flag }), (read) => ({ action: "read" as const, ...read })),
  Arbitrary.map(int(1, 2), (callers) => ({ action: "read" as const, callers, reject: false })),
  Arbitrary.Constant({ action: "renew" as const }),
  Arbitrary.map(
    oneOf(Arbitrary.Constant("current" as const), Arbitrary.Constant("old" as const), Arbitrary.Constant("unknown")),
    (which) => ({ action: "reject" as const, which })
  ),
  Arbitrary.map(int(0, 3), (caller) => ({ action: "interrupt" as const, caller })),
  Arbitrary.map(oneOf(zero, zero, Arbitrary.Constant(1)), (n) => ({ action: "change" as const, same: n === 1 })),
  Arbitrary.map(spread(1, 7_200_000), (millis) => ({ action: "back" as const, millis })),
  Arbitrary.map(spread(1, 14_400_000), (millis) => ({ action: "adjust" as const, millis })),
  Arbitrary.map(spread(10, 60_000), (millis) => ({ action: "adjust" as const, millis })),
  Arbitrary.map(spread(1, 600_000), (millis) => ({ action: "adjust" as const, millis }))
)

const step = Arbitrary.map(
  Arbitrary.all({ action, hasty: oneOf(zero, zero, zero, Arbitrary.Constant(1)) }),
  (made): Step => ({ ...made.action, hasty: made.hasty === 1 })
)

export const script: Arbitrary.Arbitrary<Script> = Arbitrary.all({
  seed: int(0, 1_000_000),
  background: Arbitrary.map(int(0, 3), (n) => n !== 3),
  eager: Arbitrary.map(int(0, 3), (n) => n === 3),
  backwards: Arbitrary.map(int(0, 2), (n) => n === 2),
  rotating: flag,
  steps: Arbitrary.array(step, { minLength: 1, maxLength: 40 }),
  answers: Arbitrary.array(answer, { maxLength: 12 }),
  finally: oneOf(issue(1_800), issue(1_800), refuse, failing("unavailable", never), hang)
})
