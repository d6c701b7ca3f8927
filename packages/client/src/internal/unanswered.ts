/** Errors of calls that got no answer, or none that can be read. */
import * as ConnectionFailure from "@effect-genesys/core/ConnectionFailure"
import * as NoResponse from "@effect-genesys/core/NoResponse"
import * as Redirect from "@effect-genesys/core/Redirect"
import * as Duration from "effect/Duration"
import type * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import { InvalidRequestError, RateLimitError, UnavailableError } from "../GenesysError.ts"
import { callOf } from "./apiError.ts"

type Request = HttpClientRequest.HttpClientRequest

/** A call as a sentence begins with it. */
const named = (request: Request) => `${request.method} ${callOf(request).path}`

export const broken = (request: Request, host: string, error: HttpClientError.HttpClientError) => {
  const none = NoResponse.of(error)
  if (none !== undefined) {
    return new UnavailableError({
      reason: "InvalidResponse",
      host,
      api: callOf(request),
      message: `${named(request)} failed. ${none.message}.`
    })
  }
  const { advice, detail } = ConnectionFailure.explain("cause" in error.reason ? error.reason.cause : undefined)
  if (Redirect.isFollowed(error)) {
    return new UnavailableError({
      reason: "InvalidResponse",
      host,
      api: callOf(request),
      message: `${named(request)} failed: ${detail}. ${advice}`
    })
  }
  // Said by whoever read it.
  const said = error.reason._tag === "DecodeError" ? error.reason.description : undefined
  if (said !== undefined) {
    return new UnavailableError({
      reason: "InvalidResponse",
      host,
      api: callOf(request),
      message: `${named(request)} was answered with ${said}. Check any proxy between this machine and Genesys Cloud.`
    })
  }
  const readable = error.reason._tag === "TransportError"
  return new UnavailableError({
    reason: readable ? "Connection" : "InvalidResponse",
    host,
    api: callOf(request),
    message: readable
      ? `${host} cannot be reached${detail === "" ? "" : ` (${detail.slice(0, 200)})`}. ` +
        (advice ?? "Check the network and the API URL.")
      : `${host} gave an answer that cannot be read. Check any proxy between this machine and Genesys Cloud.`
  })
}

/** The head of the answer had come already. */
export const brokenOff = (request: Request, host: string, error: HttpClientError.HttpClientError) =>
  new UnavailableError({
    reason: "Connection",
    host,
    api: callOf(request),
    message: `The answer to ${named(request)} broke off. Try again.`,
    cause: "cause" in error.reason ? error.reason.cause : undefined
  })

/** The head of the answer came in time, but not its end. */
export const incomplete = (request: Request, host: string, after: Duration.Duration) =>
  new UnavailableError({
    reason: "Timeout",
    host,
    api: callOf(request),
    message:
      `The answer to ${named(request)} was not complete within ${Duration.format(after)}. Allow it more time if it is long, ` +
      "or try again later."
  })

export const unreadable = (
  request: Request,
  host: string,
  response: HttpClientResponse.HttpClientResponse,
  what: string
) =>
  new UnavailableError({
    reason: "InvalidResponse",
    host,
    status: response.status,
    api: { ...callOf(request), status: response.status },
    message: `${named(request)} was answered with ${what}. Check the API URL and any proxy between this machine and Genesys Cloud.`
  })

export const timeout = (request: Request, host: string, after: Duration.Duration) =>
  new UnavailableError({
    reason: "Timeout",
    host,
    api: callOf(request),
    message: `${named(request)} was not answered within ${Duration.format(after)}. Try again later.`
  })

/** @param cause what the last try to get one came to */
export const noToken = (request: Request, host: string, after: Duration.Duration, cause: string | undefined) =>
  new UnavailableError({
    reason: "Timeout",
    host,
    api: callOf(request),
    message:
      `${named(request)} was not sent within ${Duration.format(after)}: there is no token for it yet. ` +
      (cause ?? "The login host has not answered. Try again later.")
  })

export const down = (request: Request, host: string) =>
  new UnavailableError({
    reason: "Down",
    host,
    api: callOf(request),
    message: `${named(request)} was not sent: ${host} is down, as the calls before it have found. Try again later.`
  })

export const noTurn = (request: Request, wait: number) =>
  new RateLimitError({
    source: "api",
    api: callOf(request),
    retryAfter: Duration.millis(Math.max(0, wait)),
    message:
      `${named(request)} was not sent before its deadline: this program has used up the calls that Genesys allows in a minute, ` +
      "and others wait before it. Make fewer calls at once, or raise the deadline."
  })

export const notAPath = (request: Request, message: string) =>
  new InvalidRequestError({ api: callOf(request), details: [], message })
