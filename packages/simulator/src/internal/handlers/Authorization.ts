/**
 * The bearer check and the rate limit. Only calls with a live token count against the limit, and a refused call does not.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Authorization } from "../../api/Authorization.ts"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { CurrentRequest } from "../CurrentRequest.ts"
import { Settings } from "../Settings.ts"
import { CurrentToken, Tokens } from "../Tokens.ts"
import * as Window from "../Window.ts"

export const AuthorizationLive = Layer.effect(
  Authorization,
  Effect.gen(function* () {
    const tokens = yield* Tokens
    const { rateLimit } = yield* Settings
    return Authorization.of({
      bearer: Effect.fnUntraced(function* (httpEffect, { credential }) {
        const { correlationId: contextId, now, responseHeaders } = yield* CurrentRequest
        const value = Redacted.value(credential)
        if (value === "") {
          const message = "No authentication bearer token specified in authorization header."
          return yield* Effect.fail(
            ErrorBody.make({ status: 401, contextId, code: "authentication.required", message })
          )
        }
        const token = tokens.find(value, now)
        if (token === undefined) return yield* Effect.fail(ErrorBody.make({ status: 401, contextId }))
        if (rateLimit !== "off") {
          const millis = rateLimit.window * 1000
          const spent = Window.count(token.calls, now, millis) >= rateLimit.limit
          if (!spent) token.calls.count++
          const reset = Window.secondsLeft(token.calls, now, millis)
          responseHeaders["inin-ratelimit-count"] = String(token.calls.count)
          responseHeaders["inin-ratelimit-allowed"] = String(rateLimit.limit)
          responseHeaders["inin-ratelimit-reset"] = String(reset)
          if (spent) {
            responseHeaders["retry-after"] = String(reset)
            const message = `Rate limit exceeded the maximum. Retry the request in [${reset}] seconds`
            return yield* Effect.fail(ErrorBody.make({ status: 429, contextId, message }))
          }
        }
        return yield* Effect.provideService(httpEffect, CurrentToken, token)
      })
    })
  })
)
