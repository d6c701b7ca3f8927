/** What an answer of the API that is no success means: its error body (or a proxy's page) as one typed error. */
import * as JsonText from "@effect-genesys/core/JsonText"
import * as Redirect from "@effect-genesys/core/Redirect"
import type { ApiFailure } from "@effect-genesys/auth/TokenError"
import * as Duration from "effect/Duration"
import * as Headers from "effect/http/Headers"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as GenesysError from "../GenesysError.ts"
import * as Route from "../Route.ts"
import * as Stranger from "./stranger.ts"

/** Each field by itself: one that is odd must not take the others along. */
const toNothing = SchemaTransformation.transform<undefined, unknown>({
  decode: () => undefined,
  encode: () => undefined
})
const nothing = Schema.Unknown.pipe(Schema.decodeTo(Schema.Undefined, toNothing))
const lenient = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.Union([schema, nothing]))
const Body = JsonText.fromString(
  Schema.Struct({
    message: lenient(Schema.String),
    code: lenient(Schema.String),
    contextId: lenient(Schema.String),
    messageParams: lenient(Schema.Record(Schema.String, Schema.Unknown)),
    details: Schema.optionalKey(Schema.Unknown),
    errors: Schema.optionalKey(Schema.Unknown)
  })
)
const decodeBody = Schema.decodeOption(Body)
const decodeDetails = Schema.decodeUnknownOption(
  Schema.Array(
    Schema.Struct({
      errorCode: Schema.optional(Schema.String),
      fieldName: Schema.optional(Schema.String),
      message: Schema.optional(Schema.String)
    })
  )
)
const decodePermissions = Schema.decodeUnknownOption(Schema.String)

/** Whoever knows the id of a notification channel can read its events. */
const channelPath = /^(\/api\/v2\/notifications\/channels\/)([^/?]+)/

/** The call as errors name it. The query stays out: it may hold names of people. */
export const callOf = (request: HttpClientRequest.HttpClientRequest): Pick<ApiFailure, "method" | "path"> => ({
  method: request.method,
  path: (request.url.split("?", 1)[0] ?? "").replace(channelPath, "$1{channelId}")
})

const withoutSecrets = ({ body, request, token }: Failed): string => {
  const channelId = channelPath.exec(request.url)?.[2]
  const text = body.replaceAll(token, "<redacted>")
  return channelId === undefined ? text : text.replaceAll(channelId, "{channelId}")
}

export interface Failed extends Stranger.Heard {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly host: string
  readonly retryAfter: Option.Option<Duration.Duration>
  /** Cut out of whatever the host says. */
  readonly token: string
}

/** Genesys' code in an error body, such as `bad.credentials`. */
export const codeOf = (body: string): string | undefined => Option.getOrUndefined(decodeBody(body))?.code ?? undefined

const correlationOf = (headers: Headers.Headers): Option.Option<string> =>
  Option.orElse(Headers.get(headers, "inin-correlation-id"), () => Headers.get(headers, "genesys-correlation-id"))

/** Whether it has the header that Genesys puts into each of its answers. */
export const isNamed = (headers: Headers.Headers): boolean => Option.isSome(correlationOf(headers))

/**
 * Whether an empty answer to a call that reads is none: Genesys says 204 where there is nothing, and puts its header into whatever it
 * says.
 */
export const isNothing = (request: HttpClientRequest.HttpClientRequest, status: number, headers: Headers.Headers) =>
  status === 200 &&
  !isNamed(headers) &&
  (request.method === "GET" || (request.method === "POST" && Route.isQuery(request.url)))

/**
 * Whether Genesys Cloud itself has answered: it does so with an error body that has a context id (`ErrorBody` of the official SDK),
 * and with a correlation id in the headers, which a gateway may leave out. Either is a mark; a code is none, since half of the world's
 * gateways have one: `AccessDenied`, `Unauthorized`. A gateway's page says nothing of roles, ids or tokens, whatever its status.
 */
export const isGenesys = ({ body, headers, isRead, status }: Stranger.Heard): boolean => {
  if (!isRead) return isNamed(headers)
  // A token too many is better than none.
  if (body === "") return isNamed(headers) || status === 401
  return Option.exists(decodeBody(body), ({ contextId }) => isNamed(headers) || (contextId ?? "") !== "")
}

/** Statuses that speak of time and of a host, whoever sends them: what to do about them is the same. */
const isTransient = (status: number) => status === 408 || status === 429 || status >= 500

