/**
 * What every request passes before and after the router: faults, the journal, the correlation id, and Genesys' body for
 * what no endpoint answers. Requests to the control API pass without fault and journal.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HttpServerError from "effect/http/HttpServerError"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Scope from "effect/Scope"
import type { Fault } from "../Fault.ts"
import { CurrentRequest } from "./shared/currentRequest.ts"
import * as FaultAnswer from "./control/faultAnswer.ts"
import { FaultTable } from "./control/faultTable.ts"
import { failure } from "./shared/failure.ts"
import { JournalBook, type OpenEntry } from "./shared/journalBook.ts"
import * as Random from "./shared/random.ts"
import { Settings } from "./shared/settings.ts"
import { SimulatorClock } from "./shared/simulatorClock.ts"
import { Tokens } from "./login/tokens.ts"

type Router = Effect.Effect<
  HttpServerResponse.HttpServerResponse,
  unknown,
  HttpServerRequest.HttpServerRequest | Scope.Scope
>

const pathOf = (url: string) => {
  const end = url.search(/[?#]/)
  return end === -1 ? url : url.slice(0, end)
}

const isControl = (path: string) => path === "/_control" || path.startsWith("/_control/")

/** A `Date` header is written once a second. */
const dateHeader = () => {
  let second = Number.NaN
  let text = ""
  return (now: number): string => {
    if (Math.floor(now / 1000) !== second) {
      second = Math.floor(now / 1000)
      text = new Date(now).toUTCString()
    }
    return text
  }
}

/**
 * The status for a request that no endpoint answers: an unknown path, a path that cannot be decoded, a body that broke off or is too
 * long. A route for all other paths would take HEAD away from those that answer GET.
 */
const unanswered = (cause: Cause.Cause<unknown>): number | undefined => {
  const error = Cause.squash(cause)
  if (!HttpServerError.isHttpServerError(error)) return undefined
  const { reason } = error
  if (reason._tag === "RouteNotFound") return 404
  return reason._tag === "RequestParseError" ? (reason.reason === "BodyTooLarge" ? 413 : 400) : undefined
}

export const make = Effect.fnUntraced(function* (router: Router) {
  const { seed } = yield* Settings
  const faults = yield* FaultTable
  const journal = yield* JournalBook
  const tokens = yield* Tokens
  const clock = yield* SimulatorClock
  const date = dateHeader()
  let requests = 0

  const newEntry = (request: HttpServerRequest.HttpServerRequest, time: number): OpenEntry => {
    const correlationId = Random.uuid(seed, Random.streams.correlation, requests++)
    const entry = { time, method: request.method, path: pathOf(request.url), faulted: false, correlationId }
    const bearer = /^bearer +(\S.*)$/i.exec(request.headers.authorization ?? "")?.[1]
    return bearer === undefined ? entry : { ...entry, tokenFingerprint: tokens.fingerprint(bearer) }
  }

  /** The answer of a fault, if there is one that does more than delay. */
  const applyFault = Effect.fnUntraced(function* (fault: Fault, entry: OpenEntry) {
    entry.faulted = true
    if (fault.delayMs !== undefined) yield* Effect.sleep(fault.delayMs)
    if (fault.hang === true) return yield* Effect.never
    return FaultAnswer.instead(fault, entry)
  })

  const route = Effect.fnUntraced(function* (entry: OpenEntry, skew: number, responseHeaders: Record<string, string>) {
    const now = (yield* clock.now) + skew
    const context = { now, correlationId: entry.correlationId, entry, responseHeaders }
    const answer = yield* Effect.provideService(router, CurrentRequest, context).pipe(
      Effect.catchCause((cause) => {
        if (Cause.hasInterrupts(cause)) return Effect.interrupt
        const status = unanswered(cause)
        return status === undefined
          ? Effect.as(Effect.logError("The simulator failed", cause), failure(500, entry.correlationId))
          : Effect.succeed(failure(status, entry.correlationId))
      })
    )
    // The text with which HttpApi refuses a content type is not what Genesys says.
    return answer.status === 415 ? failure(415, entry.correlationId) : answer
  })

  return Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const now = yield* clock.now
    const entry = newEntry(request, now)
    const journaled = !isControl(entry.path)
    if (journaled) journal.arrived(entry)
    const fault = journaled ? faults.take(entry.method, entry.path, now) : undefined
    const faulted = fault === undefined ? undefined : yield* applyFault(fault, entry)
    const skew = (fault?.clockSkewSeconds ?? 0) * 1000
    const responseHeaders: Record<string, string> = {}
    const said = faulted ?? (yield* route(entry, skew, responseHeaders))
    const answer = fault === undefined ? said : FaultAnswer.spoil(fault, said)
    if (journaled) journal.answered(entry, answer.status)
    responseHeaders["inin-correlation-id"] = entry.correlationId
    responseHeaders["genesys-correlation-id"] = entry.correlationId
    responseHeaders["date"] = date((yield* clock.now) + skew)
    return HttpServerResponse.setHeaders(answer, responseHeaders)
  })
})
