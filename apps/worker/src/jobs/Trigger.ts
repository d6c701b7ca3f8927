/** When a job is started: by a clock (cron), or so long after it was last started. Both with jitter, so that fleets spread. */
import type { Begun } from "@effect-genesys/fleet/FleetJobs"
import * as Cron from "effect/Cron"
import * as Duration from "effect/Duration"
import * as Random from "effect/Random"
import * as Effect from "effect/Effect"

export type Trigger = {
  /** A random time of at most this is added. */
  readonly jitter: Duration.Duration
} & ({ readonly every: Duration.Duration } | { readonly cron: Cron.Cron })

/** Moments are milliseconds since 1970. `last` is the moment that was due last; starts that were missed are not made up for. */
export const due = (trigger: Trigger, last: number | undefined, now: number): number => {
  if ("cron" in trigger) return Cron.next(trigger.cron, new Date(Math.max(now, last ?? 0))).getTime()
  if (last === undefined) return now
  const every = Duration.toMillis(trigger.every)
  // A clock that was set back must not put a job off for longer than its interval.
  return Math.min(Math.max(now, last + every), now + every)
}

/** A start that fell between two workers is made up for, if it is not older than this. */
const longestGap = 10 * 60_000

/** Longer than any service asks for in earnest. */
export const longestPause = 24 * 3_600_000

/** When the next run is due for a worker that goes on for another: at once if the last one was broken off. */
export const resumed = (trigger: Trigger, { dueAt, isDone, restsUntil }: Begun, now: number): number => {
  // The moment is another machine's.
  if (!isDone) return Math.min(Math.max(now, restsUntil ?? now), now + longestPause)
  if (!("cron" in trigger)) return due(trigger, dueAt, now)
  const missed = Cron.next(trigger.cron, new Date(dueAt)).getTime()
  // It may have waited for its random time, or been done by a clock that is ahead.
  const late = longestGap + Duration.toMillis(trigger.jitter)
  if (missed <= now && now - missed <= late) return now
  return due(trigger, dueAt - now <= longestGap ? dueAt : undefined, now)
}

export const jitter = ({ jitter: atMost }: Trigger): Effect.Effect<number> =>
  Effect.map(Random.next, (share) => Math.round(share * Duration.toMillis(atMost)))

const first = 10_000
const longest = 15 * 60_000

/** Milliseconds to wait after so many failures in a row: 10 s, 20 s … 15 min, each up to a quarter longer or shorter. */
export const backoff = (failures: number): Effect.Effect<number> =>
  Effect.map(Random.next, (share) =>
    Math.round(Math.min(longest, first * 2 ** Math.min(failures - 1, 20)) * (0.75 + share / 2))
  )