export const make = (failed: Failed): GenesysError.GenesysError => {
  const { headers, request, retryAfter, status } = failed
  const isStranger = !isGenesys(failed)
  const body = Option.getOrElse(decodeBody(isStranger ? "" : withoutSecrets(failed)), (): typeof Body.Type => ({}))
  const correlationId = Option.getOrUndefined(correlationOf(headers))
  const id = wordOf(correlationId ?? body.contextId)
  const code = wordOf(body.code)
  const api: ApiFailure = {
    ...callOf(request),
    status,
    ...(code === undefined ? {} : { code }),
    ...(id === undefined ? {} : { correlationId: id })
  }
  const details = [...detailsOf(body.details), ...detailsOf(body.errors)].slice(0, mostDetails)
  const said = oneLine(body.message ?? "")
  const call = `${api.method} ${api.path}`
  const tail = (advice: string) =>
    `${said === "" ? "" : `: ${said}`}${details.length === 0 ? "" : ` (${details.join("; ")})`}. ${advice}` +
    (id === undefined ? "" : ` Correlation id: ${id}.`)

  const isOfHost = status < 400 || isTransient(status)
  if ((isStranger || isOfHost) && status !== 429) return unavailable(failed, isStranger, api, tail)
  if (status === 401) {
    return new GenesysError.UnauthorizedError({
      api,
      details,
      message: `${call} was refused with status 401${tail("Check that the API URL and the login URL belong to the same region.")}`
    })
  }
  if (status === 403) {
    const permissions = permissionsOf(body.messageParams, said)
    return new GenesysError.PermissionError({
      api,
      details,
      permissions,
      message:
        `${call} is not permitted` +
        tail(
          `Give a role of the OAuth client ${permissions.length === 0 ? "the permission that this call needs" : permissions.join(", ")}.`
        )
    })
  }
  if (status === 404) {
    return new GenesysError.NotFoundError({
      api,
      details,
      message: `${call} found nothing${tail("Check the path and the id.")}`
    })
  }
  if (status === 409) {
    return new GenesysError.ConflictError({
      api,
      details,
      message: `${call} conflicts with what is there${tail("Read it again, then repeat the change.")}`
    })
  }
  if (status === 429) {
    return new GenesysError.RateLimitError({
      source: "api",
      api,
      ...Option.match(retryAfter, { onNone: () => ({}), onSome: (wait) => ({ retryAfter: wait }) }),
      message:
        `${call} met a rate limit` +
        tail(
          Option.match(retryAfter, {
            onNone: () => "Make fewer calls.",
            onSome: (wait) => (Duration.isZero(wait) ? "Try again." : `Try again in ${Duration.format(wait)}.`)
          }) + (isStranger ? ` ${Stranger.words(failed)}` : "")
        )
    })
  }
  return new GenesysError.InvalidRequestError({
    api,
    details,
    message: `${call} was refused with status ${status}${tail("Correct the request.")}`
  })
}

/** What speaks of the host, or of something in its place, rather than of the call. */
const unavailable = (failed: Failed, isStranger: boolean, api: ApiFailure, tail: (advice: string) => string) => {
  const { headers, host, retryAfter, status } = failed
  const call = `${api.method} ${api.path}`
  if (Redirect.isRedirect(status)) {
    const advice =
      "Redirects are not followed, because the token is sent to no other host. Check the API URL and any gateway in between."
    return new GenesysError.UnavailableError({
      reason: "InvalidResponse",
      host,
      status,
      api,
      message: `${call} was redirected by ${host} (status ${status}) to ${Redirect.target(headers, host)}${tail(advice)}`
    })
  }
  if (isStranger && !isTransient(status)) {
    return new GenesysError.UnavailableError({
      reason: "InvalidResponse",
      host,
      status,
      api,
      message: `${call} was answered by ${host} with status ${status}. ${Stranger.words(failed)}`
    })
  }
  return new GenesysError.UnavailableError({
    reason: status >= 500 ? "ServerError" : status === 408 ? "Timeout" : "InvalidResponse",
    host,
    status,
    api,
    ...Option.match(retryAfter, { onNone: () => ({}), onSome: (wait) => ({ retryAfter: wait }) }),
    message: `${call} was answered by ${host} with status ${status}${tail("Try again later.")}${isStranger ? ` ${Stranger.words(failed)}` : ""}`
  })
}

const oneLine = (text: string) =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .replace(/\.$/, "")
    .slice(0, 300)

/** A code or an id: what is longer than any of Genesys' own is cut off. */
const wordOf = (text: string | undefined) => (text === undefined ? undefined : oneLine(text).slice(0, 100) || undefined)

const mostDetails = 20

const detailsOf = (value: unknown): ReadonlyArray<string> =>
  Option.match(decodeDetails(value), {
    onNone: () => [],
    onSome: (details) =>
      details
        .map(({ errorCode, fieldName, message }) => [fieldName, errorCode, message].filter(Boolean).join(": "))
        .filter((text) => text !== "")
        .map(oneLine)
  })

/** Genesys names them in a parameter of the message, or only in the message: `[analytics:conversationDetail:view]`. */
const permissionsOf = (params: Readonly<Record<string, unknown>> | null | undefined, message: string) => {
  const text = Option.getOrElse(decodePermissions(params?.["permissions"]), () => message)
  return text
    .split(/[^\w*:-]/)
    .map((word) => word.split(":").filter((part) => part !== ""))
    .filter(({ length }) => length >= 3)
    .map((parts) => parts.slice(0, 3).join(":").slice(0, 100))
    .slice(0, mostDetails)
}
