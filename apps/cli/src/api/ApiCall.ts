/** Any call of the API, as its user describes it on a command line: what is sent, and how its answer is printed. */
import { Environment } from "@effect-genesys/auth/Environment"
import * as JsonText from "@effect-genesys/core/JsonText"
import * as ApiPath from "@effect-genesys/client/ApiPath"
import * as ExactNumber from "@effect-genesys/client/ExactNumber"
import { GenesysClient, type StreamResponse } from "@effect-genesys/client/GenesysClient"
import { UnavailableError } from "@effect-genesys/client/GenesysError"
import * as Pagination from "@effect-genesys/client/Pagination"
import { UsageError } from "@effect-genesys/program/UsageError"
import * as Effect from "effect/Effect"
import * as Headers from "effect/http/Headers"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { STATUS_CODES } from "node:http"
import * as Output from "../output/Output.ts"
import * as Fields from "./Fields.ts"
import * as JsonInput from "./JsonInput.ts"
import type { Method } from "./Methods.ts"

export interface ApiCallOptions {
  readonly method: Method
  /** `/api/v2/users`, `api/v2/users` or `users`, perhaps with a query. */
  readonly path: string
  readonly fields: ReadonlyArray<Fields.Field>
  /** A file with the body, or `-` for standard input. */
  readonly input: Option.Option<string>
  /** `Name: value` each. */
  readonly headers: ReadonlyArray<string>
}

/** The token is ours, and the host is the one that it is for. */
const refused = new Set(["authorization", "cookie", "host", "content-length", "proxy-authorization"])

const headersOf = Effect.fnUntraced(function* (given: ReadonlyArray<string>) {
  const headers: Record<string, string> = {}
  for (const header of given) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^\r\n]*)$/.exec(header) ?? []
    // What is wrong is not repeated: it may be a secret.
    if (name === undefined || value === undefined) {
      return yield* new UsageError({ message: 'A header given with -H is not one: write "Name: value".' })
    }
    if (refused.has(name.toLowerCase())) {
      return yield* new UsageError({
        message: `-H cannot set ${name}: genesys sets it. Whose token is used is told by the settings or --profile.`
      })
    }
    headers[name.toLowerCase()] = value
  }
  return headers
})

const pathOf = (path: string): Effect.Effect<URL, UsageError> => {
  const inner = path.replace(/^\//, "")
  if (/^[\w+.-]+:/.test(path) || inner.startsWith("/") || inner === "" || inner.includes("\\")) {
    const message = `${JSON.stringify(path)} is no path of the API: write one such as /api/v2/users. The host is set by the region.`
    return Effect.fail(new UsageError({ message }))
  }
  // Checked as it is written: a URL would take the dots away before anybody sees them.
  const wrong = ApiPath.check(`/${inner}`)
  if (wrong !== undefined) return Effect.fail(new UsageError({ message: `${JSON.stringify(path)}: ${wrong}` }))
  const full = inner.startsWith("api/") ? inner : inner.startsWith("v2/") ? `api/${inner}` : `api/v2/${inner}`
  return Effect.succeed(new URL(`/${full}`, "https://api.invalid"))
}

const hasBody = (method: string) => method === "POST" || method === "PUT" || method === "PATCH"
const isJson = (contentType: string) => /[/+]json\b/i.test(contentType)

/** Everything that can be wrong is told before anything is sent. */
export const request = Effect.fnUntraced(function* (options: ApiCallOptions) {
  const url = yield* pathOf(options.path)
  const headers = yield* headersOf(options.headers)
  const { fields, input, method } = options
  const inBody = hasBody(method) && Option.isNone(input)
  const query = inBody ? [] : yield* Fields.toQuery(fields)
  const made = HttpClientRequest.make(method)(url.pathname, { headers }).pipe(
    HttpClientRequest.appendUrlParams([...url.searchParams]),
    HttpClientRequest.appendUrlParams(query)
  )
  const contentType = headers["content-type"] ?? "application/json"
  if (Option.isNone(input)) {
    if (!inBody || fields.length === 0) return made
    return HttpClientRequest.bodyText(made, JSON.stringify(yield* Fields.toObject(fields)), contentType)
  }
  if (!hasBody(method) && method !== "DELETE") {
    return yield* new UsageError({
      message: `A ${method} has no body: leave out --input, or call with POST, PUT or PATCH.`
    })
  }
  const body = yield* JsonInput.bytes(input.value)
  if (isJson(contentType)) {
    yield* JsonInput.parse(input.value, yield* JsonInput.decode(input.value, body))
  }
  return HttpClientRequest.bodyUint8Array(made, body, contentType)
})

type Request = HttpClientRequest.HttpClientRequest

/** Status and headers as they came over the wire; among them the correlation id. */
const head = (response: StreamResponse) =>
  [
    `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ""}`.trimEnd(),
    ...Object.entries(response.headers).map(([name, value]) => `${name}: ${value}`),
    "",
    ""
  ].join("\n")

const parse = Option.liftThrowable(ExactNumber.parse)

/** JSON is what is asked for unless a header of the call asks for something else. */
const asksForJson = ({ headers }: Request) => isJson(headers["accept"] ?? "application/json")

/**
 * One call. JSON is printed as the flags ask for, and anything else byte by byte as it comes, if something else was asked for: a
 * program that expects JSON must not take the page of a gateway for it.
 */
export const call = Effect.fnUntraced(function* (made: Request, printer: Output.Printer, include: boolean) {
  const response = yield* GenesysClient.use((client) => client.stream(made))
  if (include) yield* Output.raw(Stream.make(head(response)))
  const type = Option.getOrElse(Headers.get(response.headers, "content-type"), () => "")
  if (!asksForJson(made) && !isJson(type)) return yield* Output.raw(response.stream)
  const text = yield* response.text
  if (text === "") return
  const { apiUrl } = yield* Environment
  const unreadable = (what: string, advice: string) =>
    new UnavailableError({
      reason: "InvalidResponse",
      host: apiUrl,
      status: response.status,
      message: `${made.method} ${made.url} was answered with ${what}. ${advice}`
    })
  if (JsonText.isTooDeep(text)) return yield* unreadable(JsonText.tooDeep, checkProxy)
  const json = parse(text)
  if (Option.isNone(json)) {
    const isPage = /html/i.test(type) || /^\s*<(?:!doctype|html)/i.test(text)
    return yield* isPage
      ? unreadable("a page of HTML, which Genesys Cloud does not send", checkProxy)
      : unreadable("what is not JSON", `If that is right, ask for it with -H 'Accept: */*'. ${checkProxy}`)
  }
  // For programs the answer is left as it is.
  if (!printer.asked && !process.stdout.isTTY) {
    return yield* Output.raw(Stream.make(text.endsWith("\n") ? text : `${text}\n`))
  }
  yield* printer.answer(json.value)
})

const checkProxy = "Check the API URL and any proxy or gateway between this machine and Genesys Cloud."

/** The rows of all pages. */
export const pages = (made: Request) => Pagination.follow(made)
