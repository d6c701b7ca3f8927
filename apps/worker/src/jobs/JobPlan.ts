/** What a settings file asks for, job by job: who it is, when it is due, and what it does in a word. */
import * as Cron from "effect/Cron"
import * as Duration from "effect/Duration"
import { spanOf } from "@effect-genesys/program/DurationText"
import * as SinkSettings from "@effect-genesys/program/SinkSettings"
import * as CronTimes from "../settings/CronTimes.ts"
import { byEnvironment, type OrgKey } from "../Orgs.ts"
import type { Trigger } from "./Trigger.ts"
import { isEndless, type Job, type WorkerSettings } from "../settings/WorkerSettings.ts"
import { createHash } from "node:crypto"

export const orgOf = (settings: WorkerSettings, job: Job): OrgKey =>
  job.org === undefined ? byEnvironment : { name: job.org, settings: settings.orgs?.[job.org] }

export const triggerOf = (job: Job): Trigger => {
  // It ends when it is to stop, or fails: then it is begun again.
  if (isEndless(job)) return { jitter: Duration.zero, every: Duration.seconds(1) }
  const { cron, every, jitter, timeZone = "UTC" } = job
  return {
    jitter: jitter === undefined ? Duration.zero : spanOf(jitter),
    ...(cron === undefined ? { every: spanOf(every ?? "1h") } : { cron: CronTimes.parse(cron, timeZone) })
  }
}

/** In words. */
const whenOf = (job: Job): string => {
  if (isEndless(job)) return "for ever"
  const when = job.cron === undefined ? `every ${job.every}` : `cron ${job.cron} (${job.timeZone ?? "UTC"})`
  return job.jitter === undefined ? when : `${when}, up to ${job.jitter} later`
}

/** The variables that hold secrets of orgs, which no program that is run is given. */
export const secretsOf = ({ orgs = {} }: WorkerSettings): ReadonlyArray<string> =>
  Object.values(orgs).flatMap(({ clientSecretEnv = [] }) => clientSecretEnv)

/** As long as it stays the same, a reload leaves the job alone. */
export const keyOf = (settings: WorkerSettings, job: Job): string =>
  JSON.stringify([job, orgOf(settings, job), job.kind === "command" ? secretsOf(settings) : []])

/** Of what decides which jobs there are, and how they are done: a name that tells nothing of it. */
export const nameOf = ({ jobs, orgs = {} }: WorkerSettings): string =>
  createHash("sha256")
    .update(JSON.stringify([jobs, orgs]))
    .digest("hex")
    .slice(0, 12)

/**
 * Where each job that writes to a sink is done, by its name: only one worker can have a sink open, so jobs that have one in common, if
 * only by way of others, are in one place.
 */
export const placesOf = ({ jobs }: WorkerSettings): ReadonlyMap<string, string> => {
  const next = new Map<string, string>()
  const placeOf = (sink: string): string => {
    let place = sink
    for (let at = next.get(place); at !== undefined; at = next.get(place)) place = at
    return place
  }
  const exports = jobs.flatMap((job) =>
    "sink" in job
      ? [{ name: job.name, sinks: SinkSettings.sinksOf(job.sink).map((sink) => SinkSettings.of(sink).identity) }]
      : []
  )
  for (const { sinks } of exports) {
    // The first by its name: the order of the jobs says nothing.
    const [first, ...others] = [...new Set(sinks.map(placeOf))].toSorted()
    for (const other of others) if (first !== undefined) next.set(other, first)
  }
  return new Map(exports.map(({ name, sinks: [sink = ""] }) => [name, `sink ${placeOf(sink)}`]))
}

export interface Planned {
  readonly name: string
  readonly kind: Job["kind"]
  readonly org: string
  /** In words. */
  readonly when: string
  /** The next starts, without jitter. */
  readonly nextRuns: ReadonlyArray<string>
  /** Where the rows go, if it has any. */
  readonly sink?: string
}

const starts = (trigger: Trigger, now: number): ReadonlyArray<number> => {
  const next = (at: number) =>
    "cron" in trigger ? Cron.next(trigger.cron, new Date(at)).getTime() : at + Duration.toMillis(trigger.every)
  const first = "cron" in trigger ? next(now) : now
  return [first, next(first), next(next(first))]
}

export const plan = (settings: WorkerSettings, now: number): ReadonlyArray<Planned> =>
  settings.jobs.map((job) => ({
    name: job.name,
    kind: job.kind,
    org: orgOf(settings, job).name,
    when: whenOf(job),
    nextRuns: (isEndless(job) ? [now] : starts(triggerOf(job), now)).map((at) => new Date(at).toISOString()),
    ...("sink" in job ? { sink: SinkSettings.wordsOf(job.sink) } : {})
  }))
