/** A details job: what Genesys says about it, and the error of one that brings nothing. */
import * as Schema from "effect/Schema"
import * as Field from "./internal/field.ts"

/** What Genesys answers to a new job: its id. */
export const Submitted = Schema.Struct({ jobId: Schema.NonEmptyString })

/** How far a job is, as Genesys says it. */
export const JobStatus = Schema.Struct({
  /** `QUEUED`, `PENDING`, `FAILED`, `CANCELLED`, `FULFILLED` or `EXPIRED`. */
  state: Field.text,
  errorMessage: Field.text,
  submissionDate: Field.date,
  completionDate: Field.date,
  expirationDate: Field.date
})
export type JobStatus = typeof JobStatus.Type

/** Jobs know everything only of what was before this moment. */
export const Availability = Schema.Struct({ dataAvailabilityDate: Schema.DateTimeUtcFromString })

/** A page of the results of a job, with the rows as Genesys sent them. */
export const ResultsPage = Schema.Struct({
  conversations: Field.rows(Schema.Unknown),
  /** Names the next page; absent on the last one. */
  cursor: Field.text,
  /** The moment at which the conversations were as these rows tell. */
  dataAvailabilityDate: Field.date
})
export type ResultsPage = typeof ResultsPage.Type

/**
 * The states from which no results come, or not all. Three of them are ours: when our patience ended, Genesys had not begun
 * with it (`NOT_STARTED`) or was still at it (`TIMED_OUT`); it has more results than Genesys gives (`TOO_LARGE`).
 */
export const LostState = Schema.Literals(["FAILED", "CANCELLED", "EXPIRED", "NOT_STARTED", "TIMED_OUT", "TOO_LARGE"])
export type LostState = typeof LostState.Type

/** A job that does not bring its results, or not all of them. The message says what to do. */
export class JobError extends Schema.TaggedError<JobError>("@effect-genesys/client/JobError")("JobError", {
  message: Schema.String,
  jobId: Schema.String,
  state: LostState,
  /** What Genesys says about it. */
  errorMessage: Schema.optionalKey(Schema.String)
}) {}

const advice: Record<LostState, string> = {
  FAILED: "Export again; if it fails again, ask for a shorter interval.",
  CANCELLED: "Somebody deleted it. Export again.",
  EXPIRED:
    "Its results are gone. Export again, with a shorter interval if reading takes long; replace the rows that came already by their ids.",
  NOT_STARTED:
    "It was in Genesys' queue for as long as it may be. Export again later, or allow it a longer queueTimeout; a shorter interval would wait as long.",
  TOO_LARGE: "Ask for a shorter interval.",
  TIMED_OUT: "Genesys was not done with it in time. Allow it a longer timeout, or ask for a shorter interval."
}

/** The error of a job that brings no results, with what to do about its state. */
export const jobError = (jobId: string, state: LostState, errorMessage?: string): JobError =>
  new JobError({
    jobId,
    state,
    ...(errorMessage === undefined ? {} : { errorMessage }),
    message: `The details job ${jobId} is ${state}${errorMessage === undefined ? "" : ` (${errorMessage.replace(/\.$/, "")})`}. ${advice[state]}`
  })
