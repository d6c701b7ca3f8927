/**
 * One call with the shared token as it is: whether the API takes it, and what its answer says of the rate limit. The budget
 * is otherwise in the memory of whichever process makes the calls. A dead token is told of, and not replaced.
 */
import { Environment } from "@effect-genesys/auth/Environment"
import type { AccessToken } from "@effect-genesys/auth/AccessToken"
import * as Redirect from "@effect-genesys/core/Redirect"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

export interface ApiReport {
  readonly api: "accepts the token" | "refuses the token" | "does not answer" | `answers ${number}`
  readonly rateLimit?: { readonly used: number; readonly allowed: number; readonly resetSeconds: number }
}

const Whole = Schema.NumberFromString.check(Schema.isInt())
const Headers = Schema.Struct({
  "inin-ratelimit-count": Whole,
  "inin-ratelimit-allowed": Whole,
  "inin-ratelimit-reset": Whole
})
const decode = Schema.decodeUnknownOption(Headers)

export const check = Effect.fnUntraced(function* (token: AccessToken) {
  const { apiUrl } = yield* Environment
  const http = Redirect.unfollowed(yield* HttpClient.HttpClient)
  const request = HttpClientRequest.head(`${apiUrl}/api/v2/tokens/me`).pipe(
    HttpClientRequest.bearerToken(Redacted.value(token.value))
  )
  const answer = yield* Effect.option(Effect.timeout(http.execute(request), "10 seconds"))
  return Option.match(answer, {
    onNone: (): ApiReport => ({ api: "does not answer" }),
    onSome: ({ headers, status }): ApiReport => ({
      api:
        status === 401
          ? "refuses the token"
          : status >= 200 && status < 300
            ? "accepts the token"
            : `answers ${status}`,
      ...Option.match(decode(headers), {
        onNone: () => ({}),
        onSome: (found) => ({
          rateLimit: {
            used: found["inin-ratelimit-count"],
            allowed: found["inin-ratelimit-allowed"],
            resetSeconds: found["inin-ratelimit-reset"]
          }
        })
      })
    })
  })
})
