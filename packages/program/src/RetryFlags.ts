/** The flags `--max-retries` and `--timeout`: how often and how long a command tries a call. */
import { Policy } from "@effect-genesys/client/RetryPolicy"
import * as Flag from "effect/cli/Flag"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { PositiveDuration } from "./DurationText.ts"

/** The flags, for a command to put among its own. */
export const retryFlags = {
  maxRetries: Flag.Int("max-retries").pipe(
    Flag.withDescription(
      "How often a call is sent again after a rate limit, a 502, 503 or 504, or a broken connection"
    ),
    Flag.withMetavar("number"),
    Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 }))),
    Flag.optional
  ),
  timeout: Flag.String("timeout").pipe(
    Flag.withDescription(
      "How long a call may take with all its attempts and waits, to the last byte of its answer, such as 90s, 10m or 2h"
    ),
    Flag.withMetavar("duration"),
    Flag.withSchema(PositiveDuration),
    Flag.optional
  )
}

/** What was given in the flags, as parsed. */
export interface RetryFlags {
  readonly maxRetries: Option.Option<number>
  readonly timeout: Option.Option<Duration.Duration>
}

/** The policy that the flags ask for; where they say nothing, that of the command. */
export const policyOf = (given: RetryFlags, command: Policy): Policy =>
  new Policy({
    // Whoever says how long a call may take says it of a host that cannot be reached, too.
    ...(command.unreachable === undefined || Option.isSome(given.timeout) ? {} : { unreachable: command.unreachable }),
    attemptTimeout: command.attemptTimeout,
    maxRetryAfter: command.maxRetryAfter,
    maxRetries: Option.getOrElse(given.maxRetries, () => command.maxRetries),
    deadline: Option.getOrElse(given.timeout, () => command.deadline)
  })
