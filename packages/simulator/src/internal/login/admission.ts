/**
 * Whom a call is let in for: the bearer check, the limits and the permissions, in this order. Only calls with a live token count
 * against the limits, and one that they refuse does not.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as ErrorBody from "../../api/ErrorBody.ts"
import { CurrentRequest } from "../shared/currentRequest.ts"
import * as DailyCalls from "./dailyCalls.ts"
import { JournalBook } from "../shared/journalBook.ts"
import { LimitBook } from "../shared/limitBook.ts"
import { type Token, Tokens } from "./tokens.ts"
import * as Window from "../shared/window.ts"

/** The permissions that a call needs: all of the first, and one of the second if there are any. */
export interface Needs {
  readonly all: ReadonlyArray<string>
  readonly any: ReadonlyArray<string>
}

type Body<Status extends number> = ReturnType<typeof ErrorBody.make<Status>>
export type Refusal = Body<401> | Body<403> | Body<429>

const action = "Unable to perform the requested action."
const missing = `${action} You are missing the following permission(s): {permissions}`
const missingAny = `${action} You must have at least one of the following permissions assigned: {permissions}`

const say = (code: string, message: string, permissions: ReadonlyArray<string>) => ({
  code,
  message,
  messageParams: { permissions: permissions.join(", ") }
})

/** Undefined for a client that has what the call needs. */
const refusal = (has: ReadonlySet<string>, { all, any }: Needs) => {
  const lacks = all.filter((permission) => !has.has(permission))
  if (lacks.length > 0) return say("missing.permissions", missing, lacks)
  if (any.length === 0 || any.some((permission) => has.has(permission))) return undefined
  return say("missing.any.permissions", missingAny, any)
}

export class Admission extends Context.Service<
  Admission,
  {
    /** @param credential what follows `Bearer`, or nothing */
    readonly admit: (credential: Redacted.Redacted, needs: Needs) => Effect.Effect<Token, Refusal>
  }
>()("@effect-genesys/simulator/internal/Admission") {
  static readonly layer = Layer.effect(
    Admission,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const tokens = yield* Tokens
  const journal = yield* JournalBook
  const limits = yield* LimitBook
  return Admission.of({
    admit: Effect.fnUntraced(function* (credential, needs) {
      const { correlationId: contextId, now, responseHeaders } = yield* CurrentRequest
      const tooMany = (seconds: number) => {
        responseHeaders["retry-after"] = String(seconds)
        const message = `Rate limit exceeded the maximum. Retry the request in [${seconds}] seconds`
        return Effect.fail(ErrorBody.make({ status: 429, contextId, message }))
      }
      const value = Redacted.value(credential)
      if (value === "") {
        const message = "No authentication bearer token specified in authorization header."
        return yield* Effect.fail(ErrorBody.make({ status: 401, contextId, code: "authentication.required", message }))
      }
      const token = tokens.use(value, now)
      if (token === undefined) return yield* Effect.fail(ErrorBody.make({ status: 401, contextId }))
      const { client } = token
      const { dailyLimit, rateLimit } = limits.read()
      const untilMidnight = DailyCalls.wait(client, dailyLimit, now)
      if (rateLimit !== "off") {
        const millis = rateLimit.window * 1000
        const spent = Window.count(token.calls, now, millis) >= rateLimit.limit
        if (!spent && untilMidnight === undefined) token.calls.count++
        const reset = Window.secondsLeft(token.calls, now, millis)
        responseHeaders["inin-ratelimit-count"] = String(token.calls.count)
        responseHeaders["inin-ratelimit-allowed"] = String(rateLimit.limit)
        responseHeaders["inin-ratelimit-reset"] = String(reset)
        journal.limited({
          fingerprint: token.fingerprint,
          opened: token.calls.opened,
          resets: token.calls.opened + millis,
          count: token.calls.count,
          allowed: rateLimit.limit,
          refused: spent
        })
        if (spent && untilMidnight === undefined) return yield* tooMany(reset)
      }
      if (untilMidnight !== undefined) return yield* tooMany(untilMidnight)
      client.daily.count++

      if (client.permissions !== undefined) {
        const said = refusal(client.permissions, needs)
        if (said !== undefined) return yield* Effect.fail(ErrorBody.make({ status: 403, contextId, ...said }))
      }
      return token
    })
  })
})
