/** One details job from its submission to its deletion: submit, ask until it is done, read, delete. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type JobError, jobError, type JobStatus, LostState } from "../ConversationJob.ts"
import type { GenesysError } from "../GenesysError.ts"
import { Policy, RetryPolicy } from "../RetryPolicy.ts"
import * as GivenUp from "./givenUp.ts"
import * as TooFar from "./tooFar.ts"

export interface Job<A> {
  readonly submit: Effect.Effect<string, GenesysError>
  readonly status: (jobId: string) => Effect.Effect<JobStatus, GenesysError>
  readonly results: (jobId: string) => Stream.Stream<A, GenesysError>
  readonly remove: (jobId: string) => Effect.Effect<void, GenesysError>
  /** How long it may be QUEUED. */
  readonly queueTimeout: Duration.Duration
  /** How long Genesys may work at it after that. */
  readonly timeout: Duration.Duration
}

/** 1 s, 1.5 s, … up to 30 s: a small job is done in seconds, and an hour's costs 130 calls. Milliseconds. */
const pauses = { first: 1_000, growth: 1.5, longest: 30_000 }

/** For so many milliseconds after its submission a job that is not found is not there yet. */
const appearing = 30_000

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
    while: (error) => error._tag === "UnavailableError" && !GivenUp.is(error),
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

  /** Its status; none while it is not there yet. */
  const statusOf = (jobId: string, mayAppear: boolean) =>
    Effect.asSome(job.status(jobId)).pipe(
      Effect.catchTag("NotFoundError", () =>
        // A deleted job is found no more.
        mayAppear ? Effect.succeedNone : Effect.fail(jobError(jobId, "CANCELLED"))
      )
    )

  const fulfilled = Effect.fnUntraced(function* (jobId: string) {
    const submittedAt = yield* Clock.currentTimeMillis
    let [pause, isKnown] = [pauses.first, false]
    /** When Genesys was first seen at it. */
    let begunAt: number | undefined
    while (true) {
      const asked = yield* Clock.currentTimeMillis
      const status = yield* statusOf(jobId, !isKnown && asked < submittedAt + appearing)
      if (Option.isSome(status)) {
        isKnown = true
        if (yield* checked(jobId, status.value)) return
      }
      const now = yield* Clock.currentTimeMillis
      const state = Option.getOrUndefined(status)?.state
      if (state !== undefined && state !== "QUEUED") begunAt ??= now
      const end =
        begunAt === undefined
          ? submittedAt + Duration.toMillis(job.queueTimeout)
          : begunAt + Duration.toMillis(job.timeout)
      if (now >= end) return yield* jobError(jobId, begunAt === undefined ? "NOT_STARTED" : "TIMED_OUT")
      yield* Effect.sleep(Duration.millis(Math.min(pause, end - now)))
      pause = Math.min(pauses.longest, pause * pauses.growth)
    }
  })

  /**
   * Results are refused, with one status or another, once there are none any more: the job itself knows why. Those of one that
   * is still FULFILLED are refused because their cursor has expired.
   */
  const whyRefused = (jobId: string, error: GenesysError) => {
    if (TooFar.is(error)) return Effect.fail(jobError(jobId, "TOO_LARGE", error.message))
    if (error._tag === "IncompleteError" && error.reason === "Limit") {
      return Effect.fail(jobError(jobId, "TOO_LARGE", error.said))
    }
    const refused =
      error._tag === "IncompleteError" ||
      error._tag === "InvalidRequestError" ||
      error._tag === "NotFoundError" ||
      error._tag === "ConflictError"
    if (!refused) return Effect.fail(error)
    return job.status(jobId).pipe(
      Effect.catchTag("NotFoundError", () => Effect.fail(jobError(jobId, "EXPIRED"))),
      Effect.flatMap((status) => checked(jobId, status)),
      Effect.flatMap((isFulfilled) => Effect.fail(isFulfilled ? jobError(jobId, "EXPIRED", error.message) : error))
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
