/**
 * When a token is renewed, how failures are paced and how long callers wait: every number of the token manager. The
 * defaults suit Genesys Cloud; a test or a program with unusual needs provides a `Policy` of its own.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { mandatory } from "./internal/mandatory.ts"

const Fraction = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 0.5 }))

const Positive = Schema.Duration.check(
  Schema.makeFilter((duration) => Duration.isGreaterThan(duration, Duration.zero) && Duration.isFinite(duration), {
    message: "a finite duration above zero"
  })
)

const fraction = (value: number) => Fraction.pipe(Schema.withConstructorDefault(Effect.succeed(value)))
const duration = (value: Duration.Input) =>
  Positive.pipe(Schema.withConstructorDefault(Effect.sync(() => Duration.fromInputUnsafe(value))))

/** All windows are fractions of the token's life, cut off at a duration: a fixed window can be longer than a life. */
export class Policy extends Schema.Class<Policy>("@effect-genesys/auth/RefreshPolicy")(
  Schema.Struct({
    /** A token is renewed at the earliest when this fraction of its life is left … @default 0.2 */
    renewFractionMax: fraction(0.2),
    /** … and at the latest when this fraction is left; the moment is drawn uniformly between. @default 0.1 */
    renewFractionMin: fraction(0.1),
    /** Never renewed earlier than this before its end … @default 60 minutes */
    renewCapMax: duration("60 minutes"),
    /** … nor, for a long life, later than this before its end. @default 30 minutes */
    renewCapMin: duration("30 minutes"),
    /** In this last fraction of its life a token counts as gone, and callers wait for the new one. @default 0.02 */
    mandatoryFraction: fraction(mandatory.mandatoryFraction),
    /** The longest such window. @default 30 seconds */
    mandatoryCap: duration(mandatory.mandatoryCap),
    /** The pause after the first failure; it doubles with each further one. @default 1 second */
    backoffInitial: duration("1 second"),
    /** The longest pause. @default 60 seconds */
    backoffMax: duration("60 seconds"),
    /** The longest pause after a failed request while callers wait: they must not miss the end of an outage. @default 5 seconds */
    backoffWaitingMax: duration("5 seconds"),
    /** Each pause and probe interval is shortened by up to this fraction, at random. @default 0.2 */
    jitter: fraction(0.2),
    /** How long one exchange with the login host may take. @default 10 seconds */
    exchangeTimeout: duration("10 seconds"),
    /** How long a caller waits for a token before it is given the last error. @default 30 seconds */
    patience: duration("30 seconds"),
    /** How long refused credentials are not shown again of our own accord. @default 5 minutes */
    probeInterval: duration("5 minutes"),
    /**
     * How long other processes take a refusal from the store instead of asking themselves. Shorter than the probe
     * interval: a person who has mended the secret must not wait. @default 30 seconds
     */
    sharedRefusal: duration("30 seconds"),
    /** A token from the store must have more than this left. @default 0 */
    minLife: Schema.Duration.pipe(Schema.withConstructorDefault(Effect.succeed(Duration.zero))),
    /** A token that is rejected before this fraction of its life has passed never worked. @default 0.1 */
    provenFraction: fraction(0.1),
    /** The longest time until a token counts as proven. @default 60 seconds */
    provenCap: duration("60 seconds"),
    /**
     * Whether a token is renewed in the background. A program that runs one command and ends turns it off; its token is
     * then renewed only when it is asked for. @default true
     */
    background: Schema.Boolean.pipe(Schema.withConstructorDefault(Effect.succeed(true)))
  }).check(
    Schema.makeFilter((policy) => policy.renewFractionMin <= policy.renewFractionMax, {
      message: "renewFractionMin must not be above renewFractionMax"
    }),
    Schema.makeFilter((policy) => policy.mandatoryFraction <= policy.renewFractionMin, {
      message: "mandatoryFraction must not be above renewFractionMin: the token would be gone before it is renewed"
    }),
    Schema.makeFilter((policy) => Duration.isLessThanOrEqualTo(policy.renewCapMin, policy.renewCapMax), {
      message: "renewCapMin must not be above renewCapMax"
    }),
    Schema.makeFilter((policy) => Duration.isLessThanOrEqualTo(policy.mandatoryCap, policy.renewCapMin), {
      message: "mandatoryCap must not be above renewCapMin: the token would be gone before it is renewed"
    }),
    Schema.makeFilter((policy) => Duration.isLessThanOrEqualTo(policy.backoffInitial, policy.backoffMax), {
      message: "backoffInitial must not be above backoffMax"
    })
  )
) {}

/** The policy of the token managers that are built with it. It is read when a manager's layer is built. */
export const RefreshPolicy = Context.Reference<Policy>("@effect-genesys/auth/RefreshPolicy", {
  defaultValue: () => new Policy({})
})
