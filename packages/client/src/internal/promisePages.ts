/** The rows of a list as an async iterator, for whoever has no Effect: plain JSON, a page at a time. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { isExactNumber } from "../ExactNumber.ts"
import * as Pagination from "../Pagination.ts"
import * as PagingChecks from "./pagingChecks.ts"

/** JSON as everybody has it: what JavaScript cannot hold is the nearest number. */
const plain = (value: unknown): unknown => {
  if (isExactNumber(value)) return Number(value.rawJSON)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
}

export const rows = (request: HttpClientRequest.HttpClientRequest, lookAhead: number | undefined) => {
  const wrong = PagingChecks.wrong({ lookAhead })
  return wrong === undefined
    ? Effect.succeed(Stream.map(Pagination.follow(request, { lookAhead }), plain))
    : Effect.fail(wrong)
}

type Rows = Effect.Success<ReturnType<typeof rows>>
type Context = Stream.Services<Rows>
type Run = <A, E>(
  use: (scope: Scope.Scope) => Effect.Effect<A, E, Context>,
  signal: AbortSignal | undefined
) => Promise<A>

/**
 * Pulls page after page while somebody asks for rows; whoever stops before the end, or aborts, ends what was asked for ahead.
 * @param run runs an effect, with the scope that the whole client ends with
 */
export async function* iterate<E>(
  run: Run,
  pages: Effect.Effect<Rows, E>,
  signal: AbortSignal | undefined
): AsyncGenerator<unknown, void, undefined> {
  // Without the signal, which may have ended everything else. A client that is closed has ended it itself.
  const end = (scope: Scope.Closeable) => run(() => Scope.close(scope, Exit.void), undefined).catch(() => undefined)
  const list = await run(
    (client) =>
      Effect.gen(function* () {
        const stream = yield* pages
        const scope = yield* Scope.fork(client)
        yield* Scope.provide(
          onAbort(signal, () => void end(scope)),
          scope
        )
        return { scope, pull: yield* Scope.provide(Stream.toPull(stream), scope) }
      }),
    signal
  )
  const next = Pull.catchDone(list.pull, () => Effect.succeed(undefined))
  try {
    while (true) {
      // oxlint-disable-next-line no-await-in-loop -- a page is asked for when it is wanted
      const page = await run(() => next, signal)
      if (page === undefined) return
      yield* page
    }
  } finally {
    await end(list.scope)
  }
}

/** At once, and not when the next row is asked for: that may never be. */
const onAbort = (signal: AbortSignal | undefined, then: () => void): Effect.Effect<void, never, Scope.Scope> =>
  signal === undefined
    ? Effect.void
    : Effect.acquireRelease(
        Effect.sync(() => signal.addEventListener("abort", then)),
        () => Effect.sync(() => signal.removeEventListener("abort", then))
      )
