/** One details job from its submission to its deletion: submit, ask until it is done, read, delete. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type JobError, jobError, type JobStatus, LostState } from "../ConversationJob.ts"
import type { GenesysError } from "../GenesysError.ts"
import { Policy, RetryPolicy } from "../RetryPolicy.ts"

export interface Job<A> {
  readonly submit: Effect.Effect<string, GenesysError>
  readonly status: (jobId: string) => Effect.Effect<JobStatus, GenesysError>
  readonly results: (jobId: string) => Stream.Stream<A, GenesysError>
  readonly remove: (jobId: string) => Effect.Effect<void, GenesysError>
  /** Of the time from the submission to FULFILLED. */
  readonly timeout: Duration.Duration
}

/** 1 s, 1.5 s, … up to 30 s: a small job is done in seconds, and an hour's costs 130 calls. */
const pauses = Schedule.min([Schedule.exponential("1 second", 1.5), Schedule.spaced("30 seconds")])

/** The end of a program does not wait for longer than this; what is not deleted expires by itself. */
const farewell = new Policy({ maxRetries: 1, deadline: Duration.seconds(10), attemptTimeout: Duration.seconds(5) })

const decodeLost = Schema.decodeUnknownOption(LostState)

/** Fails if no results will come of this status. Any state that is not known is one of a job that is not done. */
const checked = (jobId: string, { errorMessage, state }: JobStatus): Effect.Effect<boolean, JobError> =>
  Option.match(decodeLost(state), {
    onNone: () => Effect.succeed(state === "FULFILLED"),
    onSome: (lost) => Effect.fail(jobError(jobId, lost, errorMessage))
  })

export const make = <A>(job: Job<A>): Stream.Stream<A, GenesysError | JobError> => {
  // A submission whose answer got lost may have arrived: then there are two jobs, which does no harm.
  const submit = Effect.retry(job.submit, {
    while: (error) => error._tag === "UnavailableError",
    schedule: Schedule.spaced("3 seconds"),
    times: 2
  })

  const remove = (jobId: string) =>
    job.remove(jobId).pipe(
      Effect.catchTag("NotFoundError", () => Effect.void),
      Effect.catch((error) =>
        Effect.logWarning("a details job was not deleted; it expires by itself").pipe(
          Effect.annotateLogs({ jobId, error: error._tag, reason: error.message })
        )
      ),
      Effect.provideService(RetryPolicy, farewell)
    )

  const fulfilled = (jobId: string) =>
    job.status(jobId).pipe(
      // A deleted job is found no more.
      Effect.catchTag("NotFoundError", () => Effect.fail(jobError(jobId, "CANCELLED"))),
      Effect.flatMap((status) => checked(jobId, status)),
      Effect.repeat({ schedule: pauses, until: (done) => done }),
      Effect.timeoutOrElse({
        duration: job.timeout,
        orElse: () => Effect.fail(jobError(jobId, "TIMED_OUT"))
      })
    )

  /** Results are refused, with one status or another, once there are none any more: the job itself knows why. */
  const whyRefused = (jobId: string, error: GenesysError) => {
    const refused =
      error._tag === "InvalidRequestError" || error._tag === "NotFoundError" || error._tag === "ConflictError"
    if (!refused) return Effect.fail(error)
    return job.status(jobId).pipe(
      Effect.catchTag("NotFoundError", () => Effect.fail(jobError(jobId, "EXPIRED"))),
      Effect.flatMap((status) => checked(jobId, status)),
      Effect.andThen(Effect.fail(error))
    )
  }

  return Stream.unwrap(
    Effect.gen(function* () {
      const jobId = yield* Effect.acquireRelease(submit, remove, { interruptible: true })
      yield* fulfilled(jobId)
      return Stream.catch(job.results(jobId), (error) => Stream.fromEffect(whyRefused(jobId, error)))
    })
  )
}
