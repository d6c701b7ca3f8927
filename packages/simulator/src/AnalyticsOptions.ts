/**
 * The settings of conversations and their analytics: how they change after they ended, how far the data lake is behind, and
 * how long details jobs take.
 */
export interface AnalyticsOptions {
  /**
   * Seconds that the longest conversation lasts, a thread of messages or e-mail: hours to weeks. Default: 291,600 (81 hours).
   */
  readonly longestConversation?: number
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
  /**
   * Seconds after its submission from which a job is found; before, it is answered with 404, as things that have just been made
   * are at Genesys for a moment (terraform-provider-genesyscloud #109). Default: 0.
   */
  readonly jobAppearsAfter?: number
  /**
   * Results of a query that its pages reach: one beyond is refused with 400, "Pagination may not exceed 100000 results." (as
   * splunk/genesys_cloud_ta #37 has it). Default: 100,000.
   */
  readonly queryLimit?: number
  /**
   * Results of a job that its pages reach: one beyond is refused with 400, "Pagination may not exceed 400000 results." (seen in
   * public programs that load such jobs). Default: 400,000.
   */
  readonly jobResultsLimit?: number
  /** Seconds for which a cursor of a job's results is good; how long Genesys' are is not settled. Default: 86,400. */
  readonly cursorLifetime?: number
  /** The status that answers an expired cursor; Genesys' own is not settled. Default: 400. */
  readonly cursorExpiredStatus?: 400 | 404 | 410
}
