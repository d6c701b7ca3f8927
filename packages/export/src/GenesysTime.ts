/** What time it is, as Genesys says: nothing in an export goes by the clock of the host. */
import * as JsonText from "@effect-genesys/auth/JsonText"
import { Availability } from "@effect-genesys/client/ConversationJob"
import { GenesysClient } from "@effect-genesys/client/GenesysClient"
import { type GenesysError, UnavailableError } from "@effect-genesys/client/GenesysError"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Headers from "effect/http/Headers"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Schema from "effect/Schema"

/** Both in milliseconds since 1970. */
export interface GenesysTime {
  /** The `Date` header: now, but for the fraction of the second. */
  readonly now: number
  /** `dataAvailabilityDate`: jobs know everything of what was before. */
  readonly available: number
}

const decode = Schema.decodeUnknownEffect(JsonText.fromString(Schema.toCodecJson(Availability)))

const invalid = (what: string) =>
  new UnavailableError({
    reason: "InvalidResponse",
    host: "the API",
    message: `The API's answer ${what}, so it is not known what time it is there. If a proxy changes answers, let it pass them on whole.`
  })

const dateOf = (headers: Headers.Headers) => Date.parse(headers["date"] ?? "")

/** `GET …/details/jobs/availability`. */
export const ofConversations: Effect.Effect<GenesysTime, GenesysError, GenesysClient> = Effect.gen(function* () {
  const client = yield* GenesysClient
  const request = HttpClientRequest.get("/api/v2/analytics/conversations/details/jobs/availability")
  const { headers, text } = yield* client.text(request)
  const { dataAvailabilityDate } = yield* Effect.mapError(decode(text), () => invalid("has no dataAvailabilityDate"))
  const available = DateTime.toEpochMillis(dataAvailabilityDate)
  const date = dateOf(headers)
  // It is not earlier there than what is known there.
  return { available, now: Number.isNaN(date) ? available : Math.max(date, available) }
})

/** The `Date` header of a page of one user. */
export const ofUsers: Effect.Effect<number, GenesysError, GenesysClient> = Effect.gen(function* () {
  const client = yield* GenesysClient
  const request = HttpClientRequest.get("/api/v2/users", { urlParams: { pageSize: 1 } })
  const date = dateOf((yield* client.text(request)).headers)
  return Number.isNaN(date) ? yield* invalid("has no Date header") : date
})
