/**
 * The options of conversations and their analytics: how they change after they ended, how far the data lake is behind, and
 * how long details jobs take.
 */
import * as Schema from "effect/Schema"
import { between, option, Positive, Seconds, Share } from "./internal/shared/option.ts"
import { StoryOptions } from "./StoryOptions.ts"

const hour = 3600

/** These options, with their defaults and what they mean. */
export const fields = {
  stories: option(StoryOptions, {}, "What becomes of conversations, in shares of the ordinary ones"),
  longestConversation: option(
    between(2 * hour, 1_100 * hour),
    81 * hour,
    "Seconds that the longest conversation lasts, a thread of messages or e-mail"
  ),
  lateWrapUps: option(
    Share,
    0.25,
    "The share of conversations whose wrap-up code comes 2 minutes to 8 hours after the after-call work"
  ),
  nightlyRewrites: option(
    Share,
    0.3,
    "The share of conversations that the nightly pipeline rewrites, two days later at 02:00 UTC"
  ),
  dataLag: option(Seconds, 7200, "Seconds that `dataAvailabilityDate`, and so the data of a job, is behind at least"),
  dataLagStep: option(Positive, 300, "Seconds from one `dataAvailabilityDate` to the next"),
  jobQueueTime: option(Seconds, 2, "Seconds that a job is QUEUED"),
  jobRunTime: option(Seconds, 10, "Seconds that it is PENDING after that"),
  jobLifetime: option(
    Positive,
    86_400,
    "Seconds after its completion at which a job expires; after as many again it is forgotten"
  ),
  jobFailures: option(Share, 0, "The share of jobs that end FAILED instead of FULFILLED, drawn from the seed"),
  // As things that have just been made are at Genesys for a moment (terraform-provider-genesyscloud #109).
  jobAppearsAfter: option(
    Seconds,
    0,
    "Seconds after its submission from which a job is found; before, it is answered with 404"
  ),
  // "Pagination may not exceed 100000 results." (as splunk/genesys_cloud_ta #37 has it).
  queryLimit: option(Positive, 100_000, "Results of a query that its pages reach: one beyond is refused with 400"),
  // "Pagination may not exceed 400000 results." (seen in public programs that load such jobs).
  jobResultsLimit: option(Positive, 400_000, "Results of a job that its pages reach: one beyond is refused with 400"),
  cursorLifetime: option(
    Positive,
    86_400,
    "Seconds for which a cursor of a job's results is good; not settled for Genesys"
  ),
  cursorExpiredStatus: option(
    Schema.Literals([400, 404, 410]),
    400,
    "The status that answers an expired cursor; not settled for Genesys"
  )
}
