/** The answer of a call as the SDK gives it: JSON as values, text as text, nothing as `undefined`. */
import * as JsonText from "@effect-genesys/core/JsonText"
import * as ApiErrors from "@effect-genesys/client/GenesysError"
import type { TextResponse } from "@effect-genesys/client/GenesysClient"
import * as Effect from "effect/Effect"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"

const json = "application/json"

/**
 * Where an operation answers JSON, what is none is an error, whatever its type says: a page of a gateway need not be HTML by its type.
 * Text is what was asked for as such, alone or beside JSON. Numbers are those of JavaScript, unless it is parsed otherwise.
 */
export const read = (
  request: HttpClientRequest.HttpClientRequest,
  { headers, status, text }: TextResponse,
  host: string,
  parse: (json: string) => unknown = JSON.parse
): Effect.Effect<unknown, ApiErrors.UnavailableError> => {
  if (text === "") return Effect.undefined
  const asked = (request.headers["accept"] ?? json).split(",")
  const isText = asked.some((type) => !/json/i.test(type))
  if (isText && asked.every((type) => !/json/i.test(type))) return Effect.succeed(text)
  const unreadable = (what: string) =>
    Effect.fail(
      new ApiErrors.UnavailableError({
        reason: "InvalidResponse",
        host,
        status,
        api: { method: request.method, path: request.url, status },
        message:
          `${request.method} ${request.url} was answered with ${what}. ` +
          `Check any proxy between this machine and Genesys Cloud.`
      })
    )
  if (JsonText.isTooDeep(text)) return unreadable(JsonText.tooDeep)
  const value = Option.liftThrowable(parse)(text)
  if (Option.isSome(value)) return Effect.succeed(value.value)
  if (isText && !/json|html/i.test(headers["content-type"] ?? json)) return Effect.succeed(text)
  return unreadable("a body that is not JSON")
}
