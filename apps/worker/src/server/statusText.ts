/** What a worker says of itself, as lines for a terminal. */
import { displayWidth } from "effect/cli/CliOutput"
import type { ToldStatus } from "./ToldStatus.ts"
import { between, count, counted, relative, span, timeLeft } from "./words.ts"

type Org = ToldStatus["orgs"][number]
type Job = ToldStatus["jobs"][number]

const barWidth = 24

/** What is left of a token's life is full. */
const bar = (left: number, whole: number): string => {
  const full = Math.round((Math.min(left, whole) / whole) * barWidth)
  return `[${"#".repeat(full).padStart(barWidth, ".")}]`
}

const life = ({ expiresAt, issuedAt, renewAt }: Org["token"], now: string): string => {
  if (issuedAt === undefined || expiresAt === undefined) return "there is no token"
  const [whole, left] = [Math.max(1, between(issuedAt, expiresAt)), Math.max(0, between(now, expiresAt))]
  const renewal = renewAt === undefined ? "" : `, renewed ${relative(renewAt, now)}`
  return `${bar(left, whole)} ${span(left)} left of ${span(whole)}${renewal}`
}

const org = ({ budgets, name, region, renewals, token }: Org, now: string): ReadonlyArray<string> => {
  const failed = renewals.filter(({ result }) => result !== "issued")
  const last = failed.at(-1)
  return [
    "",
    `org ${name} (${region}): token ${token.state}${token.renewing ? ", being renewed" : ""}`,
    `  ${life(token, now)}`,
    ...(renewals.length === 0 ? [] : [`  ${counted(renewals.length, "renewal")}, ${failed.length} failed`]),
    ...(last === undefined
      ? []
      : [`  the last that failed, ${relative(last.at, now)}: ${last.result}. ${last.message ?? ""}`]),
    ...budgets.map(
      ({ allowed, kind, used }) =>
        `  ${kind === "*" ? "all calls" : kind}: ${count(used)} of ${count(allowed)} calls of a minute used`
    )
  ]
}

const when = ({ nextRunAt, runningSince }: Job, now: string): string => {
  if (runningSince !== undefined) return `for ${span(between(runningSince, now))}`
  return nextRunAt === undefined ? "" : relative(nextRunAt, now)
}

const cells = (job: Job, now: string): ReadonlyArray<string> => [
  job.name,
  job.kind,
  job.org,
  job.state,
  when(job, now),
  job.lagSeconds === undefined ? "" : span(job.lagSeconds),
  job.lastRun === undefined ? "" : `${job.lastRun.outcome} ${relative(job.lastRun.endedAt, now)}`
]

const table = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths = rows[0]!.map((_, column) => rows.reduce((most, row) => Math.max(most, displayWidth(row[column]!)), 0))
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(widths[column]! - displayWidth(cell)))
      .join("  ")
      .trimEnd()
  )
}

const progress = ({ name, progress: run, runningSince }: Job, now: string): ReadonlyArray<string> => {
  if (run === undefined) return []
  const left = timeLeft(run, runningSince, now)
  return [
    `${name}: ${count(run.unitsEnded)} of ${counted(run.unitsDue, "unit")}, ${counted(run.rows, "row")}${left === undefined ? "" : `, about ${span(left)} left`}`,
    ...run.units.map(({ rows, since, unit }) => `  ${unit}: ${counted(rows, "row")} in ${span(between(since, now))}`)
  ]
}

const events = ({ events: told, name }: Job): ReadonlyArray<string> =>
  told === undefined
    ? []
    : [
        `${name}: ${counted(told.topics, "topic")}, ${counted(told.rows, "row")}, ${counted(told.gaps, "gap")} that are over and ${count(told.openGaps)} open`
      ]

const fleet = ({ at, cluster }: ToldStatus): ReadonlyArray<string> => {
  if (cluster === undefined) return []
  if ("problem" in cluster) return ["", `fleet: ${cluster.problem}`]
  return [
    "",
    ...cluster.runners.map(({ address, group, healthy, shards }) => {
      const jobs = cluster.jobs.filter(({ runner }) => runner === address).map(({ name }) => name)
      const has = jobs.length === 0 ? "no job" : jobs.join(", ")
      return `worker ${address}${address === cluster.address ? " (this one)" : ""}: ${healthy ? "healthy" : "not reached"}, group ${group}, ${counted(shards, "shard")}, ${has}`
    }),
    ...cluster.tokens.map(({ changedAt, name }) => `token ${name}: renewed ${relative(changedAt, at)}`)
  ]
}

/** Each of them may hold what came from outside: whoever prints them cleans them. */
export const lines = (status: ToldStatus): ReadonlyArray<string> => {
  const { at, jobs, orgs, startedAt, state, unready, version } = status
  const heads = ["JOB", "KIND", "ORG", "STATE", "NEXT", "BEHIND", "LAST RUN"]
  return [
    `genesys-worker ${version}, ${state}, ${unready.length === 0 ? "ready" : "not ready"}, started ${relative(startedAt, at)}`,
    ...unready.map((reason) => `  ${reason}`),
    ...orgs.flatMap((one) => org(one, at)),
    ...(jobs.length === 0 ? [] : ["", ...table([heads, ...jobs.map((job) => cells(job, at))])]),
    ...jobs.flatMap((job) => progress(job, at).concat(events(job))),
    ...fleet(status)
  ]
}
