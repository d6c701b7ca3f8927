/**
 * The conversation details jobs that were submitted, and the state each is in by the clock. A job is a few words here: its
 * rows are computed when they are read.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ConversationJobQuery, JobStatus } from "../../api/AnalyticsJobsApi.ts"
import { availableAt } from "./dataLake.ts"
import { iso } from "../shared/iso.ts"
import * as Random from "../shared/random.ts"
import { Settings } from "../shared/settings.ts"

export interface Job {
  readonly id: string
  readonly query: ConversationJobQuery
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
export const status = (job: Job, now: number): JobStatus => {
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

export class JobBook extends Context.Service<
  JobBook,
  {
    readonly submit: (query: ConversationJobQuery, now: number) => Job
    readonly find: (id: string, now: number) => Job | undefined
    /** Cancels a job that is under way, and forgets any other. */
    readonly remove: (job: Job, now: number) => void
  }
>()("@effect-genesys/simulator/internal/JobBook") {
  static readonly layer = Layer.effect(
    JobBook,
    Effect.gen(function* () {
      const settings = yield* Settings
      const { jobAppearsAfter, jobFailures, jobLifetime, jobQueueTime, jobRunTime, seed } = settings
      const jobs = new Map<string, Job>()
      let submitted = 0

      const forgetAt = (job: Job) => job.expiresAt + jobLifetime * 1000
      /** The oldest are first. */
      const sweep = (now: number) => {
        for (const job of jobs.values()) {
          if (now < forgetAt(job)) return
          jobs.delete(job.id)
        }
      }
      return JobBook.of({
        submit: (query, now) => {
          sweep(now)
          const number = submitted++
          const startsAt = now + jobQueueTime * 1000
          const completesAt = startsAt + jobRunTime * 1000
          const job = {
            id: Random.uuid(seed, Random.streams.job, number),
            query,
            availableAt: availableAt(settings, startsAt),
            submittedAt: now,
            appearsAt: now + jobAppearsAfter * 1000,
            startsAt,
            completesAt,
            expiresAt: completesAt + jobLifetime * 1000,
            fails: Random.unit(seed, Random.streams.job, number, 4) < jobFailures
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
      })
    })
  )
}
