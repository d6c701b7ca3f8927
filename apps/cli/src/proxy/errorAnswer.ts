/**
 * The answer of a local proxy to a call that failed: what Genesys Cloud said where it said something, and else a body of the
 * same shape with a status that says whose fault it is.
 */
import type { GenesysError } from "@effect-genesys/client/GenesysError"
import * as Duration from "effect/Duration"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { randomUUID } from "node:crypto"
import type { Refusal } from "./heard.ts"
import * as ForwardedHeaders from "./headers.ts"
import type { Stopped } from "./requestBody.ts"

export interface ErrorOptions {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly contextId?: string | undefined
  readonly retryAfter?: Duration.Duration | undefined
}

/** Genesys' error body. Codes of our own begin with `proxy.`. */
export const make = ({ code, contextId = randomUUID(), message, retryAfter, status }: ErrorOptions) =>
  HttpServerResponse.jsonUnsafe(
    { message, code, status, contextId, details: [], errors: [] },
    {
      status,
      headers: {
        "cache-control": "no-store",
        ...(retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(Duration.toSeconds(retryAfter))) })
      }
    }
  )

const isJson = (text: string) =>
  Option.isSome(Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))(text))

/** Passes on what was heard, if the call failed with it. A page of HTML says nothing to a program. */
const passed = (error: GenesysError, heard: Refusal | undefined, method: string) => {
  if (heard === undefined || !("api" in error) || error.api?.status !== heard.status) return undefined
  const { headers, status, text } = heard
  if (status >= 400 && method !== "HEAD" && !isJson(text)) return undefined
  const kept = ForwardedHeaders.back(headers)
  if (text === "") return HttpServerResponse.empty({ status, headers: kept })
  return HttpServerResponse.text(text, { status, headers: kept, contentType: kept["content-type"] ?? "text/plain" })
}

/** The caller did not send what it had announced. */
export const ofStopped = ({ message }: Stopped) => make({ status: 408, code: "proxy.body.stopped", message })

/** What a call that failed is answered with. */
export const ofFailure = (error: GenesysError, heard: Refusal | undefined, method: string, sentOnce: boolean) => {
  // The token is ours, and so is its end: the caller has only to send its body again.
  if (error._tag === "UnauthorizedError" && sentOnce) {
    return make({
      status: 503,
      code: "proxy.token.renewed",
      message:
        "The token ended while the body was sent, and such a long body is not kept. A new token is there: send it again.",
      retryAfter: Duration.seconds(1)
    })
  }
  return passed(error, heard, method) ?? make({ ...statusOf(error), message: error.message, ...extras(error) })
}

const extras = (error: GenesysError) => ({
  ...("api" in error ? { contextId: error.api?.correlationId } : {}),
  ...("retryAfter" in error ? { retryAfter: error.retryAfter } : {})
})

const statusOf = (error: GenesysError): { readonly status: number; readonly code: string } => {
  switch (error._tag) {
    // The caller has no credentials that it could mend: those of the proxy are wrong.
    case "AuthenticationError":
      return { status: 502, code: "proxy.authentication.failed" }
    case "RateLimitError":
      return error.source === "login"
        ? { status: 503, code: "proxy.login.rate.limit" }
        : { status: 429, code: "too.many.requests.retry.after" }
    case "UnavailableError":
      return unavailable[error.reason](error.api?.status)
    default:
      return { status: error.api.status ?? 400, code: error.api.code ?? "proxy.bad.request" }
  }
}

type Unavailable = Extract<GenesysError, { readonly _tag: "UnavailableError" }>

const unavailable: Record<
  Unavailable["reason"],
  (status: number | undefined) => { readonly status: number; readonly code: string }
> = {
  Timeout: () => ({ status: 504, code: "proxy.timeout" }),
  Connection: () => ({ status: 502, code: "proxy.cannot.connect" }),
  ServerError: (status) => ({ status: status ?? 503, code: "proxy.server.error" }),
  InvalidResponse: () => ({ status: 502, code: "proxy.invalid.response" }),
  UnusableToken: () => ({ status: 502, code: "proxy.token.unusable" }),
  Rejected: () => ({ status: 503, code: "proxy.token.rejected" }),
  Down: () => ({ status: 503, code: "proxy.host.down" }),
  Credentials: () => ({ status: 503, code: "proxy.no.credentials" }),
  Closed: () => ({ status: 503, code: "proxy.closing" })
}
