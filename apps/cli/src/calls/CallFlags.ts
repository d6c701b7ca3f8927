/** The flags `--timeout` and `--max-retries` of every command that makes calls, and what they mean for them. */
import { Policy, RetryPolicy } from "@effect-genesys/client/RetryPolicy"
import { policyOf, retryFlags } from "@effect-genesys/program/RetryFlags"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

export const TimeoutFlag = GlobalFlag.Setting("timeout")({ flag: retryFlags.timeout })
export const MaxRetriesFlag = GlobalFlag.Setting("max-retries")({ flag: retryFlags.maxRetries })

export const callFlags = [TimeoutFlag, MaxRetriesFlag] as const

/** What the flags ask for; where they say nothing, the policy of the command. */
export const policy = (command: Policy): Effect.Effect<Policy> =>
  Effect.all({
    timeout: Effect.map(Effect.serviceOption(TimeoutFlag), Option.flatten),
    maxRetries: Effect.map(Effect.serviceOption(MaxRetriesFlag), Option.flatten)
  }).pipe(Effect.map((given) => policyOf(given, command)))

/** What does not get better by itself is told soon: it is a mistake of a setting, or a network that is off or in the way. */
export const unreachable = Duration.seconds(5)

/** For a command that makes a call or two, for which somebody waits. */
export const brief: Effect.Effect<Policy> = policy(new Policy({ unreachable }))

/** For one that makes many: each may have to wait for more than one of the minutes that Genesys counts calls by. */
const patience = new Policy({ deadline: Duration.minutes(15), maxRetries: 1000, unreachable })

/** Makes the calls of an effect with patience, unless the flags say otherwise. */
export const patiently = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(policy(patience), (patient) => Effect.provideService(effect, RetryPolicy, patient))
