/**
 * One query of the audit log, from its submission to its last row. Genesys has one at a time for an organization: while somebody else's is
 * running, it is waited for. One that fails, or whose results expire while they are read, is asked again; its rows come again then.
 */
import { JobError, type LostState } from "@effect-genesys/client/ConversationJob"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Route from "@effect-genesys/client/Route"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"

export interface Asked {
  /** `ISO/ISO`, at most 30 days. */
  readonly interval: string
  /** Default: all. */
  readonly serviceName?: string | undefined
}

const base = "/api/v2/audits/query"
const statusRoute = `${base}/{transactionId}`
const resultsRoute = `${base}/{transactionId}/results`

const Transaction = Schema.Struct({ id: Schema.NonEmptyString, state: Schema.optionalKey(Schema.String) })
const Page = Schema.Struct({
  id: Schema.String,
  entities: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Unknown))),
  cursor: Schema.optionalKey(Schema.NullOr(Schema.String))
})

/** 1 s, 1.5 s, … up to 30 s. Milliseconds. */
const pauses = { first: 1_000, growth: 1.5, longest: 30_000 }
/** For so many milliseconds after its submission a query that is not found is not there yet. */
const appearing = 30_000
const attempts = 3

const lost = (id: string, state: LostState, why: string) =>
  new JobError({ jobId: id, state, message: `The audit query ${id} ${why}. Nothing is lost: the next run asks again.` })

/** Waits with growing pauses until a step has an answer. */
const waited = Effect.fnUntraced(function* <A, E>(
  patience: number,
  step: (elapsed: number) => Effect.Effect<Option.Option<A>, E, GenesysClient>,
  late: () => JobError
): Effect.fn.Return<A, E | JobError, GenesysClient> {
  const begunAt = yield* Clock.currentTimeMillis
  let pause = pauses.first
  while (true) {
    const elapsed = (yield* Clock.currentTimeMillis) - begunAt
    const found = yield* step(elapsed)
    if (Option.isSome(found)) return found.value
    if (elapsed >= patience) return yield* late()
    yield* Effect.sleep(Math.min(pause, patience - elapsed))
    pause = Math.min(pauses.longest, pause * pauses.growth)
  }
})

const submitted = (asked: Asked, patience: number) =>
  waited(
    patience,
    () =>
      GenesysClient.use((client) =>
        client.json(HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(base), asked), Transaction)
      ).pipe(
        Effect.asSome,
        // Another one is running.
        Effect.catchTag("ConflictError", () => Effect.succeedNone)
      ),
    () => lost("of this day", "NOT_STARTED", "could not begin: another audit query of the organization is running")
  )

const done = (id: string, patience: number) =>
  waited(
    patience,
    (elapsed) =>
      GenesysClient.use((client) =>
        client.json(HttpClientRequest.get(Route.path(statusRoute, { transactionId: id })), Transaction)
      ).pipe(
        Route.named(statusRoute),
        Effect.flatMap(({ state }) => {
          if (state === "Succeeded") return Effect.succeedSome(id)
          if (state === "Failed") return Effect.fail(lost(id, "FAILED", "has failed"))
          return state === "Cancelled" ? Effect.fail(lost(id, "CANCELLED", "was cancelled")) : Effect.succeedNone
        }),
        Effect.catchTag("NotFoundError", () =>
          elapsed < appearing ? Effect.succeedNone : Effect.fail(lost(id, "EXPIRED", "is not there any more"))
        )
      ),
    () => lost(id, "TIMED_OUT", "is not done in time")
  )

/** Results that were there, and are refused, are gone. */
const gone = (id: string) => (error: GenesysError) =>
  error._tag === "NotFoundError" || error._tag === "ConflictError" || error._tag === "InvalidRequestError"
    ? lost(id, "EXPIRED", "has no more results")
    : error

const results = (id: string): Stream.Stream<unknown, GenesysError | JobError, GenesysClient> => {
  const seen = new Set<string>()
  return Stream.paginate(
    undefined,
    Effect.fnUntraced(function* (cursor: string | undefined) {
      const urlParams = cursor === undefined ? { pageSize: 500 } : { pageSize: 500, cursor }
      const request = HttpClientRequest.get(Route.path(resultsRoute, { transactionId: id }), { urlParams })
      const page = yield* GenesysClient.use((client) => client.json(request, Page)).pipe(
        Route.named(resultsRoute),
        Effect.mapError(gone(id))
      )
      const next = page.cursor ?? undefined
      if (page.id !== id || (next !== undefined && seen.has(next)))
        return yield* lost(id, "FAILED", "has pages that are not its own, or come again")
      if (next !== undefined) seen.add(next)
      return [page.entities ?? [], next === undefined ? Option.none() : Option.some(next)] as const
    })
  )
}

const again = (state: LostState) => state === "FAILED" || state === "CANCELLED" || state === "EXPIRED"

/** @param patience how long it may be queued, and run, in milliseconds each */
export const rows = (
  asked: Asked,
  patience: number
): Stream.Stream<unknown, GenesysError | JobError, GenesysClient> => {
  const attempt = (number: number): Stream.Stream<unknown, GenesysError | JobError, GenesysClient> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const { id } = yield* submitted(asked, patience)
        yield* done(id, patience)
        return results(id)
      })
    ).pipe(
      Stream.catchTag("JobError", (error) =>
        again(error.state) && number < attempts
          ? Stream.unwrap(Effect.as(Effect.sleep(1_000 * 2 ** number), attempt(number + 1)))
          : Stream.fail(error)
      )
    )
  return attempt(1)
}
