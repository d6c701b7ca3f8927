/** How an answer of success is read within its attempt: what cannot be an answer of Genesys is asked for again. */
import * as JsonText from "@effect-genesys/core/JsonText"
import * as ResponseText from "@effect-genesys/core/ResponseText"
import * as Effect from "effect/Effect"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as ExactNumber from "../ExactNumber.ts"
import * as ApiError from "./apiError.ts"
import * as Body from "./body.ts"
import * as Failure from "./failure.ts"
import * as Unanswered from "./unanswered.ts"

type Request = HttpClientRequest.HttpClientRequest
type Response = HttpClientResponse.HttpClientResponse

/** Without the byte order mark that some servers begin with. What is no UTF-8 is read as U+FFFD. */
export const textOf = (body: Uint8Array) => utf8.decode(body)

const utf8 = new TextDecoder()

const parse = Option.liftThrowable(ExactNumber.parse)

export const make = (apiUrl: string) => {
  /** What Genesys itself would not send, or not in one piece. */
  const unusable = (request: Request, response: Response, what: string) => {
    const error = Unanswered.unreadable(request, apiUrl, response, what)
    return ApiError.isNamed(response.headers) ? Failure.unusable(error) : Failure.stranger(error)
  }

  const final = (request: Request, response: Response, what: string) =>
    Failure.final(Unanswered.unreadable(request, apiUrl, response, what))

  const bytes = (request: Request, response: Response) =>
    ResponseText.bytes(response, Body.maxBytes, { trustLength: true }).pipe(
      Effect.mapError((error) => Failure.ofTransport(error, Unanswered.broken(request, apiUrl, error), true)),
      Effect.filterOrFail(
        ({ length }) => length > 0 || !ApiError.isNothing(request, response.status, response.headers),
        () => unusable(request, response, "an empty body")
      )
    )

  /** Why JSON is none of the schema: Genesys would say the same again; what stands in its place will not be there for long. */
  const misshapen = (request: Request, response: Response, body: string, message: string) => {
    if (body === "") return unusable(request, response, "an empty body")
    const what = `JSON of an unknown shape: ${message.replaceAll(/\s+/g, " ").slice(0, 300)}`
    return ApiError.isNamed(response.headers) ? final(request, response, what) : unusable(request, response, what)
  }

  const json = <S extends Schema.Constraint>(schema: S) => {
    const decode = Schema.decodeUnknownEffect(Schema.toCodecJson(schema))
    return Effect.fnUntraced(function* (
      request: Request,
      response: Response
    ): Effect.fn.Return<S["Type"], Failure.Failure, S["DecodingServices"]> {
      const body = textOf(yield* bytes(request, response))
      if (JsonText.isTooDeep(body)) return yield* final(request, response, JsonText.tooDeep)
      // An empty answer, such as a 204, is read as null.
      const value = body === "" ? Option.some(null) : parse(body)
      if (Option.isNone(value)) return yield* unusable(request, response, "a body that is not JSON")
      const decoded = Effect.catchIf(
        decode(value.value),
        () => ExactNumber.mayHave(body),
        // A field that is meant to be a number is one.
        () => decode(JSON.parse(body))
      )
      return yield* Effect.mapError(decoded, ({ message }) => misshapen(request, response, body, message))
    })
  }

  return { bytes, json }
}
