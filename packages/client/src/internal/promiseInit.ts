/** What a call of a program without Effect comes to: a path and plain options, checked, as a request. */
import * as Options from "@effect-genesys/auth/PromiseOptions"
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type { BytesResponse } from "../GenesysClient.ts"

type Scalar = string | number | boolean | undefined

/** Parameters of a query, by name, or as the platform has them. */
export type Query = Readonly<Record<string, Scalar | ReadonlyArray<Scalar>>> | URLSearchParams

export type HeadersInit = ConstructorParameters<typeof Headers>[0]

interface Init {
  readonly method?: string | undefined
  readonly query?: Query | undefined
  readonly headers?: HeadersInit | undefined
  readonly json?: unknown
  readonly body?: string | Uint8Array | URLSearchParams | FormData | undefined
}

const known = ["method", "query", "headers", "json", "body", "signal", "retry"]

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const
type Method = (typeof methods)[number]

/** @param where the function that has the options, @param more those that it has besides */
export const request = Effect.fnUntraced(function* (
  where: string,
  path: string,
  init: Init,
  more: ReadonlyArray<string> = []
): Effect.fn.Return<HttpClientRequest.HttpClientRequest, ConfigurationError> {
  if (typeof path !== "string") return yield* Options.wrong("path", "a path of the API such as /api/v2/users")
  const stranger = Options.object(where, "init", init, [...known, ...more])
  if (stranger !== undefined) return yield* stranger
  if (init.json !== undefined && init.body !== undefined) {
    return yield* Options.wrong("body", "left out where json is given")
  }
  const method = yield* methodOf(init)
  const headers = yield* headersOf(init)
  const params = yield* paramsOf(init.query === undefined ? {} : init.query)
  const body = yield* bodyOf(init, headers.get("content-type") ?? undefined)
  return HttpClientRequest.make(method)(path).pipe(
    HttpClientRequest.appendUrlParams(params),
    HttpClientRequest.setHeaders([...headers]),
    HttpClientRequest.setBody(body)
  )
})

const methodOf = ({ body, json, method }: Init): Effect.Effect<Method, ConfigurationError> => {
  const wanted: unknown = method === undefined ? (json === undefined && body === undefined ? "GET" : "POST") : method
  const found = methods.find((name) => typeof wanted === "string" && name === wanted.toUpperCase())
  if (found === undefined) return Effect.fail(Options.wrong("method", `one of ${methods.join(", ")}`))
  return (found === "GET" || found === "HEAD") && (json !== undefined || body !== undefined)
    ? Effect.fail(Options.wrong("method", "one that takes a body, such as POST, where json or body is given"))
    : Effect.succeed(found)
}

/** What belongs to the connection, which is the client's. Another host would be shown the token. */
const ofConnection = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade"
])

const headersOf = (init: Init): Effect.Effect<Headers, ConfigurationError> =>
  Effect.flatMap(
    Effect.try({
      try: () => new Headers(init.headers),
      catch: () => Options.wrong("headers", 'names and values that a request may have, such as { accept: "text/csv" }')
    }),
    (headers) => {
      const refused = [...headers.keys()].find((name) => ofConnection.has(name))
      return refused === undefined
        ? Effect.succeed(headers)
        : Effect.fail(Options.wrong(`headers.${refused}`, "left out: the connection is the client's own"))
    }
  )

const scalar = "a text, a finite number, true, false or undefined, or a list of those"
const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))

/** Whatever else has entries, such as a Map, does not have them as its fields. */
const isPlain = (value: unknown): value is object => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const paramsOf = Effect.fnUntraced(function* (
  query: unknown
): Effect.fn.Return<ReadonlyArray<readonly [string, string]>, ConfigurationError> {
  if (query instanceof URLSearchParams) return [...query]
  if (!isPlain(query)) {
    return yield* Options.wrong("query", "an object of parameters such as { pageSize: 100 }, or URLSearchParams")
  }
  const params: Array<readonly [string, string]> = []
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === undefined) continue
      if (!isScalar(one)) return yield* Options.wrong(`query.${name}`, scalar)
      params.push([name, String(one)])
    }
  }
  return params
})

const json = "application/json"
const noJson = Options.wrong("json", "a value that JSON can hold, such as an object or a list")

const bodyOf = (
  { body, json: value }: Init,
  type: string | undefined
): Effect.Effect<HttpBody.HttpBody, ConfigurationError> => {
  if (value !== undefined) {
    return Effect.try({
      // Of a function or a symbol it makes nothing, though its type does not say so.
      try: (): unknown => JSON.stringify(value),
      catch: () => noJson
    }).pipe(
      Effect.flatMap((text) =>
        typeof text === "string" ? Effect.succeed(HttpBody.text(text, type ?? json)) : Effect.fail(noJson)
      )
    )
  }
  if (body === undefined) return Effect.succeed(HttpBody.empty)
  if (typeof body === "string") return Effect.succeed(HttpBody.text(body, type ?? json))
  if (body instanceof Uint8Array) return Effect.succeed(HttpBody.uint8Array(body, type))
  if (body instanceof URLSearchParams) return Effect.succeed(HttpBody.urlParams(body, type))
  if (body instanceof FormData) return Effect.succeed(HttpBody.formData(body))
  return Effect.fail(
    Options.wrong("body", "a text, bytes, URLSearchParams or FormData; for an object write json instead")
  )
}

/** Of these a `Response` takes no body. */
const bodiless = new Set([204, 205, 304])

/** What is no header of bytes comes as its UTF-8 does through `fetch`: a character for each byte. */
const asBytes = (value: string) =>
  value.split("").some((one) => one > "\u00ff") ? Buffer.from(value).toString("latin1") : value

/** A header that no `Response` may have is left out: the call has been made, whatever a gateway writes there. */
const received = (headers: BytesResponse["headers"]) => {
  const made = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    try {
      made.append(name, asBytes(value))
    } catch {
      continue
    }
  }
  return made
}

export const response = ({ bytes, headers, status }: BytesResponse): Response =>
  new Response(bodiless.has(status) ? null : bytes, { status, headers: received(headers) })
