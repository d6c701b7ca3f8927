/**
 * The settings of conversations and their analytics: how they change after they ended, how far the data lake is behind, and
 * how long details jobs take.
 */
export interface AnalyticsOptions {
  /** How many conversations start in an hour, at every hour of the day. Default: 60. */
  readonly conversationsPerHour?: number
  /** The share of conversations, 0 to 1, whose wrap-up code comes 2 minutes to 8 hours after the after-call work. Default: 0.25. */
  readonly lateWrapUps?: number
  /** The share of conversations, 0 to 1, that the nightly pipeline rewrites, two days later at 02:00 UTC. Default: 0.3. */
  readonly nightlyRewrites?: number
  /** Seconds that `dataAvailabilityDate`, and so the data of a job, is behind at least. Default: 7,200. */
  readonly dataLag?: number
  /** Seconds from one `dataAvailabilityDate` to the next. Default: 300. */
  readonly dataLagStep?: number
  /** Seconds that a job is QUEUED. Default: 2. */
  readonly jobQueueTime?: number
  /** Seconds that it is PENDING after that. Default: 10. */
  readonly jobRunTime?: number
  /** Seconds after its completion at which a job expires; after as many again it is forgotten. Default: 86,400. */
  readonly jobLifetime?: number
  /** The share of jobs, 0 to 1, that end FAILED instead of FULFILLED, drawn from the seed. Default: 0. */
  readonly jobFailures?: number
}
