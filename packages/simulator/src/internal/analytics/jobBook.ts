/**
 * The details jobs that were submitted, of conversations and of users, and the state each is in by the clock. A job is a few words
 * here: its rows are computed when they are read.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ConversationJobQuery, JobStatus } from "../../api/AnalyticsJobsApi.ts"
import type { UserJobQuery } from "../../api/UserDetailsApi.ts"
import { availableAt } from "./dataLake.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"

export interface Job<Query> {
  readonly id: string
  readonly query: Query
  /** The data lake as it is when the job leaves the queue. */
  readonly availableAt: number
  readonly submittedAt: number
  /** Before, nobody finds it. */
  readonly appearsAt: number
  readonly startsAt: number
  readonly completesAt: number
  readonly expiresAt: number
  readonly fails: boolean
  cancelledAt?: number
}

/** The state of a job at this moment, with the dates that are known by then. */
export const status = (job: Job<unknown>, now: number): JobStatus => {
  const submissionDate = iso(job.submittedAt)
  if (job.cancelledAt !== undefined) {
    return { state: "CANCELLED", submissionDate, completionDate: iso(job.cancelledAt) }
  }
  if (now < job.startsAt) return { state: "QUEUED", submissionDate }
  if (now < job.completesAt) return { state: "PENDING", submissionDate }
  const completed = { submissionDate, completionDate: iso(job.completesAt) }
  if (job.fails) return { state: "FAILED", errorMessage: "The job failed. Submit it again.", ...completed }
  return { state: now < job.expiresAt ? "FULFILLED" : "EXPIRED", ...completed, expirationDate: iso(job.expiresAt) }
}

export interface Book<Query> {
  readonly submit: (query: Query, now: number) => Job<Query>
  readonly find: (id: string, now: number) => Job<Query> | undefined
  /** Cancels a job that is under way, and forgets any other. */
  readonly remove: (job: Job<Query>, now: number) => void
}

/** Its jobs have ids and fortunes of their own, by the stream that they are drawn from. */
const make = <Query>(settings: Settings["Service"], stream: Random.Stream): Book<Query> => {
  const { jobAppearsAfter, jobFailures, jobLifetime, jobQueueTime, jobRunTime, seed } = settings
  const jobs = new Map<string, Job<Query>>()
  let submitted = 0

  const forgetAt = (job: Job<Query>) => job.expiresAt + jobLifetime * 1000
  /** The oldest are first. */
  const sweep = (now: number) => {
    for (const job of jobs.values()) {
      if (now < forgetAt(job)) return
      jobs.delete(job.id)
    }
  }
  return {
    submit: (query, now) => {
      sweep(now)
      const number = submitted++
      const startsAt = now + jobQueueTime * 1000
      const completesAt = startsAt + jobRunTime * 1000
      const job = {
        id: Random.uuid(seed, stream, number),
        query,
        availableAt: availableAt(settings, startsAt),
        submittedAt: now,
        appearsAt: now + jobAppearsAfter * 1000,
        startsAt,
        completesAt,
        expiresAt: completesAt + jobLifetime * 1000,
        fails: Random.unit(seed, stream, number, 4) < jobFailures
      }
      jobs.set(job.id, job)
      return job
    },
    find: (id, now) => {
      sweep(now)
      const job = jobs.get(id)
      return job === undefined || now < job.appearsAt ? undefined : job
    },
    remove: (job, now) => {
      if (job.cancelledAt === undefined && now < job.completesAt) job.cancelledAt = now
      else jobs.delete(job.id)
    }
  }
}

export class JobBook extends Context.Service<JobBook, Book<ConversationJobQuery>>()(
  "@effect-genesys/simulator/internal/JobBook"
) {
  static readonly layer = Layer.effect(
    JobBook,
    Effect.map(Settings, (settings) => make(settings, Random.streams.job))
  )
}

export class UserJobBook extends Context.Service<UserJobBook, Book<UserJobQuery>>()(
  "@effect-genesys/simulator/internal/UserJobBook"
) {
  static readonly layer = Layer.effect(
    UserJobBook,
    Effect.map(Settings, (settings) => make(settings, Random.streams.userJob))
  )
}
