/** What a call of a program without Effect comes to: a path and plain options, checked, as a request. */
import * as Options from "@effect-genesys/auth/PromiseOptions"
import type { ConfigurationError } from "@effect-genesys/core/ConfigurationError"
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientRequest from "effect/http/HttpClientRequest"

type Scalar = string | number | boolean | undefined

/** Parameters of a query, by name. */
export type Query = Readonly<Record<string, Scalar | ReadonlyArray<Scalar>>>

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
  const stranger = Options.unknown(where, init, [...known, ...more])
  if (stranger !== undefined) return yield* stranger
  if (init.json !== undefined && init.body !== undefined) {
    return yield* Options.wrong("body", "left out where json is given")
  }
  const method = yield* methodOf(init)
  const headers = yield* Effect.try({
    try: () => new Headers(init.headers),
    catch: () => Options.wrong("headers", "names and values that a request may have")
  })
  const body = yield* bodyOf(init, headers.get("content-type") ?? undefined)
  return HttpClientRequest.make(method)(path).pipe(
    HttpClientRequest.appendUrlParams(paramsOf(init.query ?? {})),
    HttpClientRequest.setHeaders([...headers]),
    HttpClientRequest.setBody(body)
  )
})

const methodOf = ({ body, json, method }: Init): Effect.Effect<Method, ConfigurationError> => {
  const wanted: unknown = method === undefined ? (json === undefined && body === undefined ? "GET" : "POST") : method
  const found = methods.find((name) => typeof wanted === "string" && name === wanted.toUpperCase())
  return found === undefined
    ? Effect.fail(Options.wrong("method", `one of ${methods.join(", ")}`))
    : Effect.succeed(found)
}

const paramsOf = (query: Query): ReadonlyArray<readonly [string, string]> =>
  Object.entries(query).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined ? [] : [[name, String(one)] as const]))
  )

const json = "application/json"

const bodyOf = (
  { body, json: value }: Init,
  type: string | undefined
): Effect.Effect<HttpBody.HttpBody, ConfigurationError> => {
  if (value !== undefined) {
    return Effect.try({
      try: () => HttpBody.text(JSON.stringify(value), type ?? json),
      catch: () => Options.wrong("json", "a value that JSON can hold")
    })
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

export const hasBody = (status: number): boolean => !bodiless.has(status)
