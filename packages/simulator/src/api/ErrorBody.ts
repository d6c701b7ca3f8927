/**
 * The error body of the Genesys Cloud API, one schema for each status, so that an OpenAPI page can tell them apart. The
 * login host has a body of its own: see OAuthApi.ts.
 */
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"

/** What is wrong with which field. */
export const Detail = Schema.Struct({ errorCode: Schema.String, fieldName: Schema.String })

const body = <const Status extends number>(status: Status) =>
  Schema.Struct({
    message: Schema.String,
    code: Schema.String,
    status: Schema.Literal(status),
    /** The correlation id. */
    contextId: Schema.String,
    /** The message with its parameters in braces, where it has any. */
    messageWithParams: Schema.optionalKey(Schema.String),
    messageParams: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
    details: Schema.Array(Detail),
    errors: Schema.Array(Schema.Json)
  }).pipe(HttpApiSchema.status(status))

/** 400: the request is not one that is known. */
export const BadRequest = body(400)
/** 401: there is no token, or none that is good. */
export const Unauthorized = body(401)
/** 403: the client lacks a permission. */
export const Forbidden = body(403)
/** 404: there is no such thing. */
export const NotFound = body(404)
/** 409: it contradicts what is there. */
export const Conflict = body(409)
/** 410: it was there. */
export const Gone = body(410)
/** 415: the body is of a type that is not taken. */
export const UnsupportedMediaType = body(415)
/** 429: the rate limit. */
export const TooManyRequests = body(429)

/** The usual code and message of a status. */
const usual: Record<number, readonly [code: string, message: string]> = {
  400: ["bad.request", "The request could not be understood by the server due to malformed syntax."],
  401: ["bad.credentials", "Invalid login credentials."],
  403: ["not.authorized", "You are not authorized to perform the requested action."],
  404: ["not.found", "The requested resource was not found."],
  409: ["general.conflict", "The request conflicts with the present state of the resource."],
  410: ["gone", "The requested resource is no longer available."],
  413: ["request.entity.too.large", "The request is over the size limit."],
  415: [
    "unsupported.media.type",
    "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect Content-Type value in the header."
  ],
  429: ["too.many.requests.retry.after", "Rate limit exceeded the maximum. Retry the request in [1] seconds"],
  500: [
    "internal.server.error",
    "The server encountered an unexpected condition which prevented it from fulfilling the request."
  ],
  502: ["bad.gateway", "The server received an invalid response from an upstream server."],
  503: [
    "service.unavailable",
    "Service Unavailable - The server is currently unavailable (because it is overloaded or down for maintenance)."
  ],
  504: ["request.timeout", "The request timed out."]
}

/** What a handler fails with; the body is made of it. */
export interface Failure<Status extends number> {
  readonly status: Status
  /** The correlation id of the request. */
  readonly contextId: string
  readonly code?: string
  readonly message?: string
  /** What stands for the braces of `message`, such as `{permissions}`. */
  readonly messageParams?: Readonly<Record<string, string>>
  /** The field that is wrong, as a path such as `paging.pageSize` or `query[0].type`. */
  readonly field?: string
}

const fill = (message: string, params: Readonly<Record<string, string>> = {}) =>
  message.replaceAll(/\{(\w+)\}/g, (braces, name: string) => params[name] ?? braces)

/** The body for a failure; code and message are the usual ones of the status unless given. */
export const make = <const Status extends number>(failure: Failure<Status>) => {
  const { code, contextId, field, message, messageParams, status } = failure
  const [usualCode, usualMessage] = usual[status] ?? ["general.error", "The request failed."]
  const errorCode = code ?? usualCode
  const messageWithParams = message ?? usualMessage
  return {
    message: fill(messageWithParams, messageParams),
    code: errorCode,
    status,
    contextId,
    ...(messageParams === undefined ? {} : { messageWithParams, messageParams }),
    details: field === undefined ? [] : [{ errorCode, fieldName: field }],
    errors: []
  }
}
