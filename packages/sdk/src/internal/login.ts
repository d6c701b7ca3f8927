/**
 * The logins of an adopted `ApiClient`. A program that has been written for the SDK logs in once at its start: it is given the
 * token that our manager holds, so that it costs no other one. Its calls do not use what it is given.
 */
import { TokenManager } from "@effect-genesys/auth/TokenManager"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Options } from "./request.ts"
import type { SdkAnswer } from "./transport.ts"

export const answer = Effect.fnUntraced(function* ({ data, url }: Options) {
  const grant = new URLSearchParams(typeof data === "string" ? data : "").get("grant_type")
  if (!url.endsWith("/oauth/token") || grant !== "client_credentials") {
    return yield* Effect.die(
      new Error("This ApiClient was given to adopt(): it calls as the OAuth client of its settings, by no other login.")
    )
  }
  const token = yield* TokenManager.use((manager) => manager.token)
  const now = yield* Clock.currentTimeMillis
  const left = token.issuedAt.epochMilliseconds + Duration.toMillis(token.expiresIn) - now
  const body = {
    access_token: Redacted.value(token.value),
    token_type: "bearer",
    expires_in: Math.max(0, Math.floor(left / 1_000))
  }
  const answered: SdkAnswer = { status: 200, statusText: "OK", headers: {}, data: body, text: body }
  return answered
})
