/** The request of an SDK call, as the SDK's transport is given it, in Effect's form: to a path, without a token. */
import * as JsonText from "@effect-genesys/core/JsonText"
import * as HttpBody from "effect/http/HttpBody"
import type { HttpMethod } from "effect/http/HttpMethod"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Call } from "./intercept.ts"

/** What the SDK hands to its transport. */
export interface Options {
  readonly url: string
  readonly method: string
  readonly headers?: Readonly<Record<string, unknown>> | undefined
  /** Text each; arrays are joined by commas already. */
  readonly params?: Readonly<Record<string, unknown>> | undefined
  readonly data?: unknown
}

/** The token is ours, and the type goes with the body. */
const dropped = new Set(["authorization", "cookie", "content-type", "content-length"])

/**
 * @param prefix what the SDK puts before the path of the API
 * @returns why it cannot be sent, if it cannot
 */
export const make = (
  options: Options,
  call: Call | undefined,
  prefix: string
): Result.Result<HttpClientRequest.HttpClientRequest, string> => {
  const headers = Object.entries(options.headers ?? {})
  const contentType = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1]
  return Result.map(
    bodyOf(options.data, call, typeof contentType === "string" ? contentType : "application/json"),
    (body) =>
      HttpClientRequest.make(methodOf(options.method))(
        options.url.startsWith(prefix) ? options.url.slice(prefix.length) : options.url,
        {
          headers: Object.fromEntries(
            headers.filter(([name]) => !dropped.has(name.toLowerCase())).map(([name, value]) => [name, String(value)])
          ),
          urlParams: Object.fromEntries(
            Object.entries(options.params ?? {}).map(([name, value]) => [decodeURIComponent(name), String(value)])
          ),
          body
        }
      )
  )
}

const methods: ReadonlyArray<HttpMethod> = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]
const methodOf = (name: string) => methods.find((method) => method === name) ?? "GET"

const bodyOf = (
  data: unknown,
  call: Call | undefined,
  contentType: string
): Result.Result<HttpBody.HttpBody, string> => {
  if (contentType.startsWith("multipart/form-data")) return formOf(call?.form ?? {})
  const value = data ?? call?.body
  if (value === undefined || value === null) return Result.succeed(HttpBody.empty)
  if (value instanceof FormData) return Result.succeed(HttpBody.formData(value))
  if (value instanceof URLSearchParams) return Result.succeed(HttpBody.urlParams(value))
  if (value instanceof Uint8Array) return Result.succeed(HttpBody.uint8Array(value, contentType))
  if (contentType.startsWith("application/x-www-form-urlencoded")) {
    return Result.succeed(
      typeof value === "string"
        ? HttpBody.text(value, contentType)
        : HttpBody.urlParams(Object.fromEntries(Object.entries(value).map(([name, part]) => [name, String(part)])))
    )
  }
  return Result.map(jsonOf(value, contentType), (text) => HttpBody.text(text, contentType))
}

const parse = Schema.decodeUnknownOption(JsonText.fromString(Schema.Unknown))

/** Text that is JSON already goes as it is, as with the SDK's own transport. */
const jsonOf = (value: unknown, contentType: string): Result.Result<string, string> => {
  if (typeof value === "string" && JsonText.isTooDeep(value)) return Result.fail(`The body is ${JsonText.tooDeep}.`)
  if (typeof value === "string" && (!/json/i.test(contentType) || Option.isSome(parse(value))))
    return Result.succeed(value)
  return Result.try({
    try: () => JSON.stringify(value) ?? "null",
    catch: (error) => `The body cannot be written as JSON: ${String(error)}.`
  })
}

/** All parts of a form; the SDK's own way keeps but the last one, and makes text of bytes. */
const formOf = (parts: Readonly<Record<string, unknown>>): Result.Result<HttpBody.HttpBody, string> => {
  const form = new FormData()
  for (const [name, part] of Object.entries(parts)) {
    for (const value of Array.isArray(part) ? part : [part]) {
      if (value === undefined || value === null) continue
      if (value instanceof File) form.append(name, value, value.name)
      else if (value instanceof Blob) form.append(name, value)
      else if (value instanceof Uint8Array) form.append(name, new Blob([new Uint8Array(value)]))
      else if (typeof value !== "object") form.append(name, String(value))
      else return Result.fail(`The part "${name}" of the form is no text, bytes, Blob or File. Read the stream first.`)
    }
  }
  return Result.succeed(HttpBody.formData(form))
}
